"""A daemon with its safeguards taken out: in doubt it repeats. A drive over it must find breaches.

Touches the network.
"""

from __future__ import annotations

from hd_bridge.cli import main as _main
from hd_bridge.tracker.redmine import RedmineTracker


def main() -> None:
    """The usual command line, on a tracker that never finds an original, and takes every upload for lost."""
    RedmineTracker.find_upload = lambda self, name: None  # type: ignore[method-assign]
    RedmineTracker.token_alive = lambda self, token: False  # type: ignore[method-assign]
    _main()
