"""What a new embedded tracker knows: projects, categories, states, people and fields. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """Names that are there from the first opening; at a later one those that are missing are added, none removed.

    ``categories``, ``trackers`` and fields hold in every project. The first status, tracker and the priority
    ``default_priority`` (else the first) are what a ticket begins with. ``statuses`` are (name, ends a ticket).
    ``agents`` are people who answer; ``bridge`` is how the bridge itself signs. ``hidden_fields`` are known to
    clients only from an answered ticket, as Redmine 5.0 does with fields "for all projects". Where ``private_allowed``
    is false the bridge's wish for a private ticket is dropped without a word, and where ``private_notes_allowed`` is
    false a note meant to be private comes out public without a word: both as Redmine does.
    """

    projects: tuple[str, ...] = ("support",)
    categories: tuple[str, ...] = ("General", "Orders", "Billing", "Technical")
    trackers: tuple[str, ...] = ("Support", "Bug", "Feature")
    priorities: tuple[str, ...] = ("Low", "Normal", "High", "Urgent", "Immediate")
    default_priority: str = "Normal"
    statuses: tuple[tuple[str, bool], ...] = (
        ("New", False),
        ("In Progress", False),
        ("Waiting", False),
        ("Resolved", False),
        ("Closed", True),
        ("Rejected", True),
    )
    agents: tuple[str, ...] = ("Agent",)
    bridge: str = "hd_bridge"
    fields: tuple[str, ...] = ("Customer", "Customer e-mail", "Company", "Tags")
    hidden_fields: tuple[str, ...] = ()
    private_allowed: bool = True
    private_notes_allowed: bool = True
