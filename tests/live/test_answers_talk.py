"""A conversation of ten turns between two real mailboxes, in two languages, with files and pictures both ways; each
side's mail program could thread it. Touches the network."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path

import pytest

from tests.contract.tracker_bench import a_word
from tests.live.installation import Installation
from tests.live.redmine_bench import RedmineBench
from tests.live.servers.dovecot import Dovecot
from tests.live.servers.loopback import wait_until
from tests.live.servers.postfix import Postfix
from tests.live.servers.redmine import Redmine

CUSTOMER = (
    "Bom dia! A impressora não imprime: a luz está vermelha. Segue a foto.",
    "プリンターの電源を入れ直しましたが、まだ動きません。",
    "Já troquei o cabo, mas continua igual. Não sei mais o que fazer.",
    "ありがとうございます。設定画面を添付します。",
    "Funcionou! Muito obrigada pela atenção e paciência.",
)
AGENT = (
    "Olá! A luz vermelha é falta de papel. Veja a figura: !foto-1.png!",
    "ご連絡ありがとうございます。図をご覧ください。 !foto-2.png!",
    "Vamos reinstalar o driver; as instruções estão em anexo. !foto-3.png!",
    "設定は正しいです。ドライバーを更新してください。 !foto-4.png!",
    "Que bom! Então não há mais nada em aberto. !foto-5.png!",
)
ENCODINGS = ("utf-8", "iso-2022-jp", "iso-8859-1", "iso-2022-jp", "utf-8")
MOST_REFERENCES = 10


def picture(turn: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + bytes([turn]) * 60


@pytest.fixture
def here(tmp_path: Path, redmine: Redmine, dovecot: Dovecot, postfix: Postfix) -> Iterator[Installation]:
    made = Installation(tmp_path, redmine, dovecot, postfix)
    config = tmp_path / "config.yaml"
    config.write_text(config.read_text().replace("{kind: smtp,", "{kind: smtp, grace: 1s,"))
    yield made
    made.kill()


class Customer:
    """A person at a mail program: what they have written, what lies in their mailbox."""

    def __init__(self, here: Installation) -> None:
        self.here, self.address = here, here.dovecot.new_account("example.org")
        self.word = a_word()
        self.thread: list[str] = []  # Message-IDs of the conversation, as their program knows it

    def writes(self, turn: int) -> EmailMessage:
        """A new mail, or an answer to the last letter, as mail programs make them."""
        mail = EmailMessage()
        mail["From"], mail["To"] = self.address, self.here.address
        mail["Subject"] = f"{'Re: ' if turn else ''}{self.word} impressora"
        mail["Message-ID"] = make_msgid(domain="customers.example.org")
        mail["Date"] = "Sat, 21 Nov 2026 12:00:00 +0000"
        if self.thread:
            mail["In-Reply-To"], mail["References"] = self.thread[-1], " ".join(self.thread)
        mail.set_content(CUSTOMER[turn] + "\n", charset=ENCODINGS[turn])
        mail.add_alternative(f'<p>{CUSTOMER[turn]}</p><img src="cid:p{turn}">', subtype="html")
        html = mail.get_payload()[1]  # type: ignore[index]
        html.add_related(picture(turn), "image", "png", cid=f"<p{turn}>", filename=f"tela-{turn}.png")  # type: ignore[union-attr]
        mail.add_attachment(f"log {turn}".encode(), maintype="text", subtype="plain", filename=f"registro-{turn}.txt")
        self.here.postfix.deliver(self.here.address, mail.as_bytes(policy=policy.SMTP), self.address)
        self.thread.append(str(mail["Message-ID"]))
        return mail

    def letters(self) -> list[EmailMessage]:
        """Letters of persons in their mailbox."""
        raws = self.here.dovecot.mails_of(self.address)
        found = [message_from_bytes(raw, policy=policy.default) for raw in raws]
        return [letter for letter in found if not letter["Auto-Submitted"]]


def test_ten_turns_with_files_and_pictures_thread_on_both_sides(here: Installation, bench: RedmineBench) -> None:
    jane = Customer(here)
    here.start()
    for turn in range(5):
        asked = jane.writes(turn)
        wait_until(lambda turn=turn: notes(here, jane.word) == 2 * turn, f"turn {turn}; {here.log()[-2000:]}")  # type: ignore[misc]
        (number,) = here.redmine.sql(f"SELECT id FROM issues WHERE subject LIKE '%{jane.word}%'")[0]
        files = {f"foto-{turn + 1}.png": picture(100 + turn), f"manual-{turn}.txt": f"passo {turn}".encode()}
        bench.note(int(number), AGENT[turn], files=files)
        wait_until(lambda turn=turn: len(jane.letters()) > turn, f"letter {turn}; {here.log()[-2000:]}")  # type: ignore[misc]
        letter = jane.letters()[turn]
        read(letter, turn)
        threads(letter, asked, jane.thread)
        jane.thread.append(str(letter["Message-ID"]))
    here.drained(5)
    assert len(jane.letters()) == 5 and len(jane.thread) == 10
    whole(here, jane)


def notes(here: Installation, word: str) -> int:
    """How many notes its one ticket has; -1 where there is no ticket yet."""
    rows = here.redmine.sql(
        "SELECT count(j.id) FROM issues i LEFT JOIN journals j ON j.journalized_id = i.id AND j.notes <> ''"
        f" WHERE i.subject LIKE '%{word}%' GROUP BY i.id"
    )
    return int(rows[0][0]) if rows else -1


def read(letter: EmailMessage, turn: int) -> None:
    """The agent's words, the picture in its place, the file beside."""
    said = AGENT[turn].partition(" !")[0]
    plain, html = letter.get_body(("plain",)), letter.get_body(("related", "html"))
    assert plain is not None and said in plain.get_content() and html is not None
    (shown,) = [part for part in letter.walk() if part.get_content_type() == "image/png"]
    assert shown.get_content() == picture(100 + turn)
    page = next(part for part in letter.walk() if part.get_content_type() == "text/html").get_content()
    assert f"cid:{shown['Content-ID'].strip('<>')}" in page and said in page
    files = {part.get_filename(): part.get_content() for part in letter.iter_attachments()}
    assert {name: str(content).strip() for name, content in files.items()} == {f"manual-{turn}.txt": f"passo {turn}"}


def threads(letter: EmailMessage, asked: EmailMessage, thread: list[str]) -> None:
    """It answers the customer's last mail, below all before it (long chains keep their ends)."""
    assert letter["In-Reply-To"] == asked["Message-ID"]
    known = str(letter["References"]).split()
    assert known[-1] == asked["Message-ID"] and known[0] == thread[0]
    assert known == [one for one in thread if one in known], "in their order, and nothing else"
    assert len(known) == min(len(thread), MOST_REFERENCES)


def whole(here: Installation, jane: Customer) -> None:
    """One ticket, with all that the customer wrote and enclosed."""
    assert here.redmine.count_subjects(jane.word) == 1
    rows = here.redmine.sql(
        "SELECT regexp_replace(description, '\\s+', ' ', 'g') || ' ' || (SELECT string_agg(regexp_replace(notes,"
        f" '\\s+', ' ', 'g'), ' ' ORDER BY id) FROM journals WHERE journalized_id = issues.id) FROM issues"
        f" WHERE subject LIKE '%{jane.word}%'"
    )
    for said in CUSTOMER:
        assert rows[0][0].count(said.partition(":")[0].partition("!")[0]) == 1, said
    files = here.redmine.sql(
        "SELECT filename FROM attachments WHERE container_type = 'Issue' AND container_id ="
        f" (SELECT id FROM issues WHERE subject LIKE '%{jane.word}%')"
    )
    names = sorted(name[: len("tela-0")] for (name,) in files if name.startswith(("registro", "tela")))
    assert names == sorted([*(["regist"] * 5), *(f"tela-{n}" for n in range(5))])
    assert sum(name.startswith("mail-") for (name,) in files) == 5
