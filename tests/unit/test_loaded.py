"""What each of our processes loads: what it has no use for costs memory and time at every start. Touches processes."""

from __future__ import annotations

import subprocess
import sys

import pytest

DAEMON = "import hd_bridge.cli.run"
READER = "from hd_bridge.reader_child import load_reading; load_reading()"


@pytest.mark.parametrize(
    ("program", "without"),
    [
        (DAEMON, ("sqlalchemy.dialects.postgresql", "alembic", "psycopg", "procrastinate", "mailparser", "chardet")),
        (READER, ("cattrs", "attr", "sqlalchemy", "pydantic", "jinja2", "chardet", "yaml", "ssl")),
    ],
    ids=["daemon", "reader"],
)
def test_what_a_process_has_no_use_for_it_does_not_load(program: str, without: tuple[str, ...]) -> None:
    code = f"{program}\nimport sys\nprint(*(name for name in {without!r} if name in sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == []
