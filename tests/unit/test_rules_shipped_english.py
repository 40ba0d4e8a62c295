"""The six categories as shipped, in English: plain sentences land where an agent would put them. Touches the disk."""

from __future__ import annotations

import pytest

from tests.unit.rules_shipped import chosen

SAMPLES = {
    "Bugs": (
        "The export button doesn't work since this morning.",
        "When I open the invoice I get a strange error and nothing happens.",
        "Your app crashes as soon as I pick a date.",
        "I think I found a bug in the calendar view.",
        "The page is not loading on my phone.",
        "I can't log in with my password any more.",
        "The cancel button does not work.",
        "We see an internal server error (500) after saving.",
        "Syncing stopped working after the update, all I see is a white page.",
        "The monthly report shows wrong totals for October.",
    ),
    "Feature requests": (
        "Feature request: please let us pin tickets to the top.",
        "It would be great if you added a dark theme.",
        "Could you add an option to sort by customer?",
        "Are you planning to support Outlook calendars?",
        "I would love to see a calendar view for deadlines.",
        "Is a mobile version on your roadmap?",
        "We wish there was a way of colouring the labels.",
        "I have a suggestion for the app: show avatars in lists.",
    ),
    "Churn": (
        "Please cancel my subscription at the end of the month.",
        "We have decided not to renew our contract.",
        "We are switching to another provider in January.",
        "I want to close my account and have all data removed.",
        "We won't be renewing our licence next year.",
        "This is our notice of termination as of 31 December.",
        "I would like a full refund, this is not what we were promised.",
        "We're going to stop using your product.",
        "Please\ncancel\nour plan.",
    ),
    "Onboarding": (
        "We just signed up and wonder what to do next.",
        "Hi, I am a new customer and have some questions.",
        "Could somebody help us get started?",
        "How do I set up my account for the whole company?",
        "I never received the activation link.",
        "How can I invite my team?",
        "We would like to import our customers from the old spreadsheet.",
        "Our free trial has just started, what are the first steps?",
    ),
    "User education": (
        "How do I change the language of the interface?",
        "Where can I find the list of closed tickets?",
        "Is there a way to print the whole list?",
        "Is it possible to sort the tickets by date?",
        "What is the difference between a task and a ticket?",
        "Do you have a tutorial about labels?",
        "Can you explain how the reminders are meant to be used?",
        "What does the yellow triangle mean?",
    ),
    "Power users": (
        "Which scopes does an API key need to read tickets?",
        "Do your webhooks retry when our endpoint is busy?",
        "We want to connect SAML single sign-on with our directory.",
        "Can I bulk-edit the due dates of 400 tickets?",
        "We are automating the assignment of tickets with a Python script.",
        "What is the rate limit per minute?",
        "I need an advanced filter with nested conditions.",
        "Is there a list of keyboard shortcuts?",
    ),
}
CASES = [(category, text) for category, texts in SAMPLES.items() for text in texts]


@pytest.mark.parametrize(("category", "text"), CASES)
def test_a_plain_sentence_finds_its_category(category: str, text: str) -> None:
    assert chosen(text).category == category


@pytest.mark.parametrize(("category", "text"), CASES)
def test_a_subject_alone_is_enough(category: str, text: str) -> None:
    assert chosen("Thanks, Ana", subject=text).category == category


@pytest.mark.parametrize(
    "text",
    [
        "Our service is down!",
        "Your website is completely down and our customers are complaining.",
        "Is your service down?",
        "The whole platform has been unreachable since nine.",
        "Nobody can log in, there seems to be a major outage.",
        "Everything is offline here.",
    ],
)
def test_an_outage_is_urgent_and_has_an_acknowledgement_of_its_own(text: str) -> None:
    choices = chosen(text)
    assert (choices.category, choices.priority, choices.acknowledge) == ("Bugs", "Urgent", "ack-urgent")
    assert choices.due_in is not None
    assert choices.tags == ("outage",)


def test_an_outage_that_makes_somebody_leave_keeps_its_category_and_is_tagged_twice() -> None:
    choices = chosen("Your service is down again. Cancel my subscription.")
    assert (choices.category, choices.priority, choices.tags) == ("Bugs", "Urgent", ("outage", "churn"))
