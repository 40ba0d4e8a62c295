"""Patterns that are long lists of words, for text that is casefolded. Pure."""

from __future__ import annotations

import re


def any_of(*alternatives: str, flags: int = 0) -> re.Pattern[str]:
    """A pattern that finds any of these in casefolded text; tables of words stay tables that way.

    They are written as people write them: what casefolding makes of two letters is done here. (``str.casefold`` would
    make another pattern of one with escapes such as ``\\S``.)
    """
    return re.compile("|".join(alternatives).replace("ß", "ss").replace("ς", "σ"), flags)
