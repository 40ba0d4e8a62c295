"""Filing a mail away on its IMAP server, or a copy of a letter; no other mail is changed. Touches the network."""

from __future__ import annotations

from imapclient import SEEN, IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from hd_bridge.errors import Refused
from hd_bridge.mail.imap_cursor import placed
from hd_bridge.mail.imap_fetch import exists
from hd_bridge.mail.imap_session import denied

MOVE = "move:"


def file_away(client: IMAPClient, folder: str, place: str, how: str) -> None:
    """Do ``how`` to the mail at ``place``; one that is gone, or whose folder was made anew, is done."""
    uidvalidity, uid = placed(place)
    if how != "flag" and not how.startswith(MOVE):
        raise Refused("mails can be filed away by flag or move:<folder> only")
    if client.select_folder(folder).get(b"UIDVALIDITY") != uidvalidity or not exists(client, uid):
        return
    try:
        if how == "flag":
            client.add_flags([uid], [SEEN], silent=True)
        else:
            _move(client, uid, how.removeprefix(MOVE))
    except IMAPClientAbortError:
        raise
    except IMAPClientError as error:
        raise denied(error, f"filing away from {folder}") from error


def keep_copy(client: IMAPClient, folder: str, raw: bytes, message_id: str) -> None:
    """Append a letter as seen, unless one with its Message-ID lies there: an answer may have been lost."""
    try:
        if not client.folder_exists(folder):
            client.create_folder(folder)
        client.select_folder(folder, readonly=True)
        if not client.search(["HEADER", "Message-ID", message_id]):
            client.append(folder, raw, flags=(SEEN,))
    except IMAPClientAbortError:
        raise
    except IMAPClientError as error:
        raise denied(error, f"keeping a copy in {folder}") from error


def can_move(client: IMAPClient) -> bool:
    """Whether one mail can leave the folder without a plain EXPUNGE, which would destroy other people's deletions."""
    return bool(client.has_capability("MOVE") or client.has_capability("UIDPLUS"))


def _move(client: IMAPClient, uid: int, target: str) -> None:
    """A power cut between COPY and EXPUNGE leaves a second copy in the target: found there, lost nowhere."""
    if client.has_capability("MOVE"):
        client.move([uid], target)
    elif client.has_capability("UIDPLUS"):
        client.copy([uid], target)
        client.delete_messages([uid], silent=True)
        client.uid_expunge([uid])
    else:
        client.add_flags([uid], [SEEN], silent=True)
