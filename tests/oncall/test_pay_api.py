"""Pay rules and what they make of a period, in the API."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.models import User
from core import clock
from core.actor import program
from oncall import services
from oncall.load.models import PayRule
from tests.cast import api_client

pytestmark = pytest.mark.django_db
RULES, PAY = "/api/v1/pay-rules/", "/api/v1/on-call-pay/"
RULE = {"slug": "hour", "name": "=An hour", "unit": "hour", "amount": "2.50", "currency": "EUR"}


@pytest.fixture
def cast(person: Callable[..., User]) -> tuple[User, User]:
    """A manager and Ben, who alone is on call."""
    manager, ben = person("Max", "manager"), person("Ben", time_zone="UTC")
    services.save_schedule(
        slug="primary",
        name="Primary",
        time_zone="UTC",
        rotations=[
            {"name": "w", "users": [ben.email], "starts": "2026-01-05T09:00:00Z",
             "handoff": "09:00"}
        ],
        actor=program("A test"),
    )  # fmt: skip
    return manager, ben


def test_a_manager_writes_rules_and_everybody_reads_them(cast: tuple[User, User]) -> None:
    manager, ben = cast
    api = api_client(manager)
    made = api.post(RULES, {**RULE, "weekdays": ["sat", "sun"], "starts": "22:00", "ends": "06:00"})
    assert made.status_code == 201, made.content
    assert (made.json()["weekdays"], made.json()["starts"]) == (["sat", "sun"], "22:00:00")
    assert api.post(RULES, RULE).status_code == 201
    read = api_client(ben).get(f"{RULES}hour/").json()
    assert (read["amount"], read["starts"], len(read["weekdays"])) == ("2.50", None, 7)
    assert api_client(ben).post(RULES, RULE).status_code == 403
    assert api_client(ben).delete(f"{RULES}hour/").status_code == 403
    assert api.delete(f"{RULES}hour/").status_code == 204
    assert api.delete(f"{RULES}hour/").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"unit": "smile"}, "unit"),
        ({"amount": "-1.00"}, "amount"),
        ({"amount": "NaN"}, "amount"),
        ({"amount": "1.005"}, "amount"),
        ({"currency": "euro"}, "currency"),
        ({"currency": "eur"}, "currency"),
        ({"starts": "22:00"}, "ends"),
        ({"weekdays": ["payday"]}, "weekdays"),
    ],
)
def test_a_wrong_rule_is_refused_by_field(
    cast: tuple[User, User], wrong: dict[str, object], field: str
) -> None:
    answer = api_client(cast[0]).post(RULES, {**RULE, **wrong})
    assert (answer.status_code, [one.split(".")[0] for one in answer.json()["errors"]]) == (
        400,
        [field],
    )
    assert not PayRule.objects.exists()


def test_pay_is_ones_own_or_for_managers_everybodys(
    cast: tuple[User, User], person: Callable[..., User]
) -> None:
    manager, ben = cast
    api_client(manager).post(RULES, RULE)
    until = clock.now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
    period = {"since": (until - timedelta(hours=10)).isoformat(), "until": until.isoformat()}
    (line,) = api_client(manager).get(PAY, period).json()
    assert (line["email"], line["quantity"], line["total"]) == (ben.email, "10", "25.00")
    assert [row["rule"] for row in api_client(ben).get(PAY, period).json()] == ["=An hour"]
    assert api_client(person("Eve")).get(PAY, period).json() == []
    file = api_client(manager).get(PAY, {**period, "format": "csv"})
    assert file["Content-Type"].startswith("text/csv")
    assert "'=An hour" in file.content.decode()  # no formula in a spreadsheet
    assert file.content.decode().splitlines()[0].startswith('"email","name"')


@pytest.mark.parametrize(
    "period",
    [
        {"since": "2026-02-01T00:00:00Z", "until": "2026-01-01T00:00:00Z"},
        {"since": "2020-01-01T00:00:00Z", "until": "2022-01-01T00:00:00Z"},
        {"since": "2100-01-01T00:00:00Z"},
        {"since": "yesterday"},
    ],
)
def test_a_period_that_is_none_is_refused(cast: tuple[User, User], period: dict[str, str]) -> None:
    assert api_client(cast[0]).get(PAY, period).status_code == 400
    assert api_client(cast[0]).get("/api/v1/on-call-load/", period).status_code == 400
