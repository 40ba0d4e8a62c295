"""What a letter says of files that were too large to travel with it, in the reader's language. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from hd_bridge.render_text import one_line
from hd_bridge.render_words import nearest

_WORDS = {
    "en": "Too large to be sent by mail, please ask us for it: {names}",
    "pt-BR": "Grande demais para ir por e-mail, peça-nos: {names}",
    "de": "Zu groß für eine E-Mail, bitte fragen Sie uns danach: {names}",
    "es": "Demasiado grande para enviarlo por correo, pídanoslo: {names}",
}


def left_out_words(language: str, names: Sequence[str]) -> str:
    """One line; empty where no file was left out."""
    words = _WORDS[nearest(language, _WORDS) or "en"]
    return words.format(names=", ".join(map(one_line, names))) if names else ""
