"""The log: one JSON object a line, on standard error, and never the text of a message."""

from __future__ import annotations

import _thread
import json
import logging
import logging.config
from datetime import UTC, datetime
from typing import Any

_ORDINARY = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

PRIVATE = frozenset(
    {"text", "args", "kwargs", "data", "body", "password", "token", "secret", "cookie", "authorization"}
)
"""What a caller may add to a line by mistake and must not stand in it."""

LINE_MAX_CHARACTERS = 16000
"""A longer line is cut: log collectors drop or split it."""

TRACEBACK_MAX_CHARACTERS = 8000


class Lines(logging.StreamHandler):  # type: ignore[type-arg]
    """Writes each record in one piece and without a lock.

    Where gevent has patched the locks, a native thread that waits for one may wait for ever; one write is one line
    whoever else writes.
    """

    def createLock(self) -> None:  # noqa: N802 - logging's name
        """Make none."""
        self.lock = None

    def emit(self, record: logging.LogRecord) -> None:
        """Write the line."""
        try:
            self.stream.write(self.format(record) + "\n")
            self.flush()
        except Exception:  # noqa: BLE001 - as logging does: what cannot be logged must not end what was done
            self.handleError(record)


class JsonLines(logging.Formatter):
    """Writes a record as one line of JSON: time, level, logger, what happened, and what the caller added."""

    def format(self, record: logging.LogRecord) -> str:
        """Make the line."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage()[:LINE_MAX_CHARACTERS],
            "process": record.process,
        }
        line |= {
            k: v for k, v in vars(record).items() if k not in _ORDINARY and k not in line and not k.startswith("_")
        }
        line = {k: "(left out)" if k in PRIVATE else v for k, v in line.items()}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)[-TRACEBACK_MAX_CHARACTERS:]
        return json.dumps(line, ensure_ascii=False, default=str)


def options(level: str = "info") -> dict[str, Any]:
    """Describe the log as logging.config and gunicorn want it."""
    loud = level.upper()
    quiet = "DEBUG" if loud == "DEBUG" else "WARNING"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "config.logging.JsonLines"}},
        "handlers": {"stderr": {"class": "config.logging.Lines", "formatter": "json", "stream": "ext://sys.stderr"}},
        "root": {"level": loud, "handlers": ["stderr"]},
        "loggers": {
            # They say much at INFO that is of no use to an operator.
            "kombu": {"level": quiet},
            "amqp": {"level": quiet},
            "httpx": {"level": "WARNING"},
            "alembic": {"level": loud},
            # "received" and "succeeded" for each hop: Flower shows them, a log would be two lines a message.
            "celery.worker.strategy": {"level": quiet},
            "celery.app.trace": {"level": quiet},
            "celery.beat": {"level": quiet},
            # A dozen lines of advice from every worker that runs as root, in a container for one.
            "py.warnings": {"level": "ERROR" if loud != "DEBUG" else "DEBUG"},
            "gunicorn.error": {"level": loud, "handlers": ["stderr"], "propagate": False},
            # An address may hold a token, so nothing writes addresses.
            "gunicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": False},
            "tornado.access": {"level": "CRITICAL", "handlers": [], "propagate": False},
        },
    }


def configure(level: str = "info") -> None:
    """Set up the log of this process."""
    logging._lock = _thread.RLock()  # type: ignore[attr-defined]  # noqa: SLF001 - as in `Lines`
    logging.config.dictConfig(options(level))
    logging.captureWarnings(True)  # a warning is a line of the log like any other
