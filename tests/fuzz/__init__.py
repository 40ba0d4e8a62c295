"""Mails of nobody's making, by the million: whatever the bytes are, reading and deciding hold. Touches the disk."""
