"""Names of files from strangers, made safe: for a disk, for a tracker, for a person's eye. Pure."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 180
LONGEST_BYTES = 240  # file systems allow 255
WINDOWS_PATH = re.compile(r"^[A-Za-z]:\\|^\\\\")
SEPARATORS = re.compile(r"[\\/]+")
# What Redmine replaces itself (Attachment#sanitize_filename): a name must be the same there and in links to it.
TRACKER_RESERVED = re.compile(r"[?%*:|\"'<>]+")
# Letters of no width, and those that turn the direction of reading: "gpj.exe" can look like "exe.jpg".
UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")
WINDOWS_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE | re.DOTALL)
# Originals are uploaded under such names and searched for: no stranger may bring one.
OURS = re.compile(r"mail-[0-9a-f]{24}\b.*", re.IGNORECASE | re.DOTALL)

BY_TYPE = {
    "application/msword": "document.doc",
    "application/ms-tnef": "winmail.dat",
    "application/pdf": "document.pdf",
    "application/pgp-encrypted": "pgp-version.txt",
    "application/pgp-keys": "key.asc",
    "application/pgp-signature": "signature.asc",
    "application/pkcs7-mime": "smime.p7m",
    "application/pkcs7-signature": "smime.p7s",
    "application/rtf": "document.rtf",
    "application/vnd.ms-excel": "table.xls",
    "application/vnd.ms-tnef": "winmail.dat",
    "application/x-pkcs7-mime": "smime.p7m",
    "application/x-pkcs7-signature": "smime.p7s",
    "application/zip": "files.zip",
    "audio/mpeg": "audio.mp3",
    "image/gif": "image.gif",
    "image/jpeg": "image.jpg",
    "image/png": "image.png",
    "image/svg+xml": "image.svg",
    "image/tiff": "image.tiff",
    "image/webp": "image.webp",
    "message/delivery-status": "delivery-status.txt",
    "message/disposition-notification": "receipt.txt",
    "message/feedback-report": "feedback-report.txt",
    "message/rfc822": "mail.eml",
    "message/global": "mail.eml",
    "text/calendar": "invitation.ics",
    "text/csv": "table.csv",
    "text/html": "page.html",
    "text/plain": "text.txt",
    "text/rfc822-headers": "headers.txt",
    "text/rtf": "document.rtf",
    "text/vcard": "contact.vcf",
    "text/x-vcard": "contact.vcf",
    "text/xml": "document.xml",
    "video/mp4": "video.mp4",
}
BY_MAIN = {"image": "image", "audio": "audio", "video": "video", "text": "text", "message": "message"}


def safe_name(name: str, media_type: str) -> str:
    """A name of at most 180 characters without path, control or turning characters; by type where none is left."""
    if WINDOWS_PATH.match(name):
        name = name.rpartition("\\")[2]
    seen = "".join(c for c in unicodedata.normalize("NFC", name[:2000]) if unicodedata.category(c) not in UNSEEN)
    steps = (step.strip() for step in SEPARATORS.split(seen))
    flat = TRACKER_RESERVED.sub("_", "_".join(step for step in steps if step.strip(".")))
    flat = " ".join(flat.split()).lstrip(". -").rstrip(". ")
    if not flat.strip("_"):
        flat = _by_type(media_type)
    if WINDOWS_RESERVED.fullmatch(flat) or OURS.fullmatch(flat):
        flat = "_" + flat
    return _cut(flat, LONGEST)


def unique_name(name: str, taken: set[str]) -> str:
    """The name, numbered if need be ("a-2.pdf"), and noted in ``taken``; capitals make no difference."""
    stem, suffix = _parts(name)
    candidate, number = name, 1
    while candidate.casefold() in taken:
        number += 1
        tail = f"-{number}{suffix}"
        candidate = _cut(stem, LONGEST - len(tail), LONGEST_BYTES - len(tail.encode())) + tail
    taken.add(candidate.casefold())
    return candidate


def _by_type(media_type: str) -> str:
    known = BY_TYPE.get(media_type)
    return known or BY_MAIN.get(media_type.partition("/")[0], "file") + ".bin"


def _parts(name: str) -> tuple[str, str]:
    stem, dot, suffix = name.rpartition(".")
    return (stem, dot + suffix) if stem and 0 < len(suffix) <= 16 else (name, "")


def _cut(name: str, most: int, most_bytes: int = LONGEST_BYTES) -> str:
    """Shortened in its stem, so that the ending still tells what it is."""
    if len(name) <= most and len(name.encode()) <= most_bytes:
        return name
    stem, suffix = _parts(name)
    room = most - len(suffix)
    kept = stem[:room].encode()[: most_bytes - len(suffix.encode())].decode("utf-8", "ignore")
    return kept.rstrip(". ") + suffix
