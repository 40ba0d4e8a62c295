"""Times, states and numbers in the customer's words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from hd_bridge.render import estimated_words, status_words
from hd_bridge.render_words import (
    LANGUAGES,
    Stage,
    day_words,
    moment_words,
    nearest,
    plural_words,
    stage_of,
    stage_words,
    zone_words,
)

NOW = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "due", "told"),
    [
        ("en", date(2026, 11, 24), "by Tuesday, 24 November"),
        ("pt-BR", date(2026, 11, 24), "até terça-feira, 24 de novembro"),
        ("de", date(2026, 11, 24), "bis Dienstag, 24. November"),
        ("es", date(2026, 11, 24), "a más tardar el martes, 24 de noviembre"),
        ("en", date(2027, 1, 5), "by Tuesday, 5 January 2027"),
        ("en", date(2026, 11, 22), "by tomorrow"),
        ("de", date(2026, 11, 22), "bis morgen"),
        ("de", date(2026, 11, 21), "noch heute"),
        ("pt", date(2026, 11, 21), "ainda hoje"),
        ("en", date(2026, 11, 20), ""),
        ("fr", date(2026, 11, 24), "by Tuesday, 24 November"),
    ],
)
def test_a_due_date_is_told_as_people_say_it(language: str, due: date, told: str) -> None:
    assert estimated_words(language, "UTC", NOW, due, timedelta(days=9)) == told


@pytest.mark.parametrize(
    ("language", "within", "told"),
    [
        ("en", timedelta(days=2), "within 2 days"),
        ("en", timedelta(hours=24), "within 24 hours"),
        ("en", timedelta(minutes=90), "within 2 hours"),
        ("en", timedelta(minutes=30), "within 30 minutes"),
        ("en", timedelta(seconds=20), "within one minute"),
        ("de", timedelta(days=2), "innerhalb von 2 Tagen"),
        ("de", timedelta(hours=1), "innerhalb einer Stunde"),
        ("pt-BR", timedelta(hours=4), "em até 4 horas"),
        ("es", timedelta(days=3), "en un plazo de 3 días"),
        ("en", timedelta(0), ""),
        ("en", timedelta(hours=-3), ""),
        ("en", None, ""),
    ],
)
def test_without_a_due_date_the_usual_time_is_told(language: str, within: timedelta | None, told: str) -> None:
    assert estimated_words(language, "UTC", NOW, None, within) == told


def test_today_and_tomorrow_are_the_mailboxs() -> None:
    late = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)  # already the 22nd in Berlin
    assert estimated_words("en", "Europe/Berlin", late, date(2026, 11, 22), None) == "today"
    assert estimated_words("en", "America/Sao_Paulo", late, date(2026, 11, 22), None) == "by tomorrow"
    assert moment_words("de", "Europe/Berlin", late) == "22. Nov. 2026, 00:30"
    assert moment_words("en", "America/Sao_Paulo", late) == "21 Nov 2026, 20:30"
    assert zone_words("en", "America/Sao_Paulo") == "Brasilia Time"


@pytest.mark.parametrize(
    ("language", "status", "closed", "told"),
    [
        ("en", "New", False, "Received"),
        ("pt-BR", "Em andamento", False, "Em andamento"),
        ("en", "Em andamento", False, "In progress"),
        ("de", "Gelöst", False, "Gelöst"),
        ("es", " FEEDBACK ", False, "A la espera de su respuesta"),
        ("en", "Erledigt", True, "Closed"),
        ("en", "Rechazada", True, "Closed without a change"),
        ("en", "New", True, "Closed"),
        ("en", "", False, "Received"),
        ("en", "Waiting for parts", False, "Waiting for parts"),
        ("en", "Waiting for parts", True, "Waiting for parts"),
    ],
)
def test_a_status_is_told_in_the_customers_words_or_in_the_teams_own(
    language: str, status: str, closed: bool, told: str
) -> None:
    assert status_words(language, status, closed) == told


def test_a_status_of_the_teams_own_is_progress_until_it_ends_the_ticket() -> None:
    assert stage_of("Waiting for parts", False) is Stage.PROGRESS
    assert stage_of("Delivered", True) is Stage.CLOSED
    assert stage_of("Resolved", True) is Stage.SOLVED


def test_every_stage_has_words_of_its_own_in_every_language() -> None:
    for language in LANGUAGES:
        assert len({stage_words(language, stage) for stage in Stage}) == len(Stage)


def test_numbers_take_the_form_and_the_separators_of_the_language() -> None:
    forms = {"one": "{n} item", "other": "{n} items"}
    assert plural_words("en", 1, forms) == "1 item"
    assert plural_words("en", 1234, forms) == "1,234 items"
    assert plural_words("pt-BR", 0, forms) == "0 item"
    assert plural_words("pl", 2, forms) == "2 items"  # Polish has more forms than were given
    assert plural_words("xx-nonsense", 2, forms) == "2 items"


def test_the_nearest_language_is_the_same_one_the_base_or_a_sister() -> None:
    assert nearest("pt-PT", ("en", "pt-BR")) == "pt-BR"
    assert nearest("en-US", ("en", "en-GB")) == "en"
    assert nearest("ja", ("en", "pt-BR")) is None
    assert nearest("", ("en",)) is None


def test_a_language_without_phrases_still_has_its_dates() -> None:
    assert day_words("fr", date(2026, 11, 24)) == "24 nov. 2026"
