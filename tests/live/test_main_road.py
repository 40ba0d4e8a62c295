"""A mail by the real Postfix becomes an issue in the real Redmine, is acknowledged, and has a page. Touches the
network."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.tracker_bench import a_word
from tests.live.installation import Installation, a_mail
from tests.live.servers.dovecot import Dovecot
from tests.live.servers.loopback import free_port, listening, wait_until
from tests.live.servers.postfix import Postfix
from tests.live.servers.redmine import Redmine


@pytest.fixture
def here(tmp_path: Path, redmine: Redmine, dovecot: Dovecot, postfix: Postfix) -> Iterator[Installation]:
    installation = Installation(tmp_path, redmine, dovecot, postfix)
    yield installation
    installation.kill()


def swaks(here: Installation, sender: str, subject: str, body: str, *words: str) -> None:
    """Send a mail as an administrator would try it out."""
    server = ["--server", f"127.0.0.1:{here.postfix.port}", "--tls", "--tls-ca-path", here.postfix.ca_file]
    mail = ["--from", sender, "--to", here.address, "--h-Subject", subject, "--body", body, *words]
    subprocess.run(["swaks", *server, *mail], check=True, capture_output=True, text=True, timeout=60)


def issue(here: Installation, word: str) -> dict[str, str]:
    """The one issue with this word in its subject, with its values as text."""
    flat = r"regexp_replace(i.description, '\s+', ' ', 'g')"
    columns = f"i.id, {flat}, coalesce(c.name, ''), coalesce(i.due_date::text, ''), s.name"
    joins = "LEFT JOIN issue_categories c ON c.id = i.category_id JOIN issue_statuses s ON s.id = i.status_id"
    (row,) = here.redmine.sql(f"SELECT {columns} FROM issues i {joins} WHERE i.subject LIKE '%{word}%'")
    return dict(zip(("id", "description", "category", "due", "status"), row, strict=True))


def files(here: Installation, number: str) -> list[str]:
    rows = here.redmine.sql(
        f"SELECT filename FROM attachments WHERE container_id = {number} AND container_type='Issue'"
    )
    return sorted(row[0] for row in rows)


def notes(here: Installation, number: str) -> list[str]:
    flat = r"regexp_replace(notes, '\s+', ' ', 'g')"
    rows = here.redmine.sql(f"SELECT {flat} FROM journals WHERE journalized_id = {number} AND notes <> '' ORDER BY id")
    return [row[0] for row in rows]


def test_a_mail_becomes_an_issue_and_its_customer_has_an_answer_with_a_link(here: Installation, tmp_path: Path) -> None:
    word, customer = a_word(), here.dovecot.new_account("example.org")
    (tmp_path / "shot.png").write_bytes(b"\x89PNG\r\n\x1a\n not really")
    here.start()
    swaks(here, customer, f"{word} is broken", "It does not print.", "--attach", f"@{tmp_path / 'shot.png'}")
    wait_until(lambda: bool(here.letters_to(customer)), f"an acknowledgement; the log: {here.log()[-2000:]}")
    here.drained(1)

    ticket = issue(here, word)
    assert ticket["category"] == "Bugs" and ticket["due"]
    assert customer in ticket["description"] and "It does not print." in ticket["description"]
    names = files(here, ticket["id"])
    assert any(name.startswith("mail-") and name.endswith(".eml") for name in names) and "shot.png" in names
    values = here.redmine.sql(f"SELECT value FROM custom_values WHERE customized_id = {ticket['id']} AND value <> ''")
    assert [customer] in values and ["bug"] in values

    (letter,) = here.letters_to(customer)
    assert f"#{ticket['id']}" in letter["Subject"] and letter["Auto-Submitted"] == "auto-replied"
    text = letter.get_payload()[0].get_payload(decode=True).decode()
    (link,) = set(re.findall(r"https://help\.example\.com/(t/[a-z0-9-]+/)", text))
    assert link in ticket["description"]
    page = (here.folder / "var/site" / link / "index.html").read_text()
    assert word in page and "It does not print." in page


def test_an_answer_becomes_a_note_with_its_file_and_reopens(here: Installation) -> None:
    word, customer = a_word(), here.dovecot.new_account("example.org")
    here.start()
    here.postfix.deliver(here.address, bytes(a_mail(customer, here.address, f"{word} is broken", "Help.")), customer)
    wait_until(lambda: bool(here.letters_to(customer)), "an acknowledgement")
    here.drained(1)
    number = issue(here, word)["id"]
    close_by_rest(here, number)
    wait_until(lambda: is_closed(here, number), "the journal to learn that it is closed")
    wait_until(lambda: ">Closed<" in page_of(here), "the page to tell that it is closed")
    (letter,) = here.letters_to(customer)
    answer = a_mail(customer, here.address, f"Re: {letter['Subject']}", "Still so.", In_Reply_To=letter["Message-ID"])
    answer.add_attachment(b"one,two\n", maintype="text", subtype="csv", filename="data.csv")
    here.postfix.deliver(here.address, bytes(answer), customer)
    here.drained(2)
    assert here.redmine.count_subjects(word) == 1
    assert sum("Still so." in note for note in notes(here, number)) == 1
    assert "data.csv" in files(here, number)
    assert issue(here, word)["status"] == "In Progress"
    assert len(here.letters_to(customer)) == 1, "only a new ticket is acknowledged"


def test_an_answer_in_the_moment_of_the_closing_reopens_as_well(here: Installation) -> None:
    """It is decided before anybody has looked whether the ticket is still open."""
    config = here.folder / "config.yaml"
    config.write_text(config.read_text().replace("poll: 1s", "poll: 4s"))
    word, customer = a_word(), here.dovecot.new_account("example.org")
    here.start()
    mail = a_mail(customer, here.address, f"{word} is broken", "Help.", id=f"<{word}@customers.example.org>")
    here.postfix.deliver(here.address, bytes(mail), customer)
    here.drained(1)
    number = issue(here, word)["id"]
    close_by_rest(here, number)
    answer = a_mail(customer, here.address, "Re: broken", "Still so.", In_Reply_To=f"<{word}@customers.example.org>")
    here.postfix.deliver(here.address, bytes(answer), customer)
    here.drained(2)
    assert sum("Still so." in note for note in notes(here, number)) == 1
    wait_until(lambda: issue(here, word)["status"] == "In Progress", "the ticket to be open again", seconds=30)


def close_by_rest(here: Installation, number: str) -> None:
    """An agent closes the issue in Redmine."""

    ((status,),) = here.redmine.sql("SELECT id FROM issue_statuses WHERE is_closed ORDER BY id LIMIT 1")
    here.redmine.change(number, status_id=status)


def page_of(here: Installation) -> str:
    """The one page of this installation."""
    (page,) = list((here.folder / "var/site/t").glob("*/index.html"))
    return page.read_text()


def is_closed(here: Installation, number: str) -> bool:
    """Whether the journal has learnt that a ticket is closed."""
    with sqlite3.connect(here.folder / "var/journal.sqlite") as db:
        (closed,) = db.execute("SELECT closed FROM tickets WHERE number = ?", (number,)).fetchone()
    db.close()
    return bool(closed)


def test_pages_are_shown_by_us_where_nobody_else_does(here: Installation) -> None:
    import requests

    config, port = here.folder / "config.yaml", free_port()
    config.write_text(config.read_text().replace('url: "https://help.example.com/"', f"serve: {{port: {port}}}"))
    word, customer = a_word(), here.dovecot.new_account("example.org")
    here.start()
    here.postfix.deliver(here.address, bytes(a_mail(customer, here.address, f"{word} is broken", "Help.")), customer)
    here.drained(1)
    (letter,) = here.letters_to(customer)
    text = next(part for part in letter.walk() if part.get_content_type() == "text/plain")
    (link,) = re.findall(rf"http://127\.0\.0\.1:{port}/\S+", text.get_payload(decode=True).decode())
    assert word in requests.get(link, timeout=30).text
    said = here.command("check")
    assert said.returncode == 0 and "customers cannot open their pages" in said.stdout
    assert here.stop() == 0 and not listening(port)


def test_check_finds_all_well_and_a_wrong_key_too(here: Installation) -> None:
    said = here.command("check")
    assert said.returncode == 0, said.stdout + said.stderr
    text = (here.folder / "config.yaml").read_text()
    (here.folder / "config.yaml").write_text(text.replace("env:REDMINE_API_KEY", "env:HOME"))
    said = here.command("check")
    assert said.returncode == 1 and "key" in said.stdout


def test_explain_writes_nothing(here: Installation, tmp_path: Path) -> None:
    (tmp_path / "one.eml").write_bytes(bytes(a_mail("jane@example.org", here.address, "broken", "Help.")))
    said = here.command("explain", "--json", str(tmp_path / "one.eml"))
    told = json.loads(said.stdout)
    assert told["verdict"] == "new" and told["acknowledge"] is True
    assert not (here.folder / "var").exists()


def test_a_revoked_key_closes_the_tracker_and_loses_nothing(here: Installation) -> None:
    word, customer = a_word(), here.dovecot.new_account("example.org")
    here.start()
    user = here.redmine.users["bridge"]
    here.redmine.sql(f"UPDATE users SET status = 3 WHERE id = {user}")
    try:
        here.postfix.deliver(
            here.address, bytes(a_mail(customer, here.address, f"{word} is broken", "Help.")), customer
        )
        wait_until(lambda: "tracker" not in here.open_doors(), "the door to be closed")
    finally:
        here.redmine.sql(f"UPDATE users SET status = 1 WHERE id = {user}")
    here.drained(1)
    assert here.redmine.count_subjects(word) == 1


def test_a_stopped_daemon_ends_with_zero(here: Installation) -> None:
    here.start()
    assert here.stop() == 0
