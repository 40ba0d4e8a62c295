"""Style sheets of HTML letters, written into the elements that they are about: some mail programs drop them. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from css_inline import CSSInliner

# Others, such as the one for dark screens, stay where they are: an element's own style knows no conditions.
_SHEET = re.compile(r"<style data-inline>(.*?)</style>\s*", re.DOTALL)


def inlined(html: str) -> str:
    """HTML with its ``<style data-inline>`` sheets taken out and into ``style`` attributes."""
    sheets = _SHEET.findall(html)
    return _inliner("\n".join(sheets)).inline(_SHEET.sub("", html)) if sheets else html


@lru_cache(16)
def _inliner(css: str) -> CSSInliner:
    """Nothing is ever fetched: a letter's styles are in the letter."""
    from css_inline import CSSInliner  # with the first letter that has a sheet

    return CSSInliner(inline_style_tags=False, keep_style_tags=True, load_remote_stylesheets=False, extra_css=css)
