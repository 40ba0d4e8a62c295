"""An agent's note becomes the body of a letter: complete plain text, and HTML that is safe and needs nothing. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from hd_bridge.letters.blocks import Block, blocks_of, shown_images
from hd_bridge.letters.write_html import html_of
from hd_bridge.letters.write_text import text_of
from hd_bridge.mail.html_tree import parse_html
from hd_bridge.render_text import many_lines

LONGEST = 100_000
"""Characters of a note whose markup is read; what is longer (a pasted log) is shown line by line as it was typed."""

# Private characters mean something on the way.
_PRIVATE = re.compile("[\ue000-\uf8ff]")
# It parts the signs of strangers' words so that no markup reads them (markup_words.py): once all is read, it may go.
_JOINER = "\u2060"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteBody:
    """``text`` has one line a paragraph (a letter wraps them), ``html`` is a fragment of fixed, harmless tags.

    ``images`` are the names, as they were given, of those files that the HTML shows by ``cid:``.
    """

    text: str
    html: str
    images: tuple[str, ...] = ()


def note_body(notes: str, markup: str, images: Mapping[str, str]) -> NoteBody:
    """A note in "textile" or "common_mark", as Redmine reads them, for a customer who has no login there.

    ``images`` gives the content-ids of pictures that travel with the letter, by their names in the tracker. Tickets,
    users and wiki pages stay words: nothing that only leads into the tracker is a link. A picture that does not
    travel is told by its name, one from the web becomes a link to it.
    """
    blocks = _blocks(_PRIVATE.sub("", many_lines(notes)), markup)
    by_name = {name.casefold(): (name, content_id) for name, content_id in images.items()}
    shown = dict.fromkeys(by_name[name][0] for name in shown_images(blocks) if name in by_name)
    html = html_of(blocks, {name: content_id for name, (_, content_id) in by_name.items()})
    text = text_of(blocks)
    return NoteBody(text=text.replace(_JOINER, ""), html=html.replace(_JOINER, ""), images=tuple(shown))


def _blocks(notes: str, markup: str) -> tuple[Block, ...]:
    if len(notes) > LONGEST:
        return blocks_of(parse_html(f"<pre>{escape(notes, quote=False)}</pre>"))
    # With the first letter: two parsers that no start of the daemon needs.
    if markup == "textile":
        from hd_bridge.letters.read_textile import textile_html

        return blocks_of(parse_html(textile_html(notes)))
    from hd_bridge.letters.read_common_mark import common_mark_html

    return blocks_of(parse_html(common_mark_html(notes)))
