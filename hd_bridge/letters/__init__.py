"""What an agent wrote in the tracker, made into what a customer reads in a mail program. Pure."""

from hd_bridge.letters.note import NoteBody, note_body

__all__ = ["NoteBody", "note_body"]
