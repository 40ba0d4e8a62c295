"""Redmine's own ways to take mail: ``rake redmine:email:receive_imap`` and ``rdm-mailhandler.rb``. Touches the network.

The first runs inside Redmine: it speaks to no API, one Ruby process boots Redmine and works through a mailbox. The
second is one small process a mail that posts it to ``/mail_handler``; a relay or fetchmail would start it.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import time
from collections.abc import Sequence

from tests.bench.bridge import Run
from tests.bench.mails import Sample
from tests.bench.world import World
from tests.live.servers.redmine import HOME

HANDLER = f"{HOME}/extra/mail_handler/rdm-mailhandler.rb"
OPTIONS = ("--project", "support", "--tracker", "Support", "--unknown-user", "accept")
RIGHTS = ("--no-permission-check", "--no-account-notice")


def receive_imap(world: World, pile: Sequence[Sample]) -> Run:
    """One run of the rake task over a mailbox in which all mails lie already."""
    address, since = world.lay_in([sample.raw for sample in pile]), world.mark()
    begin = time.time()
    cpu = fetch(world, address)
    return Run(since=since, cpu=cpu, seconds=(world.moments(since) or [time.time()])[0] - begin)


def fetch(world: World, address: str) -> float:
    """Start the rake task once and wait for its end; its CPU seconds."""
    mailbox = ("host=127.0.0.1", f"port={world.dovecot.imap_port}", f"username={address}")
    options = ("project=support", "tracker=Support", "unknown_user=accept")
    rights = ("no_permission_check=1", "no_account_notice=1", f"password={world.dovecot.password}")
    command = ["bundle", "exec", "rake", "-f", f"{HOME}/Rakefile", "redmine:email:receive_imap"]
    return _run([*command, *mailbox, *options, *rights], world.redmine.puma.environment)


def allow_mail_handler(world: World) -> str:
    """Switch ``/mail_handler`` on; its key."""
    key = secrets.token_hex(10)
    world.redmine.setting("mail_handler_api_enabled", "1")
    world.redmine.setting("mail_handler_api_key", key)
    return key


def mail_handler(world: World, pile: Sequence[Sample], key: str) -> Run:
    """One process a mail, one after the other, as fetchmail drives it."""
    since, cpu = world.mark(), 0.0
    for sample in pile:
        cpu += hand_over(world, sample.raw, key)
    return Run(since=since, cpu=cpu)


def hand_over(world: World, raw: bytes, key: str) -> float:
    """One mail by one process; its CPU seconds."""
    where = ["--url", world.redmine.url, "--key", key]
    return _run(["ruby", HANDLER, *where, *OPTIONS, *RIGHTS], dict(os.environ), raw)


def _run(command: Sequence[str], environment: dict[str, str], raw: bytes = b"") -> float:
    """CPU seconds of a program that ends. What it would not take it says by its status, and the judge sees it."""
    before = os.times()
    done = subprocess.run(command, cwd=HOME, env=environment, input=raw, capture_output=True, check=False, timeout=3600)
    if b"Error" in done.stderr:
        raise RuntimeError(f"{command[0]} could not run: {done.stderr[-2000:]!r}")
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system
