"""What comes with the package: the stylesheet and the templates of pages. Touches the disk."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib import resources

from jinja2 import DictLoader, Environment, StrictUndefined


@cache
def stylesheet() -> bytes:
    """The site's whole CSS. Every page carries it inline, so that a page is one file wherever it lies."""
    return (resources.files("tracking_site") / "static" / "site.css").read_bytes()


@cache
def page_policy() -> str:
    """The Content-Security-Policy of a page (CSP 3): nothing but this stylesheet and the icon inside the page.

    A hash instead of 'self': it also holds for a page opened from a disk, where 'self' means nothing.
    """
    digest = b64encode(sha256(stylesheet()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"


@cache
def templates() -> Environment:
    """The pages' templates, escaping everything."""
    folder = resources.files("tracking_site") / "templates"
    sources = {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir() if file.name.endswith(".j2")}
    return Environment(
        loader=DictLoader(sources), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
