"""Media types that mean something to us wherever a mail is looked at. Pure."""

ATTACHED = ("message/rfc822", "message/global", "message/news")
REPORTS = ("message/delivery-status", "message/global-delivery-status")
# Begins those defects of a mail that stand in its ticket, so that agents know what they do not see.
FOR_AGENTS = "for agents: "
