"""The rules of the house, kept by reading its source: sizes, first sentences, who may touch the world, directions."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PRODUCT = sorted([*ROOT.glob("hd_bridge/**/*.py"), *ROOT.glob("tracking_site/**/*.py")])
TESTS = sorted(ROOT.glob("tests/**/*.py"))
MOST_LINES = 300

# Who may import what reaches out of the process; everyone else is pure or speaks through a port.
WORLD = {
    "imapclient": ("hd_bridge.mail.imap",),
    "redminelib": ("hd_bridge.tracker.redmine",),
    "requests": ("hd_bridge.tracker.redmine", "hd_bridge.link_check"),
    "smtplib": ("hd_bridge.mail.smtp",),
    "socket": ("hd_bridge.mail.imap", "hd_bridge.mail.smtp", "hd_bridge.engine", "tracking_site.serve"),
    "sqlalchemy": ("hd_bridge.journal", "hd_bridge.tracker.embedded", "hd_bridge.prepared"),
    "alembic": ("hd_bridge.journal",),
    "subprocess": ("hd_bridge.reader",),
    "multiprocessing": ("hd_bridge.reader",),
    "resource": ("hd_bridge.reader_child",),
    "apscheduler": ("hd_bridge.daemon",),
    "psycopg": ("hd_bridge.engine",),
    "psycopg_pool": ("hd_bridge.engine",),
    "procrastinate": ("hd_bridge.engine",),
    "asyncio": ("hd_bridge.engine", "tracking_site.serve"),
    "starlette": ("tracking_site.serve",),
    "uvicorn": ("tracking_site.serve",),
    "typer": ("hd_bridge.cli",),
    "rich": ("hd_bridge.cli",),
    "pydantic": ("hd_bridge.config",),
    "yaml": ("hd_bridge.config",),
}

# Layers from the ground up: a module imports from its own layer's package or from below, never from above.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("hd_bridge",),
    (
        "hd_bridge.errors",
        "hd_bridge.findings",
        "hd_bridge.model",
        "hd_bridge.people",
        "hd_bridge.policy",
        "hd_bridge.relations",
        "hd_bridge.steps",
        "hd_bridge.views",
        "hd_bridge.wiki",
        "hd_bridge.work",
    ),
    ("hd_bridge.ports",),
    (
        "hd_bridge.decide",
        "hd_bridge.render",
        "hd_bridge.rules",
        "hd_bridge.contacts",
        "hd_bridge.faq",
        "hd_bridge.letters",
        "hd_bridge.mail",
        "hd_bridge.tracker",
        "hd_bridge.journal",
        "hd_bridge.engine",
        "hd_bridge.config",
        "hd_bridge.templates",
        "tracking_site",
    ),
    (
        "hd_bridge.alike",
        "hd_bridge.arenas",
        "hd_bridge.clock",
        "hd_bridge.link_check",
        "hd_bridge.lock",
        "hd_bridge.reader",
        "hd_bridge.house",
    ),
    (
        "hd_bridge.begin",
        "hd_bridge.receive",
        "hd_bridge.related",
        "hd_bridge.rounds",
        "hd_bridge.consider",
        "hd_bridge.matching",
        "hd_bridge.perform",
        "hd_bridge.roster",
        "hd_bridge.watch",
        "hd_bridge.digest",
    ),
    (
        "hd_bridge.preview",
        "hd_bridge.restores",
        "hd_bridge.after_loss",
        "hd_bridge.moving",
        "hd_bridge.imagined",
        "hd_bridge.replay",
    ),
    ("hd_bridge.checkup", "hd_bridge.probe"),
    ("hd_bridge.app",),
    ("hd_bridge.crew",),
    ("hd_bridge.daemon", "hd_bridge.once"),
    ("hd_bridge.cli", "hd_bridge.demo", "hd_bridge.__main__"),
)

# Adapters know the words and pure helpers, never each other.
ADAPTERS = (
    "hd_bridge.mail.imap",
    "hd_bridge.mail.maildir",
    "hd_bridge.mail.smtp",
    "hd_bridge.tracker.redmine",
    "hd_bridge.tracker.embedded",
    "hd_bridge.journal",
    "hd_bridge.engine",
    "hd_bridge.reader",
    "tracking_site.publish",
    "tracking_site.serve",
)


def module(path: Path) -> str:
    """The dotted name of a file of the product."""
    dotted = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    return dotted.removesuffix(".__init__")


def imports(path: Path) -> set[str]:
    """Every module that a file imports, wherever in the file."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def within(name: str, package: str) -> bool:
    """Whether a dotted name is a package or lies in it, or is a sibling file that extends it (redmine_engine)."""
    return name == package or name.startswith((package + ".", package + "_"))


def layer(name: str) -> int:
    """The highest layer that claims a module; the bare package is the ground."""
    return max((i for i, names in enumerate(LAYERS) for n in names if n != "hd_bridge" and within(name, n)), default=0)


@pytest.mark.parametrize("path", [*PRODUCT, *TESTS], ids=lambda p: str(p.relative_to(ROOT)))
def test_a_file_is_never_longer_than_a_newcomer_reads(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= MOST_LINES


@pytest.mark.parametrize("path", PRODUCT, ids=module)
def test_a_file_opens_with_one_sentence_and_what_it_touches(path: Path) -> None:
    if not path.read_text().strip():
        return
    first = (ast.get_docstring(ast.parse(path.read_text())) or "").split("\n\n")[0]
    assert "Pure." in first or "Touches the " in first, f"{module(path)}: {first!r}"


@pytest.mark.parametrize("path", PRODUCT, ids=module)
def test_only_named_doors_touch_the_world(path: Path) -> None:
    name = module(path)
    for imported in imports(path):
        owners = WORLD.get(imported.split(".")[0])
        assert owners is None or any(within(name, owner) for owner in owners), f"{name} imports {imported}"


@pytest.mark.parametrize("path", PRODUCT, ids=module)
def test_imports_point_one_way(path: Path) -> None:
    name = module(path)
    for imported in imports(path):
        if imported.split(".")[0] in ("hd_bridge", "tracking_site"):
            assert layer(imported) <= layer(name), f"{name} imports {imported}, which stands above it"


@pytest.mark.parametrize("path", PRODUCT, ids=module)
def test_adapters_never_import_each_other(path: Path) -> None:
    name = module(path)
    own = next((a for a in ADAPTERS if within(name, a)), None)
    for imported in imports(path) if own else ():
        other = next((a for a in ADAPTERS if within(imported, a)), None)
        assert other in (None, own), f"{name} imports {imported}"


def test_nothing_committed_names_a_machine() -> None:
    """Paths of a developer's machine in files that people will read would be noise at best."""
    texts = [*PRODUCT, *ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), ROOT / "config.yaml", ROOT / "Makefile"]
    for path in texts:
        if path.exists():
            assert "/home/" not in path.read_text(), path
