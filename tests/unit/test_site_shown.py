"""The pages that ``hd-bridge run`` shows itself. Touches the network."""

from __future__ import annotations

import logging
import socket
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from hd_bridge.cli import site
from hd_bridge.config import Settings, load
from hd_bridge.findings import Level

CONFIG = """
tracker: {{kind: embedded}}
mailboxes: [{{name: support, address: support@example.com, kind: maildir, path: in, project: support}}]
outbox: {{kind: maildir}}
site: {told}
"""


def settings(folder: Path, told: str) -> Settings:
    path = folder / "config.yaml"
    path.write_text(CONFIG.format(told=told))
    return load(path, environ={})


def test_a_port_that_is_taken_is_tried_again_and_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(site, "AGAIN", 0.05)
    caplog.set_level(logging.INFO, "hd_bridge.site")
    (tmp_path / "pages/t/abc").mkdir(parents=True)
    (tmp_path / "pages/t/abc/index.html").write_text("<!doctype html><title>Yours</title>")
    with socket.create_server(("127.0.0.1", 0)) as before:
        port = before.getsockname()[1]
        shown = site.served(settings(tmp_path, f"{{folder: pages, serve: {{port: {port}}}}}"))
        shown.__enter__()
        until(lambda: len(caplog.messages) == 1)
        time.sleep(0.3)
    until(lambda: len(caplog.messages) == 2)
    assert "it is tried again" in caplog.messages[0] and f"http://127.0.0.1:{port}/" in caplog.messages[1]
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/t/abc/", timeout=30) as answer:
        assert b"Yours" in answer.read()
    shown.__exit__(None, None, None)
    with socket.create_server(("127.0.0.1", port)):
        pass


@pytest.mark.parametrize(
    ("told", "alone"),
    [
        ("{serve: {}}", True),
        ('{serve: {host: "0.0.0.0"}}', True),
        ("{url: 'http://localhost:8025/'}", True),
        ("{url: 'https://help.example.com/', serve: {}}", False),
    ],
)
def test_links_that_customers_cannot_follow_are_a_warning(tmp_path: Path, told: str, alone: bool) -> None:
    assert [finding.level for finding in site.seen(settings(tmp_path, told))] == [Level.WARNING] * alone


def until(ready: Callable[[], bool], seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < end
        time.sleep(0.02)
