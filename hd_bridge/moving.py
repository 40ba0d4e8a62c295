"""When keys change, pages change their addresses: the old ones are taken away, the new ones planned. Pure."""

from __future__ import annotations

from hd_bridge.house import House
from hd_bridge.mail.tokens import KeyRing, page_path
from hd_bridge.work import PublishPage

GROUP = 50


def move_pages(house: House, after: KeyRing) -> int:
    """Plan every page under its address of ``after`` and take it away under the present one; how many. This comes
    before the keys are changed: killed in between, it is run again, or the pages come back where they were."""
    if not house.policy.site_url:
        return 0
    talks = [talk for talk in house.journal.talks() if page_path(after, talk.id) != page_path(house.ring, talk.id)]
    # A time in the key: moved once more after a kill, pages that came back meanwhile must be planned once more too.
    source = f"keys-{house.clock.now():%Y%m%dT%H%M%S%f}"
    steps = [
        PublishPage(
            key=f"{source}/page/{talk.id}",
            lane=f"{talk.id}/page",
            conversation=talk.id,
            after=talk.opened_step if talk.ticket is None else None,
        )
        for talk in talks
    ]
    for start in range(0, len(steps), GROUP):
        house.journal.add(steps[start : start + GROUP])
    for talk in talks:
        house.publisher.remove(page_path(house.ring, talk.id) + "index.html")
    return len(talks)
