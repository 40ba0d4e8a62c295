"""Words that strangers wrote, so that a tracker shows them and does nothing else with them. Pure.

Redmine makes links, calls and e-mails out of text: ``#12``, ``r45``, ``commit:ab``, ``[[Page]]``, ``{{macro}}``,
``!image!``, and ``@login``, which sends that user a mail. Two tools take the life out of a sign, and each was measured
on Redmine 5.0.4 (tests/live/test_markup_redmine.py):

* Textile keeps numeric entities to the end, so ``&#64;`` is shown as ``@`` and seen by no rule before that.
* CommonMark resolves entities and backslashes first and Redmine looks at the result, so its own signs are parted
  by a word joiner (U+2060: no width, no line break), and CommonMark's signs get a backslash.

Signs are left as they are where they can do nothing, because agents also read the raw text in mails and forms.
"""

from __future__ import annotations

import re

JOINER = "\u2060"
NO_BREAK_SPACE = "\u00a0"

# Where a link would end up exactly as it is written; a word with any other sign in it is not left to the auto-linker,
# which would show the escapes. ``_`` is emphasis unless it stands between letters.
_URL = r"(?:https?://|www\.)(?:[A-Za-z0-9./?=+%,:\-]|(?<=[A-Za-z0-9])_(?=[A-Za-z0-9])|&(?=[A-Za-z0-9])(?![A-Za-z0-9]+;))*[A-Za-z0-9/]"
_ADDRESS = r"(?!www\.)[A-Za-z0-9](?:[A-Za-z0-9.+\-]*[A-Za-z0-9])?@(?:[A-Za-z0-9\-]+\.)+[A-Za-z]{2,}"
_LIVE = rf"(?P<live>(?:(?<=[\s<(])|^)(?:{_URL}|{_ADDRESS})(?=(?:>|[).,;]*[:!?]?)(?:\s|\Z)))"

_LINE_END = re.compile(r"\r\n?|[\v\f\x85\u2028\u2029]")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
_NAMED_SIGNS = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
_PAIRED = r"*_+^~%!?\-"
_PREFIX = "attachment|document|version|forum|news|message|project|commit|source|export|user"


def tidy(text: str) -> str:
    """Lines that end in a line feed, no tabs and no other control signs, no halves of character pairs."""
    text = _LINE_END.sub("\n", text.encode("utf-8", "replace").decode())
    return _CONTROL.sub("", text.expandtabs(4))


def spaced(text: str) -> str:
    """Indentation and runs of spaces as they were typed: HTML draws them together, CommonMark takes them for code."""
    text = re.sub(r"(?<! ) +$", "", text, flags=re.MULTILINE)
    text = re.sub(r"^ +", lambda m: NO_BREAK_SPACE * len(m[0]), text, flags=re.MULTILINE)
    return re.sub(r"(?<! )  +", lambda m: NO_BREAK_SPACE * (len(m[0]) - 1) + " ", text)


def _entities(text: str) -> str:
    return "".join(_NAMED_SIGNS.get(sign, f"&#{ord(sign)};") for sign in text)


# What Redmine's Textile reads, and the least that keeps it from doing so (redcloth3.rb, application_helper.rb).
_TEXTILE = re.compile(
    "|".join(
        (
            _LIVE,
            r"&(?=[#A-Za-z0-9]+;)",  # an entity
            r"(?<=%)&|%(?=x%)",  # x, between two of these, is RedCloth's own word for an ampersand
            r"[<>|{\[#@]",  # tags, quotes, cells, macros, styles, wiki links, footnotes, issues, people
            # Opens emphasis or an image; in the middle of a word, or alone before a space, it cannot. A line feed is
            # no space: by then it has become a tag.
            rf"(?<![\w{_PAIRED}])(?!--(?:\s|\Z))[{_PAIRED}]{{2,}}",
            rf"(?<![\w{_PAIRED}])(?!\?|--(?:\s|\Z))[{_PAIRED}](?! )",
            r"^\*(?=\s|\Z)",  # a bullet
            r"^(?:[*_\-] ?){3,}$",  # a rule
            r"={2,}|^=",  # ==no textile==
            r'"(?=:)',  # "text":link
            r"(?<=[A-Za-z_]):(?=\S)",  # commit:, user: and their kin; also addresses not left to the auto-linker
            r"(?<=ww)w(?=\.)",
            r"(?<=[A-Z0-9])\(",  # ABC(explained)
            r"^(?:p|b(?=q)|h(?=[1-6])|f(?=n))(?=(?:q|n?[0-9]*)[.(\[{<>=\-^~])",  # p. bq. h1. fn1.
            r"(?<![A-Za-z0-9])r(?=[0-9]|note)",  # r45
        )
    ),
    re.ASCII | re.MULTILINE,
)


def textile(text: str) -> str:
    """Text for Redmine's Textile that shows these words and nothing else. Each line may stand at a line's start."""
    return _TEXTILE.sub(lambda found: found["live"] or _entities(found[0]), text)


# Redmine's own words, parted after ``named``, or at a place between two signs.
_OWN = "|".join(
    (
        rf"(?P<named>(?i:{_PREFIX})(?=:\S))",
        r"(?<=\{)(?=\{)",
        r"(?<=\[)(?=\[|[ xX]\])",
        r"(?<=#)(?=[0-9]|note)",
        r"(?<=@)(?=[A-Za-z0-9_\-@.]|\Z)",
        r"(?<=(?<![A-Za-z0-9])r)(?=[0-9]|note)",
        r"(?<=(?<![A-Za-z0-9])!)(?=\S)",  # Redmine's own escape: it would take the mark away
    )
)
_COMMON_MARK = re.compile(
    "|".join(
        (
            _LIVE,
            _OWN,
            r"[\\`*\[\]<>|~]",
            r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])",
            r"&(?=[#A-Za-z0-9]+;)",
            r"^[#+=:\-]",
            *(rf"(?<=^[0-9]{{{digits}}})[.)](?=\s|\Z)" for digits in range(1, 10)),
            r":(?=//)|(?<=www)\.",  # addresses not left to the auto-linker
        )
    ),
    re.ASCII | re.MULTILINE,
)


# In code Redmine makes no links, but it mails whom it finds there, and it looks for macros before it looks for code.
_CODE = re.compile(r"(?<=\{)(?=\{\w)|(?<=(?<![A-Za-z0-9_])@)(?=[A-Za-z0-9_\-@.])", re.ASCII)


def code(text: str) -> str:
    """Code with as few joiners as can be: it is there to be copied."""
    return _CODE.sub(JOINER, text)


def common_mark(text: str) -> str:
    """Text for Redmine's CommonMark that shows these words and nothing else. Each line may stand at a line's start."""
    return _COMMON_MARK.sub(_sign, text)


def _sign(found: re.Match[str]) -> str:
    if found["live"]:
        return found["live"]
    if found["named"] or not found[0]:
        return found[0] + JOINER
    return "&gt;" if found[0] == ">" else "\\" + found[0]  # after an address a backslash would become part of it
