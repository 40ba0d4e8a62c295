"""Rules on a mail: what fits, what wins, and what is written down about it. Pure."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hd_bridge.model import Address, Attachment, Contact, Email
from hd_bridge.policy import All, Any, Choices, Condition, Not, Rule, Test
from hd_bridge.rules import choose

MAIL = Email(
    key="0" * 24,
    message_id=None,
    date=None,
    sender=Address(name="Ana Silva", email="ana@mail.acme.com"),
    to=(Address(email="support@example.com"),),
    cc=(Address(email="boss@acme.com"),),
    delivered_to=("help@example.com",),
    subject="Não consigo ENTRAR",
    text="quoted refund text",
    reply="I can’t log\r\nin since\n  yesterday",
    headers=(("X-Tier", "bronze"), ("x-tier", "Gold plus")),
    attachments=(Attachment(name="Plano.PDF", media_type="application/pdf", content=b"", sha256=""),),
    language="pt-BR",
    size=2048,
)
ANA = Contact(name="Ana Silva", company="Acme", addresses=("ana@mail.acme.com", "ana@home.example"), ticket_count=2)


def on(what: str, how: str, *values: str, name: str = "") -> Test:
    return Test(what=what, how=how, values=values, name=name)


def fits(condition: Condition, email: Email = MAIL, contact: Contact | None = ANA) -> bool:
    rule = Rule(name="r", when=condition, then=Choices(category="Hit"))
    return choose(email, "support", contact, (rule,))[0].category == "Hit"


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (on("mailbox", "is", "SUPPORT"), True),
        (on("mailbox", "is", "supp"), False),
        (on("from", "contains", "@mail.acme"), True),
        (on("domain", "is", "acme.com"), True),
        (on("domain", "is", "mail.acme.com"), True),
        (on("domain", "is", "com"), False),
        (on("domain", "is", "cme.com"), False),
        (on("to", "is", "boss@acme.com"), True),
        (on("to", "is", "help@example.com"), True),
        (on("subject", "contains", "nao consigo entrar"), True),
        (on("subject", "contains", "não consigo"), True),
        (on("subject", "matches", r"^nao \w+ entrar$"), True),
        (on("subject", "matches", "NÃO"), True),
        (on("body", "contains", "can't log in"), True),
        (on("body", "matches", "in since yesterday$"), True),
        (on("body", "contains", "refund"), False),
        (on("header", "is", "gold plus", name="X-TIER"), True),
        (on("header", "is", "gold plus", name="X-Other"), False),
        (on("language", "is", "pt"), True),
        (on("language", "is", "pt-br"), True),
        (on("language", "is", "p"), False),
        (on("file", "matches", r"\.pdf$"), True),
        (on("size", "over", "2047"), True),
        (on("size", "under", "2048"), False),
        (on("has-file", "is", "yes"), True),
        (on("has-file", "is", "no"), False),
        (on("contact", "is", "known"), True),
        (on("contact", "is", "new"), False),
        (on("contact", "is", "ana@home.example"), True),
        (on("contact", "contains", "silva"), True),
        (on("company", "is", "nobody", "acme"), True),
        (All(), True),
        (All(of=(on("size", "over", "1"), on("size", "over", "9999"))), False),
        (Any(of=(on("size", "over", "9999"), on("size", "over", "1"))), True),
        (Not(of=on("size", "over", "9999")), True),
        (Not(of=All()), False),
    ],
)
def test_a_condition_fits_or_does_not(condition: Condition, expected: bool) -> None:
    assert fits(condition) is expected


def test_nothing_is_known_of_a_mail_without_sender_and_contact() -> None:
    bare = Email(key="0" * 24, message_id=None, date=None, sender=None)
    for what in ("from", "domain", "to", "subject", "body", "language", "file", "contact", "company"):
        assert not fits(on(what, "matches", ""), bare, None)
    assert fits(on("contact", "is", "new"), bare, None)
    assert fits(on("has-file", "is", "no"), bare, None)


def test_the_body_is_the_whole_text_where_no_reply_was_found() -> None:
    assert fits(on("body", "contains", "refund"), Email(key="", message_id=None, date=None, sender=None, text="refund"))


def test_only_the_first_hundred_thousand_signs_are_looked_at() -> None:
    late = Email(key="", message_id=None, date=None, sender=None, reply="x" * 100_000 + " refund")
    assert not fits(on("body", "contains", "refund"), late)
    assert fits(
        on("body", "contains", "refund"), Email(key="", message_id=None, date=None, sender=None, reply="x refund")
    )


def test_a_picture_in_the_text_is_no_file() -> None:
    logo = Attachment(name="logo.png", media_type="image/png", content=b"", sha256="", inline=True)
    assert not fits(
        on("has-file", "is", "yes"), Email(key="", message_id=None, date=None, sender=None, attachments=(logo,))
    )


def rule(name: str, then: Choices, *, when: Condition | None = None, stop: bool = False) -> Rule:
    return Rule(name=name, when=when or All(), then=then, stop=stop)


def test_the_first_to_set_a_thing_wins_and_tags_add_up() -> None:
    first = Choices(
        category="A", tags=("x", "Y"), watchers=("ana",), fields=(("F", "1"),), private=False, acknowledge=""
    )
    second = Choices(
        category="B",
        priority="High",
        due_in=timedelta(days=1),
        tags=("y", "z"),
        watchers=("ana", "bo"),
        fields=(("F", "2"), ("G", "3")),
        private=True,
        acknowledge="ack",
    )
    chosen, trail = choose(MAIL, "support", ANA, (rule("1", first), rule("2", second)))
    assert chosen == Choices(
        category="A",
        priority="High",
        due_in=timedelta(days=1),
        tags=("x", "Y", "z"),
        watchers=("ana", "bo"),
        fields=(("F", "1"), ("G", "3")),
        private=False,
        acknowledge="",
    )
    assert [(trace.rule, trace.outcome) for trace in trail] == [("1", "fits"), ("2", "fits")]


def test_stop_ends_the_search_only_where_the_rule_fits() -> None:
    no = Not(of=All())
    rules = (rule("1", Choices(category="A"), when=no, stop=True), rule("2", Choices(category="B"), stop=True))
    chosen, trail = choose(MAIL, "support", ANA, (*rules, rule("3", Choices(priority="High"))))
    assert chosen == Choices(category="B")
    assert [trace.outcome for trace in trail] == ["does not fit", "fits"]


def test_evidence_is_what_fitted_and_short() -> None:
    both = All(
        of=(on("subject", "contains", "entrar"), Not(of=on("size", "over", "9999")), on("body", "matches", "l.g"))
    )
    long = on("body", "matches", ".*")
    loud = Email(key="", message_id=None, date=None, sender=None, subject="entrar", reply="log " * 500)
    _, trail = choose(loud, "support", None, (rule("1", Choices(), when=both), rule("2", Choices(), when=long)))
    assert trail[0].evidence == "subject contains 'entrar'; body matches 'log'"
    assert len(trail[1].evidence) < 100


def test_a_pattern_that_hangs_is_stopped_and_the_other_rules_still_count() -> None:
    hanging = on("body", "matches", r"(?:a|a)+$", r"(\w+\s?)+[!?]{3}$")
    negated = Not(of=hanging)
    mail = Email(key="", message_id=None, date=None, sender=None, subject="entrar", reply="a" * 5000 + "b")
    rules = (
        rule("evil", Choices(category="Evil"), when=hanging),
        rule("not evil", Choices(category="Evil"), when=negated),
        rule("good", Choices(category="Good"), when=on("subject", "matches", "^entrar")),
    )
    chosen, trail = choose(mail, "support", None, rules, budget=0.4)
    assert [trace.outcome for trace in trail] == ["stopped: pattern took too long"] * 2 + ["fits"]
    assert trail[0].evidence == r"the pattern (?:a|a)+$"
    assert chosen == Choices(category="Good")
