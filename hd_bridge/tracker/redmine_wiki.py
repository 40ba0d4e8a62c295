"""Pages of a Redmine's wiki, read. Touches the network."""

from __future__ import annotations

from urllib.parse import quote

from hd_bridge.errors import Refused
from hd_bridge.tracker.redmine_api import GONE, Api, understood
from hd_bridge.tracker.redmine_faults import Effect
from hd_bridge.tracker.redmine_reading import time_of
from hd_bridge.wiki import WikiPage

# What Wiki.titleize takes out of a title; it also sets underscores for spaces.
DROPPED = str.maketrans("", "", ",./?;|:")


def wiki_page(api: Api, project: str, title: str) -> WikiPage | None:
    """One request. A wiki that is switched off answers 403, a page that is not there 404."""
    named = quote("_".join(title.translate(DROPPED).split()), safe="")
    answer = api.get(f"/projects/{quote(project, safe='')}/wiki/{named}.json", also=GONE)
    if answer.status in GONE:
        api.prove()
        if answer.status == 404:
            return None
        raise Refused(f"the wiki of {project} is not for us (module wiki, permission view_wiki_pages)")
    with understood(Effect.READ):
        page = answer.body["wiki_page"]
        return WikiPage(
            title=str(page["title"]),
            text=(page["text"] or "").replace("\r\n", "\n"),
            version=int(page["version"]),
            updated_on=time_of(page["updated_on"]),
        )
