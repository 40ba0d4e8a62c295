"""Secrets are named, found, and never shown. Touches the disk."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from hd_bridge.config import load
from hd_bridge.config.outbox import SmtpOutbox
from tests.unit.test_config_load import LEAST, loaded, mistakes

SMTP = LEAST.replace("{kind: maildir}", "{kind: smtp, host: h, username: u, password: HERE}")


def secret_file(folder: Path, content: bytes, mode: int = 0o600) -> None:
    (folder / "key").write_bytes(content)
    (folder / "key").chmod(mode)


def test_a_secret_comes_from_the_environment_or_the_first_line_of_a_file(tmp_path: Path) -> None:
    secret_file(tmp_path, b"hunter2 \r\nsecond line\n")
    for source, value in (("env:PW", "hunter3"), ("file:key", "hunter2 "), (f"file:{tmp_path}/key", "hunter2 ")):
        outbox = loaded(tmp_path, SMTP.replace("HERE", source), {"PW": "hunter3"}).outbox
        assert isinstance(outbox, SmtpOutbox)
        assert outbox.password is not None
        assert outbox.password.reveal() == value


def test_a_secret_is_not_printed_dumped_or_pickled(tmp_path: Path) -> None:
    settings = loaded(tmp_path, SMTP.replace("HERE", "env:PW"), {"PW": "hunter2"})
    assert "hunter2" not in repr(settings) + str(settings) + str(settings.model_dump())
    assert isinstance(settings.outbox, SmtpOutbox)
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(settings.outbox.password)


def test_a_database_address_with_a_password_is_a_secret_as_a_whole(tmp_path: Path) -> None:
    url = "postgresql+psycopg://u:hunter2@db/bridge"
    settings = loaded(tmp_path, LEAST + "journal: {url: env:DB}\n", {"DB": url})
    assert settings.journal.url == url
    assert settings.journal.exists
    assert "hunter2" not in repr(settings)


@pytest.mark.parametrize(
    ("content", "mode", "expected"),
    [
        (b"hunter2", 0o644, "names a file that everybody on this machine may open; expected one with mode 0600"),
        (b"hunter2", 0o602, "names a file that everybody on this machine may open"),
        (b"", 0o600, "names a secret that is not set or empty"),
        (b"\nhunter2", 0o600, "names a secret that is not set or empty"),
        (b"\xff\xfe", 0o600, "names a file that is not text"),
    ],
)
def test_a_file_that_others_read_or_that_holds_nothing_is_a_mistake(
    tmp_path: Path, content: bytes, mode: int, expected: str
) -> None:
    secret_file(tmp_path, content, mode)
    (told,) = mistakes(tmp_path, SMTP.replace("HERE", "file:key"))
    assert told.startswith(f"outbox.password: {expected}")
    assert "hunter2" not in told


@pytest.mark.parametrize(
    "source", ["hunter2", "env:", "env:no-name", "file:", "file:nowhere", "file:.", "env:UNSET", "vault:x"]
)
def test_what_names_no_secret_is_a_mistake_that_does_not_repeat_it(tmp_path: Path, source: str) -> None:
    (told,) = mistakes(tmp_path, SMTP.replace("HERE", f"'{source}'"))
    assert told.startswith("outbox.password: ")
    assert "expected" in told
    assert "hunter2" not in told


def test_a_secret_under_a_wrong_key_is_not_repeated(tmp_path: Path) -> None:
    told = mistakes(tmp_path, SMTP.replace("password: HERE", "passwort: hunter2, tls: hunter2, port: hunter2"))
    assert len(told) == 3
    assert "hunter2" not in " ".join(told)


def test_the_environment_of_the_process_is_the_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HD_TEST_PW", "hunter2")
    (tmp_path / "config.yaml").write_text(SMTP.replace("HERE", "env:HD_TEST_PW"))
    outbox = load(tmp_path / "config.yaml").outbox
    assert isinstance(outbox, SmtpOutbox)
    assert outbox.password is not None
    assert outbox.password.reveal() == "hunter2"
