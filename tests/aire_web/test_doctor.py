"""`manage.py doctor`: each line says what is wrong and how to mend it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import OperationalError

from accounts.models import User
from aire_web.doctor import configuration, database, outside, people, processes, run
from aire_web.doctor.findings import Finding, Level, ok
from core import clock
from core.models import EngineBeat, OutboxTask
from notifications import reach
from oncall.services import save_policy, save_schedule
from tests.cast import TESTER

NOBODY_LISTENS = 1


def levels(findings: Iterator[Finding]) -> dict[str, Level]:
    return {finding.subject: finding.level for finding in findings}


def only(findings: Iterator[Finding]) -> Finding:
    (finding,) = findings
    return finding


def test_every_line_that_is_not_ok_has_a_mend(monkeypatch, db) -> None:
    findings = list(run.examine())
    assert {finding.subject for finding in findings} >= {
        "Settings", "Secret", "Address", "Mail", "Slack", "Broker", "Database", "Migrations",
        "Clock", "Engine", "Obligations", "Fallback", "On call",
    }  # fmt: skip
    assert all(finding.mend for finding in findings if finding.level is not Level.OK)


def test_development_is_a_warning(settings) -> None:
    assert levels(configuration.check_settings())["Settings"] is Level.WARNING
    settings.PRODUCTION = True
    settings.AIRE_BASE_URL = "https://aire.example.org"
    found = levels(configuration.check_settings())
    assert (found["Settings"], found["Address"]) == (Level.OK, Level.OK)


@pytest.mark.django_db
def test_the_database_of_the_tests_is_fine() -> None:
    assert levels(database.check_database()) == {"Database": Level.OK, "Migrations": Level.OK}
    assert only(database.check_clock()).level is Level.OK


@pytest.mark.django_db
@pytest.mark.parametrize(("minutes", "level"), [(0.1, Level.WARNING), (5, Level.FAILING)])
def test_a_clock_that_is_off_is_told(monkeypatch, minutes: float, level: Level) -> None:
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() - timedelta(minutes=minutes))
    assert only(database.check_clock()).level is level


@pytest.mark.django_db
def test_missing_migrations_fail(monkeypatch) -> None:
    monkeypatch.setattr(database, "pending_migrations", lambda: {("core", "9999")})
    assert levels(database.check_database())["Migrations"] is Level.FAILING


@pytest.mark.django_db
def test_what_is_late_fails() -> None:
    assert only(database.check_obligations()).level is Level.OK
    OutboxTask.objects.create(
        event="x", subscriber="x", payload={}, due_at=clock.now() - timedelta(minutes=5)
    )
    found = only(database.check_obligations())
    assert found.level is Level.FAILING
    assert "1 outbox" in found.sentence


@pytest.mark.django_db
def test_an_engine_that_is_silent_fails() -> None:
    assert only(processes.check_engine()).level is Level.FAILING
    EngineBeat.objects.create(process="a:1", kind="absorb", at=clock.now() - timedelta(minutes=2))
    assert "silent for 12" in only(processes.check_engine()).sentence
    EngineBeat.objects.create(process="b:2", kind="absorb", at=clock.now())
    assert only(processes.check_engine()).sentence.startswith("1 running")


def test_a_broker_that_is_away_is_only_a_warning(settings) -> None:
    settings.REDIS_URL = f"redis://127.0.0.1:{NOBODY_LISTENS}/0"
    assert set(levels(processes.check_broker()).values()) == {Level.WARNING}


def test_without_mail_nobody_is_paged_by_mail() -> None:
    assert only(outside.check_mail()).level is Level.WARNING


def test_a_mail_server_that_is_away_fails_without_its_password(settings) -> None:
    settings.EMAIL_CONFIGURED = True
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", NOBODY_LISTENS
    settings.EMAIL_HOST_PASSWORD = "hunter2"
    found = only(outside.check_mail())
    assert found.level is Level.FAILING
    assert "hunter2" not in found.sentence


# -- Slack -----------------------------------------------------------------------------------


@contextmanager
def slack(settings, answer: str, scopes: str = "") -> Iterator[None]:
    """A Slack on this machine that answers every call the same."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(200)
            self.send_header("x-oauth-scopes", scopes)
            self.end_headers()
            self.wfile.write(answer.encode())

        def log_message(self, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.AIRE_SLACK_API_URL = f"http://127.0.0.1:{server.server_port}/api/"
    settings.AIRE_ALLOW_PRIVATE_NETWORK = "127.0.0.1"
    settings.AIRE_SLACK_BOT_TOKEN = "xoxb-1"
    settings.AIRE_SLACK_SIGNING_SECRET = "s"
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


def test_without_slack_it_is_a_warning() -> None:
    assert only(outside.check_slack()).level is Level.WARNING


def test_slack_with_all_scopes_is_fine(settings) -> None:
    with slack(settings, '{"ok": true, "team": "Larkmoor"}', ", ".join(outside.NAMES)):
        found = only(outside.check_slack())
    assert (found.level, found.sentence) == (Level.OK, "Signed in to Larkmoor.")


def test_slack_without_a_comfort_is_a_warning(settings) -> None:
    with slack(settings, '{"ok": true}', ",".join(outside.NEEDED)):
        found = only(outside.check_slack())
    assert found.level is Level.WARNING
    assert "channels:manage" in found.sentence


def test_socket_mode_needs_no_signing_secret_and_its_own_token_is_tried(settings) -> None:
    with slack(settings, '{"ok": true}', ",".join(outside.NAMES)):
        settings.AIRE_SLACK_SIGNING_SECRET, settings.AIRE_SLACK_APP_TOKEN = "", "xapp-1"
        found = levels(outside.check_slack())
    assert found == {"Slack": Level.OK, "Socket Mode": Level.OK}


@pytest.mark.parametrize(
    ("answer", "scopes", "said"),
    [
        ('{"ok": true}', "chat:write,im:write,users:read", "users:read.email"),
        ('{"ok": false, "error": "token_revoked"}', "", "token_revoked"),
        ("[]", "", "unknown"),
        ("<html>", "", "not JSON"),
    ],
)
def test_slack_that_would_not_page_fails(settings, answer: str, scopes: str, said: str) -> None:
    with slack(settings, answer, scopes):
        found = only(outside.check_slack())
    assert found.level is Level.FAILING
    assert said in found.sentence


def test_slack_without_a_signing_secret_fails(settings) -> None:
    with slack(settings, '{"ok": true}', ",".join(outside.NAMES)):
        settings.AIRE_SLACK_SIGNING_SECRET = ""
        assert [finding.level for finding in outside.check_slack()] == [Level.FAILING, Level.OK]


# -- people ----------------------------------------------------------------------------------


def policy(*emails: str, fallback: bool = False, schedule: str = "") -> None:
    targets = [{"user": email} for email in emails]
    targets += [{"schedule": schedule}] if schedule else []
    save_policy(
        slug="p", name="P", steps=[{"targets": targets}], is_fallback=fallback, actor=TESTER
    )


@pytest.mark.django_db
def test_a_page_that_would_end_nowhere_fails(settings) -> None:
    assert only(people.check_fallback()).level is Level.FAILING
    settings.AIRE_FALLBACK_EMAIL = "ops@example.org"
    assert only(people.check_fallback()).level is Level.WARNING


def test_an_admin_or_a_policy_is_a_last_resort(owner: User) -> None:
    assert only(people.check_fallback()).level is Level.WARNING
    policy(owner.email, fallback=True)
    assert only(people.check_fallback()).level is Level.OK


def test_a_gap_in_a_schedule_that_pages_is_told(owner: User) -> None:
    hours = [{"weekdays": ["mon"], "start": "09:00", "end": "17:00"}]
    rotation = {
        "name": "r", "users": [owner.email], "starts": "2025-01-06T09:00:00+00:00",
        "handoff": "09:00", "shift_length": "1w", "restrictions": hours,
    }  # fmt: skip
    save_schedule(slug="s", name="Mondays", time_zone="UTC", rotations=[rotation], actor=TESTER)
    assert only(people.check_schedules()).level is Level.OK
    policy(schedule="s")
    found = only(people.check_schedules())
    assert found.level is Level.WARNING
    assert found.sentence.startswith("Mondays has nobody")


@pytest.mark.django_db
def test_without_any_channel_away_from_aire_pages_only_show_inside_it() -> None:
    assert only(people.check_contacts()).level is Level.WARNING


class _Pigeon:
    """A channel that knows only whom it was told of."""

    name, title, reaches = "pigeon", "Pigeon", True
    form = None

    def configured(self) -> bool:
        return True

    def address_for(self, user: User) -> str | None:
        return user.email if user.name.startswith("Olga") else None


def test_somebody_who_is_paged_and_cannot_be_reached_fails(
    owner: User, teammate: User, monkeypatch
) -> None:
    monkeypatch.setattr(people, "configured_channels", lambda: [_Pigeon()])
    monkeypatch.setattr(reach, "configured_channels", lambda: [_Pigeon()])
    policy(owner.email)
    assert only(people.check_contacts()).level is Level.OK
    policy(owner.email, teammate.email)
    found = only(people.check_contacts())
    assert found.level is Level.FAILING
    assert found.sentence == f"Cannot be reached: {teammate}."


# -- the command -----------------------------------------------------------------------------


def test_the_command_fails_when_a_check_does(monkeypatch) -> None:
    def broken() -> Iterator[Finding]:
        yield ok("First", "Fine.")
        raise RuntimeError("secret detail")

    def away() -> Iterator[Finding]:
        raise OperationalError("no route to host")
        yield

    monkeypatch.setattr(run, "WITHOUT_DATABASE", (broken,))
    monkeypatch.setattr(run, "check_database", away)
    out = StringIO()
    with pytest.raises(SystemExit) as caught:
        call_command("doctor", stdout=out)
    assert caught.value.code == 1
    assert "ok       First: Fine." in out.getvalue()
    assert "failing  Broken: The check itself failed (RuntimeError)." in out.getvalue()
    assert "failing  Away: The database cannot be asked." in out.getvalue()
    assert "         → Start AIRE" in out.getvalue()
    assert "secret detail" not in out.getvalue()
