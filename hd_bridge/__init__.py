"""hd_bridge turns support mail into tickets of a Redmine-style tracker, and answers into letters. Pure.

Mail comes in at a Mailbox. We *receive* it: the bytes go into the Journal, untouched. Then we *decide*:
``decide_mail(email, facts, policy)`` returns a Plan: a verdict, a reason and a few Steps. Nothing has happened yet.
Then we *perform*: each Step is claimed, done and ticked off. If the power goes we start again, and ask the far side
before repeating anything that we are not sure of. What changes in the Tracker comes in by a second door and takes
the same road.

Five words: Email, Ticket, Plan, Step, Journal. Three beats: receive, decide, perform; each ends in one transaction.
"""

__version__ = "0.1.0"
