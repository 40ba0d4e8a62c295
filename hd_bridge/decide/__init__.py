"""Beat 2, the deciding itself: what becomes of a mail, and of a change in the tracker. Pure."""
