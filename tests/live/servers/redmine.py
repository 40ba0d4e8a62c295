"""A Redmine of our own for tests: Debian's package, its own database, files and port. Touches the network.

Debian finds an instance by X_DEBIAN_SITEID below a fixed folder. A name that climbs out of it lets everything of
ours lie in a temporary folder: no file of the package or of another instance is written, and nothing is left over.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import requests

from tests.live.servers.loopback import Group, free_port, listening, need, passable_folder, run, wait_until
from tests.live.servers.postgres import Postgres

HOME = "/usr/share/redmine"
SEED = Path(__file__).with_name("seed.rb")
CLIMB = "../../../.."  # more steps than the folder is deep, counted along the link or behind it: ends at /

GEMFILE = f"""eval_gemfile "{HOME}/Gemfile"
gem "pg"
gem "puma"
"""

DATABASE = """production:
  adapter: postgresql
  host: {host}
  port: {port}
  database: {database}
  username: {user}
  encoding: utf8
  pool: 8
"""


class Puma:
    """The web server of an instance: may be paused, killed and started again on the same port."""

    def __init__(self, port: int, folder: Path, environment: dict[str, str], *, workers: int) -> None:
        self.port, self.files = port, folder / "files"
        self._log = folder / "puma.log"
        self.environment = environment  # in which Redmine's own commands find this instance
        self._command = ["bundle", "exec", "puma", "-e", "production", "-b", f"tcp://127.0.0.1:{port}", "-t", "4:4"]
        self._command += ["-w", str(workers), "--preload", f"{HOME}/config.ru"]
        self._group: Group | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def running(self) -> bool:
        """Whether it was started and not ended since."""
        return self._group is not None

    def start(self) -> None:
        """Start it and wait until it answers."""
        group = self._group = Group(self._command, log=self._log, cwd=HOME, env=self.environment)
        wait_until(lambda: self._answers(group), f"Redmine on {self.url}")

    def stop(self) -> None:
        """End it, if it runs."""
        if self._group:
            self._group.stop()
            self._group = None

    def kill(self) -> None:
        """End it at once, whatever it is doing; ``start`` brings it back."""
        if self._group:
            self._group.kill()
            self._group = None
            wait_until(lambda: not listening(self.port), "the last worker's end")  # they die after their master

    def restart(self) -> None:
        """End it and start it again."""
        self.stop()
        self.start()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """It takes connections and answers nothing (SIGSTOP) for as long as the block lasts; then it goes on."""
        assert self._group, "it is not running"
        self._group.signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._group.signal(signal.SIGCONT)

    def _answers(self, group: Group) -> bool:
        if not group.running:
            raise RuntimeError(f"Redmine did not start:\n{self._log.read_text()[-4000:]}")
        try:
            with urlopen(f"{self.url}/login", timeout=30) as answer:
                return bool(answer.status == 200)
        except (URLError, ConnectionError, TimeoutError):
            return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Redmine:
    """A running, seeded Redmine (seed.rb). ``keys`` and ``users`` are by login: bridge, careless (a bridge without
    edit_issues and set_notes_private), ana and bruno (agents), outsider (registered, no member)."""

    puma: Puma
    postgres: Postgres
    database: str
    keys: Mapping[str, str]
    users: Mapping[str, int]
    fields: Mapping[str, int]
    roles: Mapping[str, int]
    projects: tuple[str, ...] = ("support", "sales")
    hidden_project: str = "secret"

    @property
    def url(self) -> str:
        """Where it answers."""
        return self.puma.url

    @property
    def bridge_key(self) -> str:
        """The API key of the bridge's own user."""
        return self.keys["bridge"]

    @property
    def agent_key(self) -> str:
        """The API key of the agent Ana."""
        return self.keys["ana"]

    def change(self, number: int | str, **fields: object) -> None:
        """The agent Ana changes an issue by the REST API, with a note if there are ``notes``."""
        answer = requests.put(
            f"{self.url}/issues/{number}.json",
            json={"issue": fields},
            headers={"X-Redmine-API-Key": self.agent_key},
            timeout=60,
        )
        assert answer.status_code == 204, answer.text

    def sql(self, statement: str) -> list[list[str]]:
        """Rows of one statement, every value as text."""
        return self.postgres.query(self.database, statement)

    def count_subjects(self, word: str) -> int:
        """How many issues carry a word in their subject: the only count that finds every duplicate (redmine.md)."""
        assert word.replace("-", "").isalnum(), word
        return int(self.sql(f"SELECT count(*) FROM issues WHERE subject LIKE '%{word}%'")[0][0])

    def setting(self, name: str, value: str) -> None:
        """Change a setting of Redmine; it is read anew by the next request."""
        self.sql(f"DELETE FROM settings WHERE name = '{name}'")
        self.sql(f"INSERT INTO settings (name, value, updated_on) VALUES ('{name}', '{value}', now())")


def look_for() -> None:
    """``Unavailable`` unless Redmine can be had here."""
    need("redmine", f"{HOME}/config.ru", "/usr/bin/bundle", "/usr/bin/puma", "/usr/lib/ruby/vendor_ruby/pg.rb")


@contextmanager
def running(postgres: Postgres, *, workers: int = 2) -> Iterator[Redmine]:
    """A fresh, seeded Redmine for as long as the block lasts."""
    look_for()
    with passable_folder("hd-redmine-") as folder:
        database = f"redmine_{secrets.token_hex(4)}"
        postgres.create(database)
        environment = _lay_out(folder, postgres, database)
        run([*RUBY, str(SEED), "migrate"], cwd=HOME, env=environment)
        seeded = json.loads(run([*RUBY, str(SEED)], cwd=HOME, env=environment).splitlines()[-1])
        puma = Puma(free_port(), folder, environment, workers=workers)
        try:
            puma.start()
            yield Redmine(puma=puma, postgres=postgres, database=database, **seeded)
        finally:
            puma.stop()


RUBY = ["bundle", "exec", "ruby", "-r", f"{HOME}/config/application"]


def _lay_out(folder: Path, postgres: Postgres, database: str) -> dict[str, str]:
    """The folders and files of an instance; the environment in which Redmine finds them."""
    for name in ("config", "files", "public/plugin_assets", "log", "tmp/cache", "tmp/imports"):
        (folder / name).mkdir(parents=True)
    (folder / "config/database.yml").write_text(
        DATABASE.format(host=postgres.host, port=postgres.port, user=postgres.user, database=database)
    )
    (folder / "config/secret_key.txt").write_text(secrets.token_hex(64))
    (folder / "Gemfile").write_text(GEMFILE)
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "RAILS_ENV": "production",
        "X_DEBIAN_SITEID": f"{CLIMB}{folder.resolve()}",
        "BUNDLE_GEMFILE": str(folder / "Gemfile"),
    }
