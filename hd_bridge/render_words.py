"""What a customer reads of times, numbers and states, in the customer's own language. Pure.

Dates, numbers and plural rules are Babel's (CLDR); the phrases around them are ours, for four languages. Another
language gets English phrases, so that a new folder of templates works before anybody has translated these.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time, get_timezone_name
from babel.numbers import format_decimal

LANGUAGES = ("en", "pt-BR", "de", "es")
MOST_WORDS = 2048  # that are kept: Babel takes longer over one day than a whole page takes without it


class Stage(StrEnum):
    """Where a ticket stands, as far as a customer cares."""

    RECEIVED = "received"
    PROGRESS = "progress"
    WAITING = "waiting"
    SOLVED = "solved"
    CLOSED = "closed"
    DECLINED = "declined"


# A new Redmine's statuses, in the words of its own translations (5.0: en, pt-BR, pt, de, es).
_STAGES: Mapping[str, Stage] = {
    **dict.fromkeys(("new", "nova", "novo", "neu", "nueva", "nuevo"), Stage.RECEIVED),
    **dict.fromkeys(("in progress", "em andamento", "em curso", "in bearbeitung", "en curso"), Stage.PROGRESS),
    **dict.fromkeys(("feedback", "comentarios"), Stage.WAITING),
    **dict.fromkeys(("resolved", "resolvida", "resolvido", "gelöst", "resuelta", "resuelto"), Stage.SOLVED),
    **dict.fromkeys(("closed", "fechada", "fechado", "erledigt", "cerrada", "cerrado"), Stage.CLOSED),
    **dict.fromkeys(("rejected", "rejeitada", "rejeitado", "abgewiesen", "rechazada", "rechazado"), Stage.DECLINED),
}
_ENDS = (Stage.SOLVED, Stage.CLOSED, Stage.DECLINED)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Phrases:
    """The phrases of one language; ``within`` is by unit and CLDR plural form, ``day`` a CLDR date pattern."""

    locale: str
    stages: Mapping[Stage, str]
    sender: str
    by: str
    today: str
    tomorrow: str
    day: str
    year: str
    within: Mapping[tuple[str, str], str]


def _stages(received: str, progress: str, waiting: str, solved: str, closed: str, declined: str) -> Mapping[Stage, str]:
    return dict(zip(Stage, (received, progress, waiting, solved, closed, declined), strict=True))


def _within(minute: str, minutes: str, hour: str, hours: str, day: str, days: str) -> Mapping[tuple[str, str], str]:
    keys = [(unit, form) for unit in ("minute", "hour", "day") for form in ("one", "other")]
    return dict(zip(keys, (minute, minutes, hour, hours, day, days), strict=True))


# "en" reads dates the British way (day before month): most of the world does; "en-US" has its own entry.
_EN = _Phrases(
    locale="en_GB",
    stages=_stages("Received", "In progress", "Waiting for your answer", "Solved", "Closed", "Closed without a change"),
    sender="{agent} from {team}",
    by="by {day}",
    today="today",
    tomorrow="by tomorrow",
    day="EEEE, d MMMM",
    year="EEEE, d MMMM y",
    within=_within(
        "within one minute",
        "within {n} minutes",
        "within one hour",
        "within {n} hours",
        "within one day",
        "within {n} days",
    ),
)
_PT = _Phrases(
    locale="pt_BR",
    stages=_stages(
        "Recebido", "Em andamento", "Aguardando sua resposta", "Resolvido", "Encerrado", "Encerrado sem alterações"
    ),
    sender="{agent} | {team}",
    by="até {day}",
    today="ainda hoje",
    tomorrow="até amanhã",
    day="EEEE, d 'de' MMMM",
    year="EEEE, d 'de' MMMM 'de' y",
    within=_within(
        "em até um minuto",
        "em até {n} minutos",
        "em até uma hora",
        "em até {n} horas",
        "em até um dia",
        "em até {n} dias",
    ),
)
_DE = _Phrases(
    locale="de",
    stages=_stages(
        "Eingegangen",
        "In Bearbeitung",
        "Wir warten auf Ihre Antwort",
        "Gelöst",
        "Abgeschlossen",
        "Ohne Änderung abgeschlossen",
    ),
    sender="{agent} von {team}",
    by="bis {day}",
    today="noch heute",
    tomorrow="bis morgen",
    day="EEEE, d. MMMM",
    year="EEEE, d. MMMM y",
    # The dative that "von" asks for is why Babel's format_unit ("2 Tage") will not do here.
    within=_within(
        "innerhalb einer Minute",
        "innerhalb von {n} Minuten",
        "innerhalb einer Stunde",
        "innerhalb von {n} Stunden",
        "innerhalb eines Tages",
        "innerhalb von {n} Tagen",
    ),
)
_ES = _Phrases(
    locale="es",
    stages=_stages("Recibido", "En curso", "A la espera de su respuesta", "Resuelto", "Cerrado", "Cerrado sin cambios"),
    sender="{agent} de {team}",
    by="a más tardar el {day}",
    today="hoy mismo",
    tomorrow="a más tardar mañana",
    day="EEEE, d 'de' MMMM",
    year="EEEE, d 'de' MMMM 'de' y",
    within=_within(
        "en un minuto",
        "en un plazo de {n} minutos",
        "en una hora",
        "en un plazo de {n} horas",
        "en un día",
        "en un plazo de {n} días",
    ),
)
_PHRASES: Mapping[str, _Phrases] = {"en": _EN, "pt-BR": _PT, "de": _DE, "es": _ES}


def nearest(language: str, offered: Iterable[str]) -> str | None:
    """The offered language that a reader of ``language`` (BCP 47) reads too: de-AT → de, pt → pt-BR; else None."""
    return _nearest(language, frozenset(offered))


@lru_cache(MOST_WORDS)
def _nearest(language: str, offered: frozenset[str]) -> str | None:
    wanted = language.strip().replace("_", "-").lower()
    by_name = {name.lower(): name for name in sorted(offered, reverse=True)}
    by_base = {name.split("-")[0]: original for name, original in by_name.items() if "-" in name}
    base = wanted.split("-")[0]
    return by_name.get(wanted) or by_name.get(base) or by_base.get(base)


@lru_cache(MOST_WORDS)
def _phrases(language: str) -> _Phrases:
    return _PHRASES[nearest(language, LANGUAGES) or "en"]


@lru_cache(MOST_WORDS)
def locale_of(language: str) -> Locale:
    """Babel's locale for a language; a language it does not know is counted and dated as English."""
    known = nearest(language, LANGUAGES)
    try:
        return Locale.parse(_PHRASES[known].locale if known else language, sep="_" if known else "-")
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en_GB")


@lru_cache(MOST_WORDS)
def day_words(language: str, day: date) -> str:
    """A day, short: "24 Nov 2026"."""
    return format_skeleton("yMMMd", datetime(day.year, day.month, day.day), locale=locale_of(language))


def moment_words(language: str, timezone: str, moment: datetime) -> str:
    """An aware moment on the clock of ``timezone`` (an IANA name): "24 Nov 2026, 14:03"."""
    local = moment.astimezone(ZoneInfo(timezone))
    return f"{day_words(language, local.date())}, {_clock_words(language, local.hour, local.minute)}"


@lru_cache(MOST_WORDS)
def _clock_words(language: str, hour: int, minute: int) -> str:
    return format_time(time(hour, minute), "short", locale=locale_of(language))


@lru_cache(MOST_WORDS)
def zone_words(language: str, timezone: str) -> str:
    """What people call a time zone all year round: "Brasilia Time"."""
    return get_timezone_name(ZoneInfo(timezone), locale=locale_of(language))


def plural_words(language: str, count: int, forms: Mapping[str, str]) -> str:
    """The form that CLDR's plural rule picks for ``count`` (``other`` where it is not given); ``{n}`` is the number."""
    locale = locale_of(language)
    form = forms.get(locale.plural_form(count), forms["other"])
    return form.replace("{n}", format_decimal(count, locale=locale))


def stage_of(status: str, closed: bool) -> Stage:
    """Where a ticket stands; a status that is not a new Redmine's counts as progress until it ends the ticket."""
    stage = _STAGES.get(status.strip().casefold(), Stage.PROGRESS)
    return Stage.CLOSED if closed and stage not in _ENDS else stage


def status_words(language: str, status: str, closed: bool) -> str:
    """A tracker's status as a customer understands it; a status of the team's own making keeps its own word."""
    if status.strip() and status.strip().casefold() not in _STAGES:
        return status.strip()
    return stage_words(language, stage_of(status or "new", closed))


def stage_words(language: str, stage: Stage) -> str:
    """A stage, in words."""
    return _phrases(language).stages[stage]


def sender_words(language: str, agent: str, team: str) -> str:
    """Whom a letter is from: "Ana from Example". Portuguese would want to know which article a team's name takes."""
    return _phrases(language).sender.format(agent=agent, team=team) if agent and team else agent or team


def estimated_words(
    language: str, timezone: str, now: datetime, due_date: date | None, reply_within: timedelta | None
) -> str:
    """When a customer may count on us, to end a sentence with: "by Tuesday, 24 November", "within 2 days".

    The due date if there is one, else the category's usual time, else nothing; a day that has passed is no promise.
    ``now`` is aware; days are those of ``timezone``.
    """
    today = now.astimezone(ZoneInfo(timezone)).date()
    if due_date is not None:
        return _by_day(_phrases(language), today, due_date)
    return _within_span(language, reply_within) if reply_within and reply_within > timedelta(0) else ""


def _by_day(phrases: _Phrases, today: date, due: date) -> str:
    if due < today:
        return ""
    if (due - today).days <= 1:
        return phrases.today if due == today else phrases.tomorrow
    pattern = phrases.day if due.year == today.year else phrases.year
    return phrases.by.format(day=_long_day(phrases.locale, pattern, due))


@lru_cache(MOST_WORDS)
def _long_day(locale: str, pattern: str, day: date) -> str:
    return format_date(day, pattern, locale=Locale.parse(locale))


def _within_span(language: str, span: timedelta) -> str:
    """Rounded up, in the largest unit that people count in: 90 minutes are 2 hours, 24 hours stay hours."""
    minutes = -(-span // timedelta(minutes=1))
    hours, days = -(-minutes // 60), -(-minutes // 1440)
    unit, count = ("minute", minutes) if minutes < 60 else ("hour", hours) if hours < 48 else ("day", days)
    within = _phrases(language).within
    return plural_words(language, count, {form: within[unit, form] for form in ("one", "other")})
