"""The same piles where Redmine and its database have processors of their own, as they usually do. Touches the network.

On one pair of processors whatever hd_bridge does is taken from Redmine, which fills both; here the bare loop and
hd_bridge meet the same Redmine, and what is compared is how well each keeps it busy.
"""

from __future__ import annotations

from tests.bench import world
from tests.bench.bulk import over_piles, table
from tests.bench.table import Table

TITLE = "Mixed mails into a Redmine with processors of its own"
SHORT, LONG = ((60, 5),), ((60, 5), (300, 1))  # mails a pile, and how many piles, each of its own mails
NOTES = (
    "Redmine and PostgreSQL are bound to one half of the processors, the mail servers, the bare loop and hd_bridge to"
    " the other. All else is as in the table above.",
)


def measure(long: bool) -> Table:
    """All piles, without the gateways: those are part of Redmine."""
    with world.running(apart=True) as servers:
        outcomes = [one for size, piles in (LONG if long else SHORT) for one in over_piles(servers, None, size, piles)]
    return table(outcomes, TITLE, NOTES)
