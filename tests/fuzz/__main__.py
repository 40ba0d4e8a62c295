"""The long run: ``python -m tests.fuzz [--minutes 30] [--seed N] [--out FOLDER]``. Touches the disk.

With atheris (``pip install atheris``; coverage tells which mails lead somewhere new) or, where it is not to be had,
with mails that are cut up and glued together by dice. The first mail of each kind of finding is written to the folder;
it belongs in the corpus.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.fuzz.damage import damaged, dictionary, seeds

LONGEST = 32 * 1024


def main() -> None:
    """Fuzz until the time is over or something does not hold."""
    words = argparse.ArgumentParser(prog="python -m tests.fuzz")
    words.add_argument("--minutes", type=float, default=30.0)
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--out", type=Path, default=Path("/tmp/hd-fuzz"))
    words.add_argument("--dice", action="store_true", help="without atheris, also where it is installed")
    told = words.parse_args()
    told.out.mkdir(parents=True, exist_ok=True)
    if told.dice or importlib.util.find_spec("atheris") is None:
        sys.exit(by_dice(told.out, told.minutes, told.seed))
    by_coverage(told.out, told.minutes, told.seed)


class Findings:
    """What did not hold, kept once a kind: the run goes on."""

    def __init__(self, out: Path) -> None:
        from tests.fuzz.holding import check  # only now: atheris instruments what is imported here

        self._check, self._out = check, out
        self.kinds: set[str] = set()

    def look(self, raw: bytes) -> None:
        """Check one mail."""
        try:
            self._check(raw)
        except Exception as error:
            kind = "".join(c if c.isalpha() else "-" for c in f"{type(error).__name__}-{error}")[:60]
            if kind not in self.kinds:
                self.kinds.add(kind)
                (self._out / f"finding-{kind}.eml").write_bytes(raw)
                print(f"FINDING {type(error).__name__}: {error}", flush=True)


def by_dice(out: Path, minutes: float, seed: int) -> int:
    """Damaged mails of the corpus, all different, until the time is over; how many findings."""
    findings = Findings(out)
    dice, end, tried = random.Random(seed), time.monotonic() + 60 * minutes, 0
    corpus = seeds()
    while time.monotonic() < end:
        findings.look(damaged(dice, corpus))
        tried += 1
    print(f"{tried} mails in {minutes:g} minutes, {len(findings.kinds)} kinds of findings in {out}")
    return 1 if findings.kinds else 0


def by_coverage(out: Path, minutes: float, seed: int) -> None:
    """libFuzzer with our bytecode instrumented; it ends the process itself."""
    atheris = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["hd_bridge.mail", "hd_bridge.decide", "hd_bridge.rules"]):
        findings = Findings(out)
        importlib.import_module("hd_bridge.mail.reading")
    corpus, found = out / "corpus", f"{out}/crash-"
    corpus.mkdir(exist_ok=True)
    for number, raw in enumerate(seeds()):
        (corpus / f"seed-{number}").write_bytes(raw)
    words = out / "words.dict"
    words.write_text(dictionary())
    dice = random.Random(seed)

    def mutate(data: bytes, most: int, turn: int) -> bytes:
        if turn % 4 == 0:
            return damaged(dice, [data])[:most]
        return bytes(atheris.Mutate(data, most))

    def one(data: bytes) -> None:
        findings.look(data)

    told: Sequence[str] = (
        sys.argv[0],
        str(corpus),
        f"-max_total_time={60 * minutes:.0f}",
        f"-dict={words}",
        f"-artifact_prefix={found}",
        f"-max_len={LONGEST}",
        f"-seed={seed}",
        "-timeout=20",
        "-rss_limit_mb=1500",
        "-print_final_stats=1",
    )
    atheris.Setup(list(told), one, custom_mutator=mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
