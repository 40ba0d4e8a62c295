"""What a start of the daemon costs until it says that it is ready: CPU, memory, modules. Touches the disk.

Run it with ``python -m tests.bench.start [STARTS] [--shipped]``. The tracker, mailbox and relay that it is configured
with answer nobody: neither their speed nor their being there is part of the figure. CPU is the process's own, so that
neighbours on the machine do not count. ``--shipped`` starts config.yaml as it is delivered, on embedded parts.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from tests.live.installation import CONFIG
from tests.live.servers.loopback import free_port

ROOT = Path(__file__).resolve().parents[2]
RUN = "from hd_bridge.cli import main; main()"


def prepare(folder: Path, shipped: bool) -> dict[str, str]:
    """A config.yaml in the folder; the environment that goes with it."""
    if shipped:
        shutil.copy(ROOT / "config.yaml", folder)
        shutil.copytree(ROOT / "hd_bridge" / "templates", folder / "hd_bridge" / "templates")
        return dict(os.environ)
    ca = folder / "ca.pem"
    shutil.copy("/etc/ssl/certs/ca-certificates.crt", ca)
    told = CONFIG.format(
        redmine=f"http://127.0.0.1:{free_port()}",
        address="support@example.org",
        imaps=free_port(),
        imap_ca=ca,
        afterwards="flag",
        smtp=free_port(),
        smtp_ca=ca,
    )
    (folder / "config.yaml").write_text(told)
    return {**os.environ, "REDMINE_API_KEY": "k" * 40, "IMAP_PASSWORD": "secret"}


def start(folder: Path, environment: dict[str, str]) -> tuple[float, float, float]:
    """Seconds of CPU and of the clock until ``ready``, and the megabytes (PSS) three seconds later."""
    begun = time.monotonic()
    command = [sys.executable, "-c", RUN, "run"]
    daemon = subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.PIPE, text=True)
    assert daemon.stderr is not None
    try:
        said = []
        for line in daemon.stderr:
            said.append(line)
            if " ready:" in line:
                break
        else:
            raise SystemExit("".join(said))
        seen = psutil.Process(daemon.pid)
        cpu, wall = seen.cpu_times(), time.monotonic() - begun
        time.sleep(3)
        return cpu.user + cpu.system, wall, seen.memory_full_info().pss / 1e6
    finally:
        daemon.terminate()
        daemon.stderr.close()
        daemon.wait()


def main() -> None:
    """The first start makes tables and keys and is not counted."""
    words = argparse.ArgumentParser()
    words.add_argument("starts", nargs="?", type=int, default=5)
    words.add_argument("--shipped", action="store_true")
    told = words.parse_args()
    with tempfile.TemporaryDirectory(prefix="hd-start-") as name:
        environment = prepare(Path(name), told.shipped)
        start(Path(name), environment)
        starts = [start(Path(name), environment) for _ in range(told.starts)]
    cpu, wall, memory = (statistics.median(values) for values in zip(*starts, strict=True))
    print(f"CPU to ready {cpu:.2f} s, by the clock {wall:.2f} s, memory {memory:.0f} MB (medians of {told.starts})")


if __name__ == "__main__":
    main()
