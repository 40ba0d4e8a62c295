"""The pages of a house without a web server: shown by ours, as long as the daemon runs. Touches the network."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from hd_bridge.config import Settings
from hd_bridge.errors import Closed
from hd_bridge.findings import Finding, Level

log = logging.getLogger("hd_bridge.site")

AGAIN = 5.0  # seconds until a port that is taken is tried once more


@contextmanager
def served(settings: Settings) -> Iterator[None]:
    """``site: serve:``, if it is there. Mail does not wait for a port that is taken: the process before us may be about
    to end."""
    if settings.site is None or settings.site.serve is None:
        yield
        return
    ended = threading.Event()
    showing = threading.Thread(target=_show, args=(settings, ended), name="pages", daemon=True)
    showing.start()
    try:
        yield
    finally:
        ended.set()
        showing.join()


def _show(settings: Settings, ended: threading.Event) -> None:
    from tracking_site.serve import SiteServer  # no other house needs to load it

    site = settings.site
    assert site is not None and site.serve is not None
    said = ""
    while not ended.is_set():
        server = SiteServer(site.folder, site.serve.host, site.serve.port)
        try:
            log.info("pages are shown at %s", server.start())
            ended.wait()
        except Closed as closed:
            if closed.why != said:
                log.error("pages are not shown: %s; it is tried again", closed.why)
            said = closed.why
            ended.wait(AGAIN)
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
