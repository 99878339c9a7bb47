"""The watchdog: what it tells and when, and that its routes are its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from math import inf
from typing import Any

import pytest
from django.db import connection

from aire_web.models import WatchdogLook
from aire_web.watchdog.judging import AGAIN_SECONDS, Judge, Look
from aire_web.watchdog.looking import look
from aire_web.watchdog.run import Watchdog
from aire_web.watchdog.telling import Routes
from core import clock
from core.models import EngineBeat
from tests.cast import make_user, sign_in
from tests.fakes.mail import MailInbox
from tests.fakes.providers import Providers

WELL = Look(engine_age=1.0)


def test_nothing_is_told_while_all_is_well() -> None:
    judge = Judge()
    assert [judge.judge(WELL, now).tell for now in range(0, 100, 10)] == [""] * 10


def test_a_fault_is_told_when_it_lasts_once_in_a_quarter_of_an_hour_and_its_end() -> None:
    judge, late = Judge(), Look(engine_age=1.0, overdue={"delivery": 3})
    assert judge.judge(late, 0).tell == ""
    assert judge.judge(late, 59).tell == ""
    assert "3 of delivery" in judge.judge(late, 60).tell
    assert judge.judge(late, 70).tell == ""
    assert "3 of delivery" in judge.judge(late, 60 + AGAIN_SECONDS).tell
    assert "well again" in judge.judge(WELL, 1_000).tell
    assert judge.judge(WELL, 1_010).tell == ""


def test_what_passes_before_it_is_confirmed_is_never_told() -> None:
    judge = Judge()
    assert not judge.judge(Look(database_error="OperationalError"), 0).well
    assert judge.judge(WELL, 10).tell == ""
    assert judge.judge(Look(database_error="OperationalError"), 20).tell == ""
    assert judge.judge(Look(database_error="OperationalError"), 49).tell == ""
    assert "cannot be asked" in judge.judge(Look(database_error="OperationalError"), 50).tell


@pytest.mark.parametrize(("age", "words"), [(31.0, "silent for 31 s"), (inf, "never ran")])
def test_a_silent_engine_is_told_at_once(age: float, words: str) -> None:
    assert words in Judge().judge(Look(engine_age=age), 0).tell


@pytest.fixture
def vendors(settings: Any) -> Iterator[Providers]:
    settings.AIRE_ALLOW_PRIVATE_NETWORK = "127.0.0.1"
    with Providers() as found:
        yield found


def test_with_the_database_away_it_mails_and_posts_and_the_switch_stays_silent(
    vendors: Providers,
) -> None:
    with MailInbox() as mail:
        ways = Routes(
            mail_url=mail.url,
            mail_to="ops@example.org",
            webhook_url=f"{vendors.url}/hook/watchdog",
            dead_mans_url=f"{vendors.url}/hook/switch",
        )
        dog = Watchdog("postgresql://127.0.0.1:1/none", ways)
        for now in (0.0, 10.0, 30.0, 40.0):
            dog.once(now)
        assert ["cannot be asked" in str(one["Subject"]) for one in mail.messages] == [True]
    assert [json.loads(taken.body)["type"] for taken in vendors.inbox] == ["aire.watchdog"]


def test_the_dead_mans_switch_is_pinged_once_a_minute_while_all_is_well(
    vendors: Providers, monkeypatch: pytest.MonkeyPatch
) -> None:
    pings: list[str] = []
    monkeypatch.setattr(
        "aire_web.watchdog.run.ping", lambda ways: bool(pings.append("ping")) or True
    )
    seen = iter([WELL, WELL, Look(engine_age=99), WELL, WELL])
    monkeypatch.setattr("aire_web.watchdog.run.look", lambda url: next(seen))
    dog = Watchdog("", Routes("", "", "", "x"))
    for now in (0, 10, 70, 130, 140):
        dog.once(now)
    assert len(pings) == 2


@pytest.mark.django_db(transaction=True)
def test_it_sees_what_is_late_and_the_operator_sees_that_it_looked() -> None:
    EngineBeat.objects.create(process="host:1", kind="step", at=clock.now())
    made = connection.settings_dict
    url = (
        f"postgresql://{made['USER']}@/{made['NAME']}?host={made['HOST']}"
        f"&port={made['PORT'] or 5432}"
    )
    found = look(url)
    assert found.database_error == ""
    assert found.faults() == {}
    assert WatchdogLook.objects.get().faults == ""
    client = sign_in(make_user("Mia Manager", "manager"))
    shown = client.get("/settings/health/").content.decode()
    assert "Nothing is late" in shown
    assert "host:1" in shown
    assert sign_in(make_user("Vic Viewer")).get("/settings/health/").status_code == 403
