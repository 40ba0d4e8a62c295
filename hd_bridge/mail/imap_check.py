"""What `hd-bridge check` says of an IMAP mailbox; it logs in and changes nothing. Touches the network."""

from __future__ import annotations

from collections.abc import Iterator

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from hd_bridge.errors import BridgeError
from hd_bridge.findings import Finding, Level
from hd_bridge.mail.imap_fetch import examine
from hd_bridge.mail.imap_filing import MOVE, can_move
from hd_bridge.mail.imap_session import Account, Session, words


def findings(name: str, account: Account, folder: str, afterwards: str) -> tuple[Finding, ...]:
    """All that can be said; a mailbox that cannot be reached is one finding."""
    session = Session(account)
    try:
        with session.use() as client:
            return tuple(_look(client, name, account, folder, afterwards))
    except BridgeError as error:
        return (Finding(level=Level.PROBLEM, door=f"mailbox:{name}", text=error.why),)
    finally:
        session.close()


def _look(client: IMAPClient, name: str, account: Account, folder: str, afterwards: str) -> Iterator[Finding]:
    how = "plain text on this machine" if account.context is None else "TLS verified"
    yield Finding(level=Level.OK, door=f"mailbox:{name}", text=f"logged in as {account.door}, {how}")
    yield _folder(client, name, folder)
    yield _idle(client, name)
    yield from _filing(client, name, afterwards)


def _folder(client: IMAPClient, name: str, folder: str) -> Finding:
    try:
        there = examine(client, folder).exists
    except IMAPClientAbortError:
        raise
    except IMAPClientError as error:
        return Finding(
            level=Level.PROBLEM,
            door=f"mailbox:{name}",
            text=f"folder {folder} cannot be opened: {words(error)}",
            mend="correct the folder's name, or make it on the server",
        )
    return Finding(
        level=Level.OK, door=f"mailbox:{name}", text=f"folder {folder} holds {there} mails: start: all would take them"
    )


def _idle(client: IMAPClient, name: str) -> Finding:
    if client.has_capability("IDLE"):
        return Finding(level=Level.OK, door=f"mailbox:{name}", text="IDLE offered: new mail is noticed at once")
    return Finding(
        level=Level.WARNING, door=f"mailbox:{name}", text="no IDLE: new mail is noticed by asking now and then"
    )


def _filing(client: IMAPClient, name: str, afterwards: str) -> Iterator[Finding]:
    offered = [ability for ability in ("MOVE", "UIDPLUS") if client.has_capability(ability)]
    moves = afterwards.startswith(MOVE)
    target = afterwards.removeprefix(MOVE)
    if can_move(client):
        yield Finding(
            level=Level.OK, door=f"mailbox:{name}", text=f"{' and '.join(offered)} offered: mails can be moved"
        )
    else:
        text = "neither MOVE nor UIDPLUS: mails can only be flagged as read, not moved"
        mend = "set afterwards: flag" if moves else ""
        yield Finding(level=Level.WARNING if moves else Level.OK, door=f"mailbox:{name}", text=text, mend=mend)
    if moves and not client.folder_exists(target):
        text = f"folder {target}, where mails are to be moved, is not there"
        yield Finding(
            level=Level.PROBLEM, door=f"mailbox:{name}", text=text, mend=f"make folder {target} on the server"
        )
