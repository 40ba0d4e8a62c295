"""What only a tracker understands, taken out of a note or said in words: macros, wiki links, names of files. Pure.

Both markups share them. What is code is passed by: there they are shown as they stand.
"""

from __future__ import annotations

import re
from collections.abc import Callable

# Every run has an end: without it a row of brackets would be read again from each of them.
_COLLAPSE = r"(?P<escaped>!)?\{\{(?P<opens>collapse)(?:\((?P<title>[^)\n]{0,200})\))?[ \t]{0,9}(?=\n|$)"
_MACRO = r"!?\{\{(?P<macro>>?[a-z_]{1,40})(?:\((?P<arguments>(?:[^()\n]|\([^()\n]{0,99}\)){0,300})\))?[ \t]{0,9}\}\}"
_CLOSES = r"(?m:^)[ \t]{0,9}(?P<closes>\}\})[ \t]{0,9}(?m:$)"
_WIKI = r"!?\[\[(?P<wiki>[^\[\]\n|]{1,255})(?:\|(?P<words>[^\[\]\n]{1,255}))?\]\]"
_FILE = r"\battachment:(?:\"(?P<quoted>[^\"\n]{1,255})\"|(?P<file>[\w.-]{0,200}\w\.\w{1,20}))"
_LIVE = f"{_COLLAPSE}|{_MACRO}|{_CLOSES}|{_WIKI}|{_FILE}"

# Redmine's own; braces that call none of these are words, and there may be good reason for them.
_SILENT = {"include", "toc", ">toc", "child_pages", "macro_list", "hello_world", "recent_pages"}


class Said:
    """Replaces live words outside of code. ``image`` and ``strong`` write a picture and a title in the markup."""

    def __init__(self, code: str, image: Callable[[str], str], strong: Callable[[str], str]) -> None:
        self._pattern = re.compile(f"(?P<code>{code})|{_LIVE}", re.DOTALL | re.MULTILINE)
        self._image = image
        self._strong = strong

    def __call__(self, notes: str) -> str:
        """The note without them."""
        open_folds = 0

        def say(found: re.Match[str]) -> str:
            nonlocal open_folds
            if found["code"] is not None:
                return found[0]
            if found["opens"] and not found["escaped"]:
                open_folds += 1
                return f"\n\n{self._strong(found['title'].strip())}\n\n" if found["title"] else "\n\n"
            if found["closes"]:
                open_folds -= 1
                return "\n\n" if open_folds >= 0 else found[0]
            return self._word(found)

        return self._pattern.sub(say, notes)

    def _word(self, found: re.Match[str]) -> str:
        if found[0].startswith("!"):
            return found[0][1:]  # Redmine's sign for: show it as it stands
        if found["macro"]:
            return self._macro(found[0], found["macro"], (found["arguments"] or "").split(",")[0].strip())
        if found["wiki"]:
            return (found["words"] or found["wiki"].rpartition(":")[2].partition("#")[0] or found["wiki"]).strip()
        return found["quoted"] or found["file"] or found[0]

    def _macro(self, whole: str, name: str, argument: str) -> str:
        if name == "thumbnail" and argument:
            return self._image(argument)
        if name == "issue" and argument:
            return f"#{argument.lstrip('#')}"
        return "" if name in _SILENT else whole
