"""A small IMAP server that keeps to the protocol except where a test tells it not to."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BufferedIOBase

from tests.unit.scripted import DROP, SILENT, Script


@dataclass(kw_only=True)
class Stored:
    """A mail as it lies there; ``size`` may lie, ``raw`` may be None: a NO whenever it is asked for."""

    raw: bytes | None
    date: str = "17-May-2020 08:30:00 +0200"
    size: int | None = None
    flags: set[str] = field(default_factory=set)


class ImapScript(Script):
    """Mails by UID; ``answers`` by verb are said in place of what the verb would do."""

    def __init__(self, *, capabilities: str = "IDLE MOVE UIDPLUS", greeting: str = "OK", **answers: str) -> None:
        super().__init__()
        self.capabilities = capabilities
        self.greeting = greeting
        self.answers = {verb.replace("_", " "): answer for verb, answer in answers.items()}
        self.mails: dict[int, Stored] = {}
        self.validity: int | None = 7
        self.read_only = False
        self.pushes: list[str] = []

    def play(self, lines: BufferedIOBase, say: Callable[[str], None]) -> None:
        say(self.greeting if self.greeting in (DROP, SILENT) else f"* {self.greeting} hello")
        while line := lines.readline():
            text = line.decode("utf-8").rstrip("\r\n")
            self.heard.append(text.partition(" ")[2])
            tag, _, command = text.partition(" ")
            self._command(tag, command, lines, say)
            if command == "LOGOUT":
                return

    def verbs(self) -> list[str]:
        return [self._verb(line) for line in self.heard]

    @staticmethod
    def _verb(command: str) -> str:
        words = command.upper().split(" ")
        return " ".join(words[:2]) if words[0] == "UID" else words[0]

    def _command(self, tag: str, command: str, lines: BufferedIOBase, say: Callable[[str], None]) -> None:
        verb = self._verb(command)
        answer = self.answers.get(verb)
        if answer is not None:
            say(answer if answer in (DROP, SILENT) or answer.startswith("*") else f"{tag} {answer}")
            return
        act = getattr(self, "_" + verb.lower().replace(" ", "_"), None)
        if act is not None:
            act(command, lines, say)
        say(f"{tag} OK done")

    def _capability(self, command: str, lines: BufferedIOBase, say: Callable[[str], None]) -> None:
        say(f"* CAPABILITY IMAP4rev1 {self.capabilities}")

    def _logout(self, command: str, lines: BufferedIOBase, say: Callable[[str], None]) -> None:
        say("* BYE bye")

    def _select(self, command: str, lines: BufferedIOBase, say: Callable[[str], None]) -> None:
        self._examine(command, lines, say)
        if self.read_only:
            say("* OK [READ-ONLY] look only")

    def _examine(self, command: str, lines: BufferedIOBase, say: Callable[[str], None]) -> None:
        say(f"* {len(self.mails)} EXISTS")
        if self.validity is not None:
            say(f"* OK [UIDVALIDITY {self.validity}] valid")
        say(f"* OK [UIDNEXT {max(self.mails, default=0) + 1}] next")

    def _uid_search(self, command: str, lines: BufferedIOBase, say: Callable[[str], None]) -> None:
        first, _, last = command.split(" ")[-1].partition(":")
        highest = max(self.mails, default=0)
        end = int(first) if not last else highest if last == "*" else int(last)
        low, high = sorted((int(first), end))  # RFC 9051: the order of a range does not matter, hence the trap
        say("* SEARCH " + " ".join(str(uid) for uid in self.mails if low <= uid <= high))

    def _uid_fetch(self, command: str, lines: BufferedIOBase, say: Callable[[str], None]) -> None:
        uids, _, items = command.removeprefix("UID FETCH ").partition(" ")
        for uid in (int(one) for one in uids.split(",") if int(one) in self.mails):
            mail = self.mails[uid]
            if "INTERNALDATE" in items:
                size = mail.size if mail.size is not None else len(mail.raw or b"")
                say(f'* {uid} FETCH (UID {uid} INTERNALDATE "{mail.date}" RFC822.SIZE {size})')
            elif mail.raw is None:
                say(f"* {uid} FETCH (UID {uid} BODY[]<0> NIL)")
            else:
                self._say_part(uid, mail.raw, items, say)

    def _say_part(self, uid: int, raw: bytes, items: str, say: Callable[[str], None]) -> None:
        match = re.fullmatch(r"\(BODY\.PEEK\[(\w*)\]<0\.(\d+)>\)", items)
        assert match, items
        header, _, text = raw.partition(b"\r\n\r\n")
        part = {"": raw, "HEADER": header + b"\r\n\r\n", "TEXT": text}[match[1]][: int(match[2])]
        say(f"* {uid} FETCH (UID {uid} BODY[{match[1]}]<0> {{{len(part)}}}\r\n{part.decode('latin-1')})")

    def _uid_store(self, command: str, lines: BufferedIOBase, say: Callable[[str], None]) -> None:
        self.mails[int(command.split(" ")[2])].flags.add(command)

    def _idle(self, command: str, lines: BufferedIOBase, say: Callable[[str], None]) -> None:
        say("+ idling")
        for push in self.pushes:
            say(push)
        assert lines.readline().strip() == b"DONE"
