"""The main road on the real servers: from arrival to issue beside the bare calls, start to ready, memory."""

from __future__ import annotations

import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import psutil
import requests

from tests.live.installation import Installation, a_mail
from tests.live.servers.dovecot import Dovecot
from tests.live.servers.postfix import Postfix
from tests.live.servers.redmine import Redmine

MAILS = 30
STARTS = 5


def measure(folder: Path, redmine: Redmine, dovecot: Dovecot, postfix: Postfix) -> dict[str, str]:
    """Figures by name, in words."""
    here = Installation(folder, redmine, dovecot, postfix)
    starts = [_start(here) for _ in range(STARTS)]
    here.start()
    try:
        idle = _memory(here)
        bare, exists, accepted = _road(here)
        loaded = _memory(here)
    finally:
        here.stop()
    median = statistics.median
    return {
        "start to ready (median of 5)": f"{median(starts):.2f} s",
        "memory idle (sum of PSS)": f"{idle:.0f} MB",
        f"memory after {MAILS} mails (sum of PSS)": f"{loaded:.0f} MB",
        "bare upload + create with requests (median, p95)": f"{_ms(bare)}",
        "EXISTS received to issue visible (median, p95)": f"{_ms(exists)}",
        "ratio of the medians (EXISTS to issue / bare calls)": f"{median(exists) / median(bare):.2f}",
        "ratio of the p95 (EXISTS to issue / bare calls)": f"{_p95(exists) / _p95(bare):.2f}",
        "Postfix accepted to issue visible (median, p95)": f"{_ms(accepted)}",
        "of that until Dovecot tells (fixed 500 ms and delivery, median)": (
            f"{1000 * median([a - e for a, e in zip(accepted, exists, strict=True)]):.0f} ms"
        ),
    }


def _p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]


def _ms(seconds: list[float]) -> str:
    return f"{1000 * statistics.median(seconds):.0f} ms, {1000 * _p95(seconds):.0f} ms"


def _start(here: Installation) -> float:
    """Seconds from the process's start to the line that says that it is ready."""
    said, begin = here.log().count(" ready:"), time.monotonic()
    here.start(ready=False)
    _until(lambda: here.log().count(" ready:") > said)
    seconds = time.monotonic() - begin
    here.stop()
    return seconds


def _memory(here: Installation) -> float:
    """Megabytes of the daemon and its children, shared pages counted by their share."""
    time.sleep(3)
    daemon = psutil.Process(here.pid)
    return float(sum(process.memory_full_info().pss for process in (daemon, *daemon.children(recursive=True)))) / 1e6


def _road(here: Installation) -> tuple[list[float], list[float], list[float]]:
    """Seconds of the bare calls, from EXISTS to the issue, and from Postfix's acceptance to the issue, interleaved."""
    bare, exists, accepted = [], [], []
    session = requests.Session()
    session.headers["X-Redmine-API-Key"] = here.redmine.bridge_key
    watcher, asked = _Idle(here), _Asked(here)
    for i in range(MAILS):
        mail = bytes(a_mail("jane@example.org", here.address, f"bench{i}x is broken", "It does not print.\n" * 20))
        bare.append(_bare(here, session, mail, f"bare{i}x"))
        watcher.arm()
        here.postfix.deliver(here.address, mail, "jane@example.org")
        begin = time.monotonic()
        _until(partial(asked.sees, f"bench{i}x"))
        end = time.monotonic()
        exists.append(end - watcher.told)
        accepted.append(end - begin)
        print(f"\r{i + 1}/{MAILS} mails", end="", file=sys.stderr)
        time.sleep(0.7)  # the acknowledgement and the page are done: the next mail finds a quiet house
    watcher.close()
    asked.close()
    return bare, exists, accepted


def _bare(here: Installation, session: requests.Session, mail: bytes, word: str) -> float:
    """The same two calls with nothing around them."""
    begin = time.monotonic()
    answer = session.post(
        f"{here.redmine.url}/uploads.json?filename=mail-{word}.eml",
        data=mail,
        headers={"Content-Type": "application/octet-stream"},
        timeout=60,
    )
    token = answer.json()["upload"]["token"]
    uploads = [{"token": token, "filename": f"mail-{word}.eml", "content_type": "message/rfc822"}]
    issue = {"project_id": "support", "subject": word, "description": "It does not print.\n" * 20, "uploads": uploads}
    made = session.post(f"{here.redmine.url}/issues.json?include=attachments", json={"issue": issue}, timeout=60)
    assert made.status_code == 201, made.text
    return time.monotonic() - begin


class _Asked:
    """One psql that stays open: starting one for each question would take more time than what is measured."""

    def __init__(self, here: Installation) -> None:
        server, redmine = here.redmine.postgres, here.redmine
        where = ["-h", server.host, "-p", str(server.port), "-U", server.user, "-d", redmine.database]
        command = ["psql", "-X", "-q", "-A", "-t", *where]
        self._psql = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)

    def sees(self, word: str) -> bool:
        """Whether an issue with this word in its subject is there for everybody."""
        assert self._psql.stdin and self._psql.stdout
        self._psql.stdin.write(f"SELECT count(*) FROM issues WHERE subject LIKE '%{word}%';\n")
        self._psql.stdin.flush()
        return self._psql.stdout.readline().strip() == "1"

    def close(self) -> None:
        """Let it go."""
        assert self._psql.stdin and self._psql.stdout
        self._psql.stdin.close()
        self._psql.wait()
        self._psql.stdout.close()


class _Idle:
    """Another client in IDLE on the same mailbox: it is told of a mail when the daemon is."""

    def __init__(self, here: Installation) -> None:
        self._client = here.dovecot.client(here.address)
        self._client.select_folder("INBOX", readonly=True)
        self._client.idle()
        self._armed = threading.Event()
        self._stop = False
        self.told = 0.0
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def arm(self) -> None:
        """The next EXISTS is the one that counts."""
        self._armed.set()

    def close(self) -> None:
        """Stop listening."""
        self._stop = True
        self._thread.join()
        self._client.logout()

    def _listen(self) -> None:
        while not self._stop:
            answers = self._client.idle_check(timeout=0.5)
            if self._armed.is_set() and any(len(answer) > 1 and answer[1] == b"EXISTS" for answer in answers):
                self.told = time.monotonic()
                self._armed.clear()
        self._client.idle_done()


def _until(ready: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait in small steps, so that the waiting does not show in the figure."""
    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end:
            raise TimeoutError("it did not happen")
        time.sleep(0.005)
