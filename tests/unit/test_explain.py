"""``hd-bridge explain`` as programs use it: one object a line, whatever the files hold. Touches the disk."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.homes import mail
from tests.unit.test_commands import here, left
from tests.unit.typed import command

__all__ = ["here"]
PER_MAIL = {
    *("file", "key", "message_id", "date", "from", "to", "cc", "reply_to", "subject", "language", "text", "reply"),
    *("quoted", "attachments", "automatic", "bounce", "verdict", "why", "acknowledge", "why_not_acknowledged"),
    *("ticket", "plan", "trail", "defects"),
}
CORPUS = Path(__file__).parents[1] / "corpus"
MONITOR = (
    b"From: root@customer.example\nTo: support@example.com\nSubject: backup\nAuto-Submitted: auto-generated\n\nok\n"
)


def lines(said: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    assert "Traceback" not in said.stderr
    return [json.loads(line) for line in said.stdout.splitlines()]


def test_every_mail_of_the_corpus_is_one_object_with_every_field(here: Path) -> None:
    (here / "list").write_text("".join(f"{file}\n" for file in sorted(CORPUS.glob("*.eml"))))
    told = lines(command(here, "explain", "--json", "@list"))
    assert [one["file"] for one in told] == [str(file) for file in sorted(CORPUS.glob("*.eml"))]
    for one in told:
        assert set(one) == PER_MAIL
        assert one["verdict"] in ("new", "follow-up", "ignore", "bounce", "hold")
        assert isinstance(one["automatic"], bool) and isinstance(one["acknowledge"], bool)
        assert all(set(file) == {"name", "media_type", "size", "sha256", "inline"} for file in one["attachments"])
        assert all(set(trace) == {"rule", "outcome", "evidence"} for trace in one["trail"])
        assert one["bounce"] is None or set(one["bounce"]) == {"failed", "permanent", "original_message_id"}
        assert all(set(each) == {"name", "email"} for each in (*one["to"], *one["cc"]))
        assert one["ticket"] is None and one["trail"]
    assert left(here) == ["config.yaml", "list"]


def test_a_bad_file_stops_nothing_and_is_told(here: Path) -> None:
    (here / "good").write_bytes(mail())
    said = command(here, "explain", "--json", "nowhere", "good", ".nothing/here", "@nolist")
    told = lines(said)
    assert [(one["file"], one["verdict"]) for one in told] == [
        ("nowhere", "hold"),
        ("good", "new"),
        (".nothing/here", "hold"),
        ("@nolist", "hold"),
    ]
    assert all(set(one) == PER_MAIL for one in told)
    assert "No such file" in told[0]["why"] and "nowhere: No such file" in said.stderr
    assert said.returncode == 1


def test_a_mail_that_is_none_is_held_and_nothing_failed(here: Path) -> None:
    (here / "ruin").write_bytes(b"Content-Type: multipart/mixed; boundary=x\r\n" + b"X: y\r\n" * 60_000)
    said = command(here, "explain", "--json", "ruin")
    assert (said.returncode, lines(said)[0]["verdict"]) == (0, "hold")


def test_standard_input_is_a_mail_or_an_mbox(here: Path) -> None:
    run = [sys.executable, "-c", "from hd_bridge.cli import main; main()", "explain", "--json", "-"]
    box = b"".join(b"From a@b Thu Aug 20 12:36:23 2026\n" + raw + b"\n" for raw in (MONITOR, MONITOR))
    for given, names in ((MONITOR, ["-"]), (box, ["-#1", "-#2"])):
        said = subprocess.run(run, cwd=here, input=given, capture_output=True, timeout=60, env=dict(os.environ))
        told = [json.loads(line) for line in said.stdout.splitlines()]
        assert [(one["file"], one["verdict"]) for one in told] == [(name, "ignore") for name in names]


def test_each_mail_is_explained_as_if_it_came_alone(here: Path) -> None:
    (here / "1").write_bytes(mail())
    (here / "2").write_bytes(mail("Re: Printer error", id="<2@x>", In_Reply_To="<1@acme.example>"))
    assert [one["verdict"] for one in lines(command(here, "explain", "--json", "1", "2"))] == ["new", "new"]


def test_no_server_is_needed_to_explain(here: Path) -> None:
    redmine = "kind: redmine\n  url: http://127.0.0.1:9/\n  key: file:key\n"
    config = (here / "config.yaml").read_text()
    (here / "config.yaml").write_text(config.replace("kind: embedded\n  path: var/tracker.sqlite\n", redmine, 1))
    (here / "key").write_text("0123456789")
    (here / "key").chmod(0o600)
    (here / "1").write_bytes(mail())
    said = command(here, "explain", "--json", "1")
    assert lines(said)[0]["verdict"] == "new", said.stderr


def test_in_words_it_names_every_rule_its_outcome_and_what_would_be_done(here: Path) -> None:
    (here / "1").write_bytes(mail("Our service is down", "Error 500 since this morning."))
    said = command(here, "explain", "1").stdout
    assert "→ open a ticket in project support: “Our service is down”" in said
    assert "→ send the letter " in said and "(en) to jane@acme.example" in said
    assert "bounced: passes – not a delivery failure" in said


def test_whoever_reads_only_the_first_lines_sees_no_fault(here: Path) -> None:
    (here / "1").write_bytes(mail(body="x" * 100_000))
    run = f"{sys.executable} -c 'from hd_bridge.cli import main; main()' explain --json 1 1 1 1 1 1 | head -c 1"
    said = subprocess.run(["bash", "-c", run], cwd=here, capture_output=True, text=True, timeout=60)
    assert (said.stdout, said.stderr) == ("{", "")
