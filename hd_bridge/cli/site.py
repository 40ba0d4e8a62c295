"""The pages of a house without a web server: shown by ours, as long as the daemon runs. Touches the network."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from hd_bridge.config import Settings
from hd_bridge.errors import Closed
from hd_bridge.findings import Finding, Level

log = logging.getLogger("hd_bridge.site")


@contextmanager
def served(settings: Settings) -> Iterator[None]:
    """``site: serve:``, if it is there. A port that cannot be had is told; mail does not wait for it."""
    site = settings.site
    if site is None or site.serve is None:
        yield
        return
    from tracking_site.serve import SiteServer  # no other house needs to load it

    server = SiteServer(site.folder, site.serve.host, site.serve.port)
    try:
        log.info("pages are shown at %s", server.start())
    except Closed as closed:
        log.error("pages are not shown: %s", closed.why)
    try:
        yield
    finally:
        server.stop()


def seen(settings: Settings) -> tuple[Finding, ...]:
    """Whether customers can open what our letters link to."""
    if settings.site is None or not settings.site.on_this_machine:
        return ()
    text = f"customers cannot open their pages: {settings.site.base} leads to this machine alone"
    return (
        Finding(level=Level.WARNING, door="site", text=text, mend="write the address they are seen at: site: url:"),
    )
