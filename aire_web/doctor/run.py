"""All checks in their order. One that breaks is a finding, not the end of the others."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import DatabaseError

from aire_web.doctor.channels import check_providers, check_watchdog
from aire_web.doctor.configuration import check_settings
from aire_web.doctor.database import check_clock, check_database, check_obligations
from aire_web.doctor.findings import Check, Finding, Level, failing
from aire_web.doctor.outside import check_mail, check_slack
from aire_web.doctor.people import check_contacts, check_fallback, check_schedules
from aire_web.doctor.processes import check_broker, check_engine
from core.logs import get_logger

log = get_logger(__name__)
WITHOUT_DATABASE: tuple[Check, ...] = (
    check_settings,
    check_mail,
    check_slack,
    check_providers,
    check_broker,
)
WITH_DATABASE: tuple[Check, ...] = (
    check_clock,
    check_engine,
    check_watchdog,
    check_obligations,
    check_fallback,
    check_schedules,
    check_contacts,
)


def examine() -> Iterator[Finding]:
    for check in WITHOUT_DATABASE:
        yield from _tried(check)
    database = list(_tried(check_database))
    yield from database
    if all(finding.level is not Level.FAILING for finding in database):
        for check in WITH_DATABASE:
            yield from _tried(check)


def _tried(check: Check) -> Iterator[Finding]:
    name = check.__name__.removeprefix("check_").replace("_", " ").capitalize()
    try:
        yield from check()
    except DatabaseError as error:
        log.info("doctor_database", check=name, error=str(error)[:200])
        yield failing(
            name,
            "The database cannot be asked.",
            "Start AIRE (make run), or correct DATABASE_URL.",
        )
    except Exception as error:
        # Whatever it is, the other lines are worth more than a traceback.
        log.exception("doctor_check_failed", check=name)
        yield failing(
            name, f"The check itself failed ({type(error).__name__}).", "See the log above."
        )
