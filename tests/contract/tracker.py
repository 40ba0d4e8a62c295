"""The contract that every tracker's adapter passes, the real one and the one that is built in. Pure.

To test an adapter, subclass and give a fixture ``bench`` (tracker_bench.py says what it must offer)::

    class TestRedmine(TrackerContract, BurstContract, LostAnswerContract, StaleContract):
        @pytest.fixture
        def bench(self) -> RedmineBench: ...

``TrackerContract`` needs no more than a ``Bench``. ``BurstContract`` wants a ``BurstBench``, ``LateContract`` a
``LateBench``, the other two want a ``FaultBench``; what cannot be arranged on a tracker is left out by name, with the
reason in the subclass's docstring.

How tickets are told, beyond what ports.py says, the same for every adapter:

* ``Detail.name`` of an ``attr`` is status, category, assignee, project, due_date, priority, tracker, else as the
  tracker has it; old and new are names where the tracker still knows them, else what it gave (a decimal id).
* ``Detail.name`` of a ``cf`` is the field's name where the ticket tells it, else its id; of an ``attachment`` it is
  the file's id, and ``new`` the file's name.
* ``project`` is the identifier, as a Draft has it. Times are whole seconds, rounded down.
* A name that a Draft gives and the tracker does not know appears, as it was written, in one line of
  ``Opened.unknown``. What a Change names and the tracker does not know is left out, and the rest is done.
* NUL characters are taken out of all text. A key that is not ours is ``Closed``, never "nothing there".

Tests count tickets by a unique word in the subject, never by an attachment: of two tickets opened with one token only
one keeps the file, and the other would not be seen (redmine.md, section 2).
"""

from __future__ import annotations

from tests.contract.tracker_bench import Bench, BurstBench, FaultBench, LateBench
from tests.contract.tracker_changing import ChangingContract
from tests.contract.tracker_faults import BurstContract, LostAnswerContract, StaleContract
from tests.contract.tracker_late import LateContract
from tests.contract.tracker_opening import OpeningContract
from tests.contract.tracker_originals import OriginalsContract
from tests.contract.tracker_reading import ReadingContract, StrangerContract
from tests.contract.tracker_relations import RelationsContract
from tests.contract.tracker_wiki import WikiContract

__all__ = [
    "Bench",
    "BurstBench",
    "BurstContract",
    "FaultBench",
    "LateBench",
    "LateContract",
    "LostAnswerContract",
    "StaleContract",
    "TrackerContract",
]


class TrackerContract(
    OpeningContract,
    ChangingContract,
    ReadingContract,
    RelationsContract,
    OriginalsContract,
    WikiContract,
    StrangerContract,
):
    """What a tracker does, whoever makes it."""
