"""config.yaml from the disk: what is right becomes settings, what is wrong is said all at once. Touches the disk."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hd_bridge.config import Settings, load
from hd_bridge.config.mailboxes import ImapMailbox
from hd_bridge.config.outbox import SmtpOutbox
from hd_bridge.config.tracker import RedmineTracker
from hd_bridge.errors import ConfigError
from hd_bridge.people import Agent, Agents
from hd_bridge.policy import All, Any, Not, Test
from hd_bridge.policy_answers import FollowUps

LEAST = """
tracker: {kind: embedded}
outbox: {kind: maildir}
mailboxes:
  - {name: support, address: Support@Example.com, kind: maildir, path: var/inbox, project: support}
"""
REAL = """
tracker:
  kind: redmine
  url: https://redmine.example.com
  key: env:KEY
  markup: common_mark
outbox: {kind: smtp, host: smtp.example.com, username: u, password: env:KEY}
mailboxes:
  - name: support
    address: support@example.com
    kind: imap
    host: imap.example.com
    username: u
    password: env:KEY
    project: support
    timezone: America/Sao_Paulo
    language: pt-br
    start: 2026-11-01
    afterwards: "move: Done"
    acknowledge: none
"""


def loaded(folder: Path, text: str, environ: Mapping[str, str] | None = None) -> Settings:
    path = folder / "config.yaml"
    path.write_text(text)
    return load(path, environ=environ or {})


def mistakes(folder: Path, text: str, environ: Mapping[str, str] | None = None) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as caught:
        loaded(folder, text, environ)
    return caught.value.mistakes


def test_the_least_that_can_be_written_writes_only_below_var(tmp_path: Path) -> None:
    settings = loaded(tmp_path, LEAST + "site: {serve: {port: 8123}}\n")
    var = tmp_path / "var"
    assert settings.journal.url == f"sqlite:///{var}/journal.sqlite"
    assert settings.journal.keys == var / "keys.json"
    assert settings.journal.lock_file == var / "journal.sqlite.lock"
    assert not settings.journal.exists
    assert settings.site is not None
    assert settings.tracker.kind == "embedded"
    assert settings.outbox.kind == "maildir"
    written = (settings.tracker.path, settings.outbox.path, settings.site.folder, settings.var)
    assert written == (var / "tracker.sqlite", var / "outbox", var / "site", var)
    assert settings.site.base == "http://127.0.0.1:8123/"
    assert list(tmp_path.iterdir()) == [tmp_path / "config.yaml"]


def test_defaults_of_the_least_become_the_defaults_of_the_policy(tmp_path: Path) -> None:
    policy = loaded(tmp_path, LEAST).policy()
    box = policy.mailbox("support")
    assert (box.address, box.language, box.acknowledge, box.afterwards) == ("support@example.com", "en", "ack", "keep")
    assert (policy.site_url, policy.faq_url, policy.operator, policy.reopen_status) == ("", "", None, None)
    assert policy.caps.sender == 10
    assert policy.acknowledge_within == timedelta(hours=24)
    assert "gmail.com" in policy.free_mail


def test_imap_smtp_and_redmine_come_out_typed(tmp_path: Path) -> None:
    settings = loaded(tmp_path, REAL, {"KEY": "s3cret"})
    tracker, outbox, box = settings.tracker, settings.outbox, settings.mailboxes[0]
    assert isinstance(tracker, RedmineTracker)
    assert isinstance(outbox, SmtpOutbox)
    assert isinstance(box, ImapMailbox)
    assert (tracker.url, tracker.key.reveal(), tracker.rest) == (
        "https://redmine.example.com/",
        "s3cret",
        timedelta(minutes=3),
    )
    assert (outbox.tcp_port, outbox.tls, outbox.null_sender) == (587, "starttls", True)
    assert (box.tcp_port, box.tls, box.language, box.afterwards) == (993, "tls", "pt-BR", "move:Done")
    assert box.policy().acknowledge == ""
    assert settings.policy().markup == "common_mark"


@pytest.mark.parametrize(
    ("start", "begins"),
    [
        ("now", None),
        ("all", datetime.min.replace(tzinfo=UTC)),
        ("2026-11-01", datetime(2026, 11, 1, 3, tzinfo=UTC)),  # midnight in São Paulo
    ],
)
def test_a_first_start_is_quiet_or_from_a_midnight_of_the_mailbox(
    tmp_path: Path, start: str, begins: datetime | None
) -> None:
    text = REAL.replace("start: 2026-11-01", f"start: {start}")
    assert loaded(tmp_path, text, {"KEY": "k"}).mailboxes[0].begins == begins


def test_all_that_policy_knows_can_be_written(tmp_path: Path) -> None:
    text = LEAST + (
        "acknowledge: {within: 2d, caps: {sender: 3, same_subject: 1, hours: 6, mailbox: 9, total: 10}}\n"
        "reopen: {status: Feedback}\nfollow_ups: {field: Awaiting, on_customer: New, on_answer: Feedback}\n"
        "automatic: {allow: [Nagios@mon.example.com, mon.example.net]}\n"
        "contacts: {free_mail: [Local.Example]}\ncategories: {Bugs: {reply_within: 1w}}\n"
        "site: {url: https://tickets.example.com/a}\nfaq: {url: https://example.com/faq}\n"
        "operator: {email: Root@example.net, digest: 30m}\nagents: ANA@example.com\ninstance: acme\n"
        "log: {format: json, level: debug}\n"
    )
    settings = loaded(tmp_path, text)
    policy = settings.policy()
    assert (policy.caps.sender, policy.caps.hours, policy.acknowledge_within) == (3, 6, timedelta(days=2))
    assert policy.follow_ups == FollowUps(field="Awaiting", on_customer="New", on_answer="Feedback")
    assert policy.automatic_allow == ("nagios@mon.example.com", "mon.example.net")
    assert "local.example" in policy.free_mail
    assert policy.reply_within == (("Bugs", timedelta(weeks=1)),)
    assert (policy.site_url, policy.faq_url) == ("https://tickets.example.com/a/", "https://example.com/faq/")
    assert (policy.operator, policy.agents, policy.reopen_status) == (
        "root@example.net",
        Agents(people=(Agent(address="ana@example.com"),)),
        "Feedback",
    )
    assert settings.operator is not None
    assert settings.operator.digest == timedelta(minutes=30)
    assert (settings.log.format, settings.log.level, policy.instance) == ("json", "debug", "acme")


def test_agents_are_addresses_domains_people_and_roles(tmp_path: Path) -> None:
    text = """
agents:
  - Bruno@example.com
  - "@Example.org"
  - example.net
  - {login: ana, address: ana@example.com, name: Ana Lopez, signature: "Ana\\nExample"}
  - roles: [Support, Developer]
"""
    agents = loaded(tmp_path, LEAST + text).policy().agents
    ana = Agent(login="ana", address="ana@example.com", name="Ana Lopez", signature="Ana\nExample")
    assert agents.people == (ana, Agent(address="bruno@example.com"))
    assert (sorted(agents.domains), agents.roles) == (["example.net", "example.org"], ("Support", "Developer"))


def test_saved_answers_are_on_a_page_of_the_wiki_in_a_folder_or_both(tmp_path: Path) -> None:
    assert (loaded(tmp_path, LEAST).answers.wiki, loaded(tmp_path, LEAST).answers.folder) == ("Canned_answers", None)
    other = loaded(tmp_path, LEAST + "answers: {wiki: none, folder: texts}\n").answers
    assert (other.wiki, other.folder) == ("", tmp_path / "texts")


def test_conditions_nest_and_several_keys_mean_all(tmp_path: Path) -> None:
    rules = """
rules:
  - name: one
    when:
      subject: {contains: [a, b], matches: 'c+'}
      language: pt
      header: {name: X-Tier, is: 007}
      has-file: no
      size: {over: 5 MB}
      any: [{body: {contains: x}}, {not: {contact: new}}]
    then: {category: Bugs, due_in: 2d, tags: vip, fields: {Tier: 1.10}, acknowledge: no, private: yes}
    stop: true
  - {name: two, then: {priority: High}}
"""
    one, two = loaded(tmp_path, LEAST + rules).policy().rules
    assert isinstance(one.when, All)
    assert set(one.when.of) == {
        Test(what="subject", how="contains", values=("a", "b")),
        Test(what="subject", how="matches", values=("c+",)),
        Test(what="language", how="is", values=("pt",)),
        Test(what="header", how="is", values=("007",), name="X-Tier"),
        Test(what="has-file", how="is", values=("no",)),
        Test(what="size", how="over", values=(str(5 * 1024 * 1024),)),
        Any(
            of=(
                Test(what="body", how="contains", values=("x",)),
                Not(of=Test(what="contact", how="is", values=("new",))),
            )
        ),
    }
    assert (one.then.fields, one.then.acknowledge, one.then.private, one.stop) == ((("Tier", "1.10"),), "", True, True)
    assert two.when == All()


def test_the_file_as_shipped_loads_and_names_the_six_categories() -> None:
    policy = load(Path(__file__).resolve().parents[2] / "config.yaml", environ={}).policy()
    six = {"Bugs", "Feature requests", "Churn", "Onboarding", "User education", "Power users"}
    assert {name for name, _ in policy.reply_within} == six
    assert {rule.then.category for rule in policy.rules} == six
    assert policy.site_url == "http://127.0.0.1:8025/"
