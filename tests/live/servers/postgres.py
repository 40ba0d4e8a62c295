"""A PostgreSQL cluster of our own for tests, on a free port under a temporary folder. Touches the network."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.live.servers.loopback import Unavailable, free_port, need, passable_folder, run

SUPERUSER = "postgres"
# A test cluster may lose everything in a power cut: not syncing makes a seeded Redmine come up in half the time.
LOOPBACK = "-c listen_addresses=127.0.0.1"
SETTINGS = f"{LOOPBACK} -c fsync=off -c synchronous_commit=off -c full_page_writes=off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Postgres:
    """A running cluster; everybody on loopback is trusted. ``control`` is pg_ctl on it, ``options`` its server's."""

    port: int
    user: str = SUPERUSER
    host: str = "127.0.0.1"
    control: tuple[str, ...] = ()
    options: str = ""

    def start(self) -> None:
        """Bring it up; it answers when this returns."""
        _as_postgres(*self.control, "-o", self.options, "start")

    def stop(self) -> None:
        """End it: every connection breaks, what was committed stays (``immediate`` would lose some: SETTINGS)."""
        _as_postgres(*self.control, "-m", "fast", "stop")

    def restart(self) -> None:
        """End it and start it again."""
        self.stop()
        self.start()

    def create(self, database: str) -> None:
        """Make an empty database."""
        self.query("postgres", f'CREATE DATABASE "{database}"')

    def query(self, database: str, sql: str) -> list[list[str]]:
        """Rows of one statement, every value as text."""
        where = ["-h", self.host, "-p", str(self.port), "-U", self.user, "-d", database]
        said = run(["psql", "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", *where, "-c", sql])
        return [line.split("\t") for line in said.splitlines()]

    def url(self, database: str, driver: str = "postgresql") -> str:
        """The address of a database, as SQLAlchemy and libpq write it."""
        return f"{driver}://{self.user}@{self.host}:{self.port}/{database}"


def look_for() -> Path:
    """Where the newest installed PostgreSQL keeps initdb and pg_ctl; ``Unavailable`` if it cannot be had here."""
    need("postgresql", "/usr/sbin/runuser", "/usr/bin/psql")
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    if not found:
        raise Unavailable("postgresql is not installed: run tests/live/install.sh")
    return found[-1].parent


@contextmanager
def running(*, durable: bool = False) -> Iterator[Postgres]:
    """A fresh cluster for as long as the block lasts; ``durable``: with PostgreSQL's own settings."""
    programs = look_for()
    port = free_port()
    with passable_folder("hd-postgres-") as folder:
        shutil.chown(folder, SUPERUSER, SUPERUSER)
        data = str(folder / "data")
        _as_postgres(str(programs / "initdb"), "-D", data, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
        control = (str(programs / "pg_ctl"), "-D", data, "-w", "-l", str(folder / "log"))
        options = f"-p {port} -k {folder} {LOOPBACK if durable else SETTINGS}"
        cluster = Postgres(port=port, control=control, options=options)
        cluster.start()
        try:
            yield cluster
        finally:
            _as_postgres(*control, "-m", "immediate", "stop")


def _as_postgres(*command: str) -> None:
    run(["runuser", "-u", SUPERUSER, "--", *command], cwd="/")
