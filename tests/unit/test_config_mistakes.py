"""What is wrong in config.yaml: each mistake with its path, its line and what was expected. Touches the disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from hd_bridge.config import load
from hd_bridge.errors import ConfigError
from tests.unit.test_config_load import LEAST, REAL, mistakes

BOX = "{name: b, address: b@example.com, kind: maildir, path: x, project: p}"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("bogus: 1", "bogus: is not a known key"),
        ("acknowlege: {}", "acknowlege: is not a known key (did you mean 'acknowledge'?)"),
        ("acknowledge: {witin: 1h}", "acknowledge.witin: is not a known key (did you mean 'within'?)"),
        ("acknowledge: {within: soon}", "acknowledge.within: is not a duration; expected a number and s, m, h, d or w"),
        ("acknowledge: {within: 0s}", "acknowledge.within: is not a usable duration"),
        ("acknowledge: {caps: {hours: x}}", "acknowledge.caps.hours: is not a whole number; expected hours"),
        ("acknowledge: {caps: {sender: 0}}", "acknowledge.caps.sender: is too small; expected 1 or more"),
        ("acknowledge: {within: }", "acknowledge.within: is empty; expected a value"),
        ("answers: {wkii: x}", "answers.wkii: is not a known key (did you mean 'wiki'?)"),
        ("answers: {wiki: [x]}", "answers.wiki: is not a text"),
        ("answers: {folder: }", "answers.folder: is empty; expected a value"),
        ("acknowledge: often", "acknowledge: is not a section; expected keys and values"),
        ("instance: Not A Slug", "instance: is not a safe name; expected lower-case letters"),
        ("reading: {within: long}", "reading.within: is not a duration; expected a number and s, m, h, d or w"),
        ("log: {level: loud}", "log.level: is not one of the choices; expected debug, info, warning or error"),
        ("site: {folder: x}", "site: has no url; expected the address"),
        ("site: {url: 'javascript:alert(1)'}", "site.url: is not a web address; expected https://"),
        ("site: {serve: {port: 99999}}", "site.serve.port: is too large; expected 65535 or less"),
        ("operator: {email: nobody}", "operator.email: is not an e-mail address; expected name@example.com"),
        ("operator: {email: Support@example.com}", "operator.email: is an address of a mailbox"),
        ("agents: [support@example.com]", "agents[0]: is an address of a mailbox"),
        ("agents: {a: b}", "agents: is not a list; expected addresses, domains, people"),
        ("agents: [{address: support@example.com}]", "agents[0].address: is an address of a mailbox"),
        ("agents: [{name: Ana}]", "agents[0]: says not who it is; expected a login, an address or both"),
        ("agents: [{login: ana, adress: x}]", "agents[0].adress: is not a known key (did you mean 'address'?)"),
        ("agents: [{roles: []}]", "agents[0].roles: is an empty list; expected names of roles"),
        ("agents: [ana]", "agents[0]: is neither an e-mail address nor a domain; expected ana@example.com"),
        ("agents: ['@gmail.com']", "agents[0]: is a domain where anybody can have an address; expected"),
        ('agents: [{login: a, signature: "b\\e[31m"}]', "agents[0].signature: is too long or has control characters"),
        ("trust: {bearer: maybe}", "trust.bearer: is not one of the choices; expected private or hold"),
        ("participants: {cc: all}", "participants.cc: is not one of the choices; expected yes, no or same_domain"),
        ("automatic: {allow: [nagios]}", "automatic.allow: has a word that does not fit; expected addresses"),
        ("blocked: [spam]", "blocked: has a word that does not fit; expected addresses, or example.com for a whole"),
        ("flood: {mails: 0}", "flood.mails: is too small; expected 1 or more"),
        ("flood: {except: [x]}", "flood.except: has a word that does not fit; expected addresses"),
        ("flood: {within: long}", "flood.within: is not a duration; expected a number and s, m, h, d or w"),
        ("blocked: [support@example.com]", "blocked[0]: would block support@example.com, which is one of our own"),
        ("contacts: {free_mail: [x]}", "contacts.free_mail: has a word that does not fit; expected domains"),
        ("journal: {url: 'mysql://x/y'}", "journal.url: is not a database address; expected sqlite:///PATH"),
        ("journal: {url: 'postgresql://u:hunter2@h/d'}", "journal.url: holds a password; expected env:NAME"),
        ("categories: {Bugs: {}}", "categories.Bugs.reply_within: is missing; expected a duration"),
        ("rules: [{name: r}]", "rules[0].then: is missing; expected what the ticket gets"),
        ("rules: [{name: r, then: {}}]", "rules[0].then: is empty; expected what the ticket gets"),
        ("rules: [{name: r, when: {}, then: {tags: x}}]", "rules[0].when: is empty; expected a condition"),
        ("rules: [{name: r, when: {subject: }, then: {tags: x}}]", "rules[0].when.subject: is empty; expected a value"),
        ("rules: [{name: r, when: {subject: {}}, then: {tags: x}}]", "rules[0].when.subject: compares with nothing"),
        (
            "rules: [{name: r, when: {any: []}, then: {tags: x}}]",
            "rules[0].when.any: is an empty list; expected a list",
        ),
        ("rules: [{name: r, when: {size: {over: big}}, then: {tags: x}}]", "rules[0].when.size.over: is not a size"),
        ("rules: [{name: r, when: {has-file: 5}, then: {tags: x}}]", "rules[0].when.has-file: is neither yes nor no"),
        (
            "rules: [{name: r, when: {mailbox: supprt}, then: {tags: x}}]",
            "rules[0].when.mailbox: is not a mailbox (did",
        ),
        (
            "rules: [{name: r, when: {not: {body: {matches: ['ok', '(a']}}}, then: {tags: x}}]",
            "rules[0].when.not.body.matches[1]: is not a pattern: missing ) at character",
        ),
        (
            "rules: [{name: r, then: {tags: x}}, {name: r, then: {tags: y}}]",
            "rules[1].name: is the same as rules[0].name",
        ),
        ("instance: !python/object x", "instance: carries a YAML tag; expected a plain value"),
        ("agents: &a [*a]", "agents[0]: refers to itself; expected a value that ends"),
        (
            "log: {level: info}\nlog: {level: info}",
            "log: is written twice, again in line 8; expected once, as in line 7",
        ),
    ],
)
def test_a_mistake_is_told_with_its_path_and_what_was_expected(tmp_path: Path, more: str, expected: str) -> None:
    (told,) = mistakes(tmp_path, LEAST + "\n" + more + "\n")
    assert told.startswith(expected)
    assert told.endswith((" (line 7)", " (line 8)"))
    assert "; expected " in told


@pytest.mark.parametrize(
    ("instead", "expected"),
    [
        (("maildir, path", "pop3, path"), "mailboxes[0]: has an unknown kind; expected kind: maildir or imap"),
        (("kind: maildir, path", "path"), "mailboxes[0]: has no kind; expected kind: maildir or imap"),
        (("name: support", "name: Sup/port"), "mailboxes[0].name: is not a safe name"),
        (("project: support", "language: portuguese"), "mailboxes[0].project: is missing; expected the tracker's"),
        (("project: support", "project: s, timezone: Europe/Lisboa"), "mailboxes[0].timezone: is not a time zone (did"),
        (("project: support", "project: s, start: later"), "mailboxes[0].start: is not known; expected now, all or a"),
        (("project: support", "project: s, afterwards: burn"), "mailboxes[0].afterwards: is not known; expected keep"),
        (("project: support", 'project: s, sent: ""'), "mailboxes[0].sent: is blank or has"),
        (("project: support", "project: s, each_mailbox: x"), "mailboxes[0].each_mailbox: is not one of the choices"),
        (("project: support", 'project: s, sender_name: "a\\r\\nBcc: x"'), "mailboxes[0].sender_name: is blank or has"),
        (("kind: embedded", "kind: embedded, rest: 60s"), "tracker.rest: is not longer than read_timeout"),
        (("{kind: maildir}", "{kind: smtp}"), "outbox.host: is missing; expected a host name"),
        (("{kind: maildir}", "{kind: maildir, tell: loud}"), "outbox.tell: is not known; expected none, note or field"),
        (("{kind: maildir}", "{kind: maildir, tell: 'field:'}"), "outbox.tell: is not known; expected none, note"),
        (("{kind: maildir}", "{kind: smtp, host: h, rate: lots}"), "outbox.rate: is not a rate; expected letters"),
        (("{kind: maildir}", "{kind: smtp, host: h, username: u}"), "outbox: has only one of username and password"),
    ],
)
def test_a_mistake_in_what_is_there_is_found_as_well(tmp_path: Path, instead: tuple[str, str], expected: str) -> None:
    assert any(told.startswith(expected) for told in mistakes(tmp_path, LEAST.replace(*instead)))


@pytest.mark.parametrize(
    ("instead", "expected"),
    [
        (
            ("host: imap.example.com", "host: imap.example.com\n    tls: none"),
            "mailboxes[0].tls: would send the password",
        ),
        (("smtp.example.com,", "smtp.example.com, tls: none,"), "outbox.password: would be sent in the open"),
        (("https://redmine", "http://redmine"), "tracker.url: would send the API key in the open"),
        (("  key:", "  ca_file: none.pem\n  key:"), "tracker.ca_file: is not a file that can be read"),
    ],
)
def test_nothing_secret_travels_in_the_open(tmp_path: Path, instead: tuple[str, str], expected: str) -> None:
    (told,) = mistakes(tmp_path, REAL.replace(*instead), {"KEY": "k"})
    assert told.startswith(expected)


def test_every_mistake_is_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = (
        LEAST.replace("kind: embedded", "kind: x") + f"  - {BOX}\n  - {BOX}\nagents: [x]\nlog: {{level: 1, size: 2}}\n"
    )
    told = mistakes(tmp_path, text)
    assert [one.split(":")[0] for one in told] == [
        "tracker",
        "mailboxes[2].name",
        "mailboxes[2].address",
        "agents[0]",
        "log.level",
        "log.size",
    ]


def test_a_mistake_in_yaml_is_told_with_its_line_and_without_the_text(tmp_path: Path) -> None:
    (told,) = mistakes(tmp_path, LEAST + 'log: {level: "hunter2\n')
    assert "line " in told
    assert "hunter2" not in told
    (told,) = mistakes(tmp_path, LEAST + "log: *hunter2\n")
    assert "hunter2" not in told


def test_an_empty_file_says_what_is_needed(tmp_path: Path) -> None:
    assert [told.split(":")[0] for told in mistakes(tmp_path, "")] == ["tracker", "mailboxes", "outbox"]


def test_a_section_whose_lines_are_commented_out_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(LEAST + "operator:\n#  email: x\n")
    assert load(tmp_path / "config.yaml", environ={}).operator is None


def test_a_file_that_is_not_there_or_not_text_is_a_mistake_too(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"config\.yaml: cannot be read"):
        load(tmp_path / "config.yaml")
    (tmp_path / "config.yaml").write_bytes(b"a: 1\nb: \xff\n")
    with pytest.raises(ConfigError, match="not UTF-8 in line 2"):
        load(tmp_path / "config.yaml")


def test_a_list_where_the_file_should_be_keys_is_a_mistake(tmp_path: Path) -> None:
    (told,) = mistakes(tmp_path, "- a\n- b\n")
    assert told.startswith("the file: is not a section; expected keys and values")


def test_aliases_of_aliases_do_not_fill_the_memory(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    (tmp_path / "config.yaml").write_text("\n".join(lines))
    with pytest.raises(ConfigError, match="by its aliases"):
        load(tmp_path / "config.yaml")


@pytest.mark.parametrize(
    "text", ["a: " + "[" * 5000, "a: " + "[" * 200 + "]" * 200, "a: " + "{b: " * 900 + "1" + "}" * 900]
)
def test_what_is_nested_too_deep_is_a_mistake(tmp_path: Path, text: str) -> None:
    (tmp_path / "config.yaml").write_text(text)
    with pytest.raises(ConfigError, match="levels deep"):
        load(tmp_path / "config.yaml")


@pytest.mark.parametrize(
    ("instead", "expected"),
    [
        ("project: s, subaddress: '%'", "mailboxes[0].subaddress: is not a sign of sub-addresses; expected no, yes"),
        (f"project: s, address: {'a' * 40}@example.com, subaddress: yes", "mailboxes[0].subaddress: has no room"),
        ("project: s, authserv_id: 'mx; dmarc=pass'", "mailboxes[0].authserv_id: is not a server's name"),
        ("project: s, subject_tag: 'Ticket {ticket}'", "mailboxes[0].subject_tag: does not show what is a ticket"),
        ("project: s, subject_tag: '[{project}]'", "mailboxes[0].subject_tag: does not show what is a ticket"),
    ],
)
def test_what_replies_and_proofs_rest_on_is_checked(tmp_path: Path, instead: str, expected: str) -> None:
    text = LEAST.replace("address: Support@Example.com, ", "") if "address: a" in instead else LEAST
    told = mistakes(tmp_path, text.replace("project: support", instead))
    assert any(one.startswith(expected) for one in told), told
