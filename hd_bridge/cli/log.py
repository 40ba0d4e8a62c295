"""What is logged, and how: our own words, of faults the place, of mails nothing. Touches the terminal."""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime

from hd_bridge.cli.out import as_json, printable


class _JsonLines(logging.Formatter):
    """One JSON object an event."""

    def format(self, record: logging.LogRecord) -> str:
        event = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "thread": record.threadName,
            "event": record.getMessage(),
        }
        if record.exc_info:
            event["fault"] = _place(record)
        return as_json(event)


class _Lines(logging.Formatter):
    """One line an event; of a fault its place, never its values (they may be a mail's)."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]
        fault = f" [{_place(record)}]" if record.exc_info else ""
        return printable(f"{at}Z {record.levelname.lower()} {record.getMessage()}{fault}").replace("\n", " ")


def _place(record: logging.LogRecord) -> str:
    """Where a fault happened: its type and the frames of the traceback, without its message."""
    if not record.exc_info or record.exc_info[0] is None:
        return ""
    frames, trace = [], record.exc_info[2]
    while trace is not None:
        frames.append(f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}")
        trace = trace.tb_next
    return f"{record.exc_info[0].__name__} at {' > '.join(frames[-6:])}"


def set_up_log(form: str, level: str) -> None:
    """Events go to standard error; a service manager keeps them."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonLines() if form == "json" else _Lines())
    logging.basicConfig(level=logging.ERROR, handlers=[handler], force=True)
    # Libraries speak of what they read (mail-parser of headers, imapclient of whole mails): the level is ours alone.
    for ours in ("hd_bridge", "tracking_site"):
        logging.getLogger(ours).setLevel(level.upper())
