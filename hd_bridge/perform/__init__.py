"""Beat 3: each step is claimed, asked about if in doubt, done and ticked off. Pure."""

from hd_bridge.perform.worker import drain, perform_one

__all__ = ["drain", "perform_one"]
