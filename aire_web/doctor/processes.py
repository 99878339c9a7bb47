"""Checks of AIRE's own processes and the broker between them."""

from __future__ import annotations

from collections.abc import Iterator

from celery import current_app
from django.db import connection
from kombu.exceptions import KombuError

from aire_web.doctor.findings import Finding, failing, ok, warning
from aire_web.metrics import last_beat_age
from aire_web.operations import broker_answers
from core.models import EngineBeat

BEAT_FAILING_SECONDS = 15.0
PING_SECONDS = 1.0


def check_engine() -> Iterator[Finding]:
    """Without an engine nothing that is due gets done once a hint is lost."""
    age = last_beat_age()
    if age > BEAT_FAILING_SECONDS:
        silent = "never ran" if age == float("inf") else f"has been silent for {age:.0f} s"
        yield failing(
            "Engine", f"It {silent}: pages may stand still.", "Run: python manage.py engine"
        )
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT process) FROM "  # noqa: S608 - our own table's name
            f"{EngineBeat._meta.db_table} WHERE at > now() - interval '15 seconds'"
        )
        running = cursor.fetchone()[0]
    yield ok("Engine", f"{running} running, last sign of life {age:.1f} s ago.")


def check_broker() -> Iterator[Finding]:
    if not broker_answers():
        yield warning(
            "Broker",
            "Redis does not answer. Pages still go out, up to a second later.",
            "Start it, or correct REDIS_URL.",
        )
        yield warning("Workers", "Cannot be asked without the broker.", "Mend the broker first.")
        return
    yield ok("Broker", "Redis answers.")
    yield _workers()


def _workers() -> Finding:
    try:
        answers = current_app.control.inspect(timeout=PING_SECONDS).ping() or {}
    except (KombuError, OSError) as error:
        return warning(
            "Workers", f"Could not be asked ({type(error).__name__}).", "Mend the broker first."
        )
    if not answers:
        return warning(
            "Workers",
            "None answers. The engine does all the work alone.",
            "Run: celery -A aire_web worker -Q page,ingest,default,bulk",
        )
    return ok("Workers", f"{len(answers)} answer.")
