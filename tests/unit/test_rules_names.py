"""Names of the configuration against the tracker's: in its spelling, or named as missing. Pure."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hd_bridge.model import Catalogue
from hd_bridge.policy import All, Choices, FieldNames, MailboxPolicy, Policy, Rule
from hd_bridge.policy_answers import AnswerPolicy
from hd_bridge.rules import Names, missing_names, names_in, settle

SUPPORT = Catalogue(
    project="support",
    trackers=("Bug", "Support"),
    categories=("Bugs",),
    priorities=("Normal", "Urgent"),
    statuses=(("New", False), ("Closed", True)),
    assignees=("Ana Silva", "Team A"),
    fields=("Company",),
)
BOX = MailboxPolicy(name="support", address="support@example.com", project="support")


def policy(*thens: Choices, box: MailboxPolicy = BOX, **more: object) -> Policy:
    rules = tuple(Rule(name=str(i), when=All(), then=then) for i, then in enumerate(thens))
    return Policy(instance="t", mailboxes=(box,), rules=rules, **more)  # type: ignore[arg-type]


def test_names_take_the_spelling_of_the_tracker() -> None:
    given = Choices(
        project="Support", tracker="bug", category="BUGS", priority="urgent", assignee="team a", tags=("x",)
    )
    chosen, trail = settle(given, SUPPORT)
    assert chosen == Choices(
        project="Support", tracker="Bug", category="Bugs", priority="Urgent", assignee="Team A", tags=("x",)
    )
    assert trail == ()


def test_unknown_names_fall_back_to_the_default_and_are_in_the_trail() -> None:
    given = Choices(
        project="gone", tracker="Task", category="Churn", priority="Mega", assignee="Nobody", due_in=timedelta(1)
    )
    chosen, trail = settle(given, SUPPORT)
    assert chosen == Choices(due_in=timedelta(1))
    assert [(trace.rule, trace.evidence) for trace in trail] == [
        ("names: project", "gone"),
        ("names: tracker", "Task"),
        ("names: category", "Churn"),
        ("names: priority", "Mega"),
        ("names: assignee", "Nobody"),
    ]
    assert trail[2].outcome == "unknown, the default of support instead"


def test_nothing_changes_where_the_tracker_could_not_be_asked() -> None:
    given = Choices(category="Churn", fields=(("Never seen", "1"),))
    assert settle(given, None) == (given, ())


def test_fields_not_seen_yet_stay_because_the_first_ticket_may_teach_them() -> None:
    given = Choices(fields=(("Never seen", "1"),), watchers=("who",))
    assert settle(given, SUPPORT) == (given, ())


def test_a_kind_whose_names_could_not_be_read_is_not_judged() -> None:
    bare = Catalogue(project="support")
    chosen, trail = settle(Choices(priority="Urgent", assignee="Ana", category="Bugs"), bare)
    assert (chosen.priority, chosen.assignee, chosen.category) == ("Urgent", "Ana", None)
    assert [trace.rule for trace in trail] == ["names: category"]
    assert missing_names(policy(Choices(priority="Urgent"), reopen_status="New"), {"support": bare}) == ()


def test_a_configuration_that_the_tracker_knows_misses_nothing() -> None:
    good = policy(
        Choices(category="bugs", tracker="BUG", fields=(("7", "x"),)),
        reopen_status="new",
        fields=FieldNames(company="company", tags="12"),
        reply_within=(("Bugs", timedelta(1)),),
    )
    assert missing_names(good, {"support": SUPPORT}) == ()


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        (policy(Choices(category="Bgs")), "rules[0].then.category: project support has no category 'Bgs'; it has Bugs"),
        (
            policy(Choices(), Choices(tracker="Task")),
            "rules[1].then.tracker: project support has no tracker 'Task'; it",
        ),
        (policy(Choices(assignee="Bo")), "rules[0].then.assignee: project support has no assignee 'Bo'"),
        (policy(Choices(priority="Mega")), "rules[0].then.priority: project support has no priority 'Mega'"),
        (policy(Choices(project="gone")), "rules[0].then.project: the tracker has no project 'gone'"),
        (
            policy(Choices(fields=(("Tier", "x"),))),
            "rules[0].then.fields.Tier: custom field 'Tier' was not yet seen in",
        ),
        (policy(reopen_status="Open"), "reopen.status: the tracker has no status 'Open'; it has New, Closed"),
        (policy(reopen_status="Closed"), "reopen.status: 'Closed' is a status that closes tickets"),
        (policy(fields=FieldNames(tags="Labels")), "tracker.fields.tags: custom field 'Labels' was not yet seen"),
        (policy(answers=AnswerPolicy(tell="field:Sent")), "outbox.tell: custom field 'Sent' was not yet seen in"),
        (policy(reply_within=(("Churn", timedelta(1)),)), "categories.Churn: no project has a category of this name"),
        (
            policy(box=MailboxPolicy(name="b", address="b@example.com", project="support", tracker="Task")),
            "mailboxes[0].tracker: project support has no tracker 'Task'",
        ),
        (
            policy(box=MailboxPolicy(name="b", address="b@example.com", project="gone")),
            "mailboxes[0].project: the tracker has no project 'gone', or does not show it to the bridge",
        ),
    ],
)
def test_a_name_that_the_tracker_does_not_know_is_told_with_its_path(wrong: Policy, expected: str) -> None:
    (told,) = missing_names(wrong, {"support": SUPPORT})
    assert told.startswith(expected)


def test_a_rule_with_a_project_is_looked_up_there_and_others_everywhere() -> None:
    other = Catalogue(project="other", categories=("Sales",), trackers=("Bug",))
    catalogues = {"support": SUPPORT, "other": other}
    there = policy(Choices(project="other", category="Sales"))
    assert missing_names(there, catalogues) == ()
    two = Policy(
        instance="t",
        mailboxes=(BOX, MailboxPolicy(name="o", address="o@example.com", project="other")),
        rules=(Rule(name="r", when=All(), then=Choices(category="Bugs")),),
    )
    assert missing_names(two, catalogues) == (
        "rules[0].then.category: project other has no category 'Bugs'; it has Sales",
    )


def test_all_names_of_a_configuration_are_collected_once() -> None:
    given = policy(
        Choices(category="Bugs", tracker="Bug", watchers=("ana",), fields=(("Tier", "1"), ("7", "2"))),
        Choices(project="sales", category="Churn", priority="High", assignee="Bo"),
        reply_within=(("Bugs", timedelta(1)), ("Onboarding", timedelta(1))),
        fields=FieldNames(company="Company"),
        answers=AnswerPolicy(tell="field:Delivery"),
    )
    assert names_in(given) == Names(
        projects=("support", "sales"),
        trackers=("Bug",),
        categories=("Bugs", "Onboarding", "Churn"),
        priorities=("High",),
        assignees=("Bo",),
        watchers=("ana",),
        fields=("Company", "Delivery", "Tier"),
    )
