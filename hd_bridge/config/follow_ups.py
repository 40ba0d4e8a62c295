"""The section ``follow_ups``: who waits for whom, shown in the tracker. Pure."""

from __future__ import annotations

from hd_bridge.config.section import Line, Section
from hd_bridge.policy_answers import FollowUps


class FollowUpSettings(Section):
    """A custom field that says who is awaited, and the statuses that a customer's mail and our answer set."""

    field: Line | None = None
    on_customer: Line | None = None
    on_answer: Line | None = None

    def policy(self) -> FollowUps:
        """The same as a plain value."""
        return FollowUps(field=self.field, on_customer=self.on_customer, on_answer=self.on_answer)
