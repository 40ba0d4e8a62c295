"""The Journal: mails, steps, people and pages in one SQL database. Touches the disk."""

from hd_bridge.journal.journal import SqlJournal

__all__ = ["SqlJournal"]
