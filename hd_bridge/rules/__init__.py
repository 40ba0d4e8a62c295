"""Rules of config.yaml on a mail: category, tracker, priority, assignee, due date, tags, and why. Pure."""

from __future__ import annotations

from hd_bridge.rules.choose import STOPPED, choose
from hd_bridge.rules.mentioned import Names, names_in
from hd_bridge.rules.names import missing_names, settle

__all__ = ["STOPPED", "Names", "choose", "missing_names", "names_in", "settle"]
