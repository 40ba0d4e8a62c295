"""config.yaml, checked: all mistakes are said at once, and what is right becomes typed settings. Touches the disk.

The only user of yaml and pydantic in the house.
"""

from __future__ import annotations

from hd_bridge.config.load import load
from hd_bridge.config.settings import Settings

__all__ = ["Settings", "load"]
