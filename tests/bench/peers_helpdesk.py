"""django-helpdesk's ``get_email`` over a mailbox on Dovecot: one of the compared. Touches the network.

It stands in an environment of its own and is only measured; licence: BSD.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections import defaultdict
from contextlib import closing
from pathlib import Path

from tests.bench.judge import Ground, Issue
from tests.bench.peers_ground import ADDRESS, PASSWORD, Box, Spent, environment, timed, version

SETTINGS = """
from pathlib import Path

HERE = Path(__file__).parent
SECRET_KEY = "only-for-a-benchmark"
INSTALLED_APPS = [
    *("django.contrib." + name for name in ("contenttypes", "auth", "sessions", "messages", "staticfiles")),
    "django.contrib.humanize", "django.contrib.admin", "django.contrib.sites",
    "rest_framework", "django_cleanup", "helpdesk",
]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": HERE / "desk.sqlite"}}
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
USE_TZ = True
MEDIA_ROOT = HERE / "media"
SITE_ID = 1
STATIC_URL = "/static/"
ROOT_URLCONF = "desk_urls"
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = HERE / "letters"
HELPDESK_TEAMS_MODE_ENABLED = False
HELPDESK_KANBAN_BOARD_ENABLED = False
TOLD = ["template.context_processors.request", "contrib.auth.context_processors.auth"]
TOLD = ["django." + name for name in [*TOLD, "contrib.messages.context_processors.messages"]]
TEMPLATES = [{
    "BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
    "OPTIONS": {"context_processors": TOLD},
}]
BETWEEN = ["sessions.middleware.Session", "auth.middleware.Authentication", "messages.middleware.Message"]
MIDDLEWARE = ["django.contrib." + name + "Middleware" for name in BETWEEN]
"""
URLS = """
from django.contrib import admin
from django.urls import include, path

urlpatterns = [path("", include("helpdesk.urls", namespace="helpdesk")), path("admin/", admin.site.urls)]
"""
QUEUE = """
import django, os
django.setup()
from helpdesk.models import Queue
Queue.objects.create(
    title="Support", slug="support", email_address=os.environ["BENCH_ADDRESS"], allow_email_submission=True,
    email_box_type="imap", email_box_host=os.environ["BENCH_HOST"], email_box_port=int(os.environ["BENCH_PORT"]),
    email_box_user=os.environ["BENCH_USER"], email_box_pass=os.environ["BENCH_PASSWORD"], email_box_interval=0,
    email_box_imap_folder="INBOX",
)
"""


class Helpdesk:
    """A minimal Django project on SQLite with one queue; letters go into a folder."""

    name = "django-helpdesk"

    def __init__(self) -> None:
        self._folder = self._programs = self._empty = Path()
        self._kept: tempfile.TemporaryDirectory[str] | None = None

    def at_hand(self) -> str:
        """The environment, and one migrated project that every run copies."""
        self._programs = environment("django-helpdesk==2.6.*")
        self._kept = tempfile.TemporaryDirectory(prefix="hd-helpdesk-")
        self._empty = Path(self._kept.name) / "project"
        self._empty.mkdir()
        (self._empty / "desk_settings.py").write_text(SETTINGS)
        (self._empty / "desk_urls.py").write_text(URLS)
        self._run(self._empty, [str(self._programs / "django-admin"), "migrate", "--verbosity", "0"])
        django = version(self._programs, "django")
        return f"django-helpdesk {version(self._programs, 'django-helpdesk')} on Django {django}"

    def fresh(self, folder: Path, box: Box) -> None:
        """A copy of the project whose queue reads this mailbox."""
        self._folder = folder
        shutil.copytree(self._empty, folder, dirs_exist_ok=True)
        reached = {"BENCH_HOST": box.server.host, "BENCH_PORT": str(box.server.imap_port), "BENCH_USER": box.user}
        own = {"BENCH_ADDRESS": ADDRESS, "BENCH_PASSWORD": PASSWORD}
        self._run(folder, [str(self._programs / "python"), "-c", QUEUE], **reached, **own)

    def drain(self) -> Spent:
        """One run of its command."""
        return timed([str(self._programs / "django-admin"), "get_email", "--quiet"], self._folder, _env(self._folder))

    def ground(self) -> Ground:
        """Tickets are issues; the first follow-up of each says its mail once more, the others are notes."""
        with closing(sqlite3.connect(self._folder / "desk.sqlite")) as db:
            files: dict[int, set[str]] = defaultdict(set)
            attached = "SELECT f.ticket_id, a.file FROM helpdesk_followupattachment a JOIN helpdesk_followup f"
            for ticket, path in db.execute(f"{attached} ON f.id = a.followup_id"):
                content = (self._folder / "media" / path).read_bytes()
                files[ticket].add(hashlib.sha256(content).hexdigest())
            rows = db.execute("SELECT id, title, coalesce(description, '') FROM helpdesk_ticket").fetchall()
            said = db.execute(
                "SELECT id, ticket_id, coalesce(comment, '') FROM helpdesk_followup ORDER BY id"
            ).fetchall()
        first = {ticket: id for id, ticket, _ in reversed(said)}
        return Ground(
            issues=tuple(
                Issue(id=id, subject=title, description=text, files=frozenset(files[id])) for id, title, text in rows
            ),
            notes=tuple((ticket, text) for id, ticket, text in said if first[ticket] != id),
        )

    def letters(self) -> int:
        """Its letters, each begun with a subject; a file holds those of one connection."""
        folder = self._folder / "letters"
        return sum(file.read_bytes().count(b"\nMessage-ID: ") for file in folder.glob("*.log"))

    def _run(self, folder: Path, command: list[str], **more: str) -> None:
        subprocess.run(command, cwd=folder, env={**os.environ, **_env(folder), **more}, check=True)


def _env(folder: Path) -> dict[str, str]:
    return {"PYTHONPATH": str(folder), "DJANGO_SETTINGS_MODULE": "desk_settings"}
