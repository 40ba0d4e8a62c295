"""``hd-bridge check`` between the real servers, with all that can be wrong at once. Touches the network."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.live.installation import Installation
from tests.live.servers.dovecot import Dovecot
from tests.live.servers.postfix import Postfix
from tests.live.servers.redmine import Redmine

MORE = """
  - {{name: lost, address: lost@example.com, kind: imap, host: nowhere.invalid, username: x, password: env:WRONG,
     project: support}}
  - {{name: wrong, address: wrong@example.com, kind: imap, host: 127.0.0.1, port: {imaps}, username: {address},
     password: env:WRONG, ca_file: {imap_ca}, project: nosuchproject}}
outbox:"""


def checked(here: Installation, **secrets: str) -> tuple[int, list[dict[str, Any]], str]:
    """Exit status, findings, and all that was said."""
    run = [sys.executable, "-c", "from hd_bridge.cli import main; main()", "check", "--json"]
    env = {**here.environment, "WRONG": "sesame-4711", **secrets}
    said = subprocess.run(run, cwd=here.folder, env=env, capture_output=True, text=True, timeout=120)
    return said.returncode, [json.loads(line) for line in said.stdout.splitlines()], said.stdout + said.stderr


def test_an_installation_that_is_well_passes(
    tmp_path: Path, redmine: Redmine, dovecot: Dovecot, postfix: Postfix
) -> None:
    here = Installation(tmp_path, redmine, dovecot, postfix)
    status, findings, said = checked(here)
    assert status == 0, said
    assert any("null sender is taken" in one["text"] for one in findings)
    assert not (tmp_path / "var").exists()


def test_everything_that_is_wrong_is_named_at_once_and_no_secret_with_it(
    tmp_path: Path, redmine: Redmine, dovecot: Dovecot, postfix: Postfix
) -> None:
    here = Installation(tmp_path, redmine, dovecot, postfix)
    config = tmp_path / "config.yaml"
    more = MORE.format(imaps=dovecot.imaps_port, address=here.address, imap_ca=dovecot.ca_file)
    text = config.read_text().replace("\noutbox:", more, 1)
    config.write_text(text.replace("category: Bugs", "category: Sorrows, project: nowhere"))

    status, findings, said = checked(here)
    problems = [one for one in findings if one["level"] == "problem"]
    told = "\n".join(one["text"] for one in problems)
    assert status == 1
    assert "nowhere.invalid" in told and "refuses the login" in told
    assert "nosuchproject" in told and "nowhere" in told
    assert any(one["door"] == "outbox" and one["level"] == "ok" for one in findings)
    assert "sesame" not in said and dovecot.password not in said and redmine.bridge_key not in said

    status, findings, said = checked(here, REDMINE_API_KEY="0123456789abcdef0123456789abcdef01234567")
    assert status == 1
    assert any(one["door"] == "tracker" and one["level"] == "problem" for one in findings)
    assert "0123456789abcdef" not in said
    assert [path.name for path in tmp_path.iterdir()] == ["config.yaml"]
