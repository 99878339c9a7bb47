"""Which model answered: from an export to the part of the system, and the unannounced change."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from alerts.answers import Answered
from alerts.extensions import Measured
from alerts.models import Receipt, Source
from alerts.placing import answering
from catalog.models import Change, System, SystemPart
from catalog.services import change_system
from core import clock
from core.ids import new_id
from integrations.opentelemetry.answers import MOST
from integrations.opentelemetry.door import KIND_HEADER
from integrations.opentelemetry.source import FORMAT
from tests.alerts.scene import deliver, make_source
from tests.cast import TESTER

pytestmark = pytest.mark.django_db(transaction=True)
MODEL = {"kind": "model", "name": "answers", "version": "larch-4"}
NOW = datetime(2027, 11, 21, 3, 0, tzinfo=UTC)


def values(given: dict[str, str]) -> list[dict[str, Any]]:
    return [{"key": name, "value": {"stringValue": value}} for name, value in given.items()]


def call(served: str, asked: str = "larch-4", ago: float = 1, **more: Any) -> dict[str, Any]:
    """A span of one call of a model."""
    end = int((clock.now() - timedelta(seconds=ago)).timestamp() * 1e9)
    about = {"gen_ai.operation.name": "chat", "gen_ai.response.model": served}
    if asked:
        about["gen_ai.request.model"] = asked
    return {
        "traceId": "5b8efff798038103d269b633813fc60c", "spanId": "eee19b7ec3c1b174",
        "name": "chat", "startTimeUnixNano": str(end - 10**9), "endTimeUnixNano": str(end),
        "attributes": values(about), **more,
    }  # fmt: skip


def export(*spans: dict[str, Any], system: str = "assistant") -> dict[str, Any]:
    resource = {"attributes": values({"service.name": system})}
    return {"resourceSpans": [{"resource": resource, "scopeSpans": [{"spans": list(spans)}]}]}


def heard(*spans: dict[str, Any], **more: Any) -> Receipt:
    return deliver(telemetry(), export(*spans, **more), received_at=clock.now())


def telemetry() -> Source:
    known = Source.objects.filter(slug="otel").first()
    return known or make_source("otel", format="opentelemetry")


@pytest.fixture
def assistant(system: System) -> System:
    System.objects.filter(pk=system.pk).update(slug="assistant")
    change_system(slug="assistant", parts=[MODEL], actor=TESTER)
    Change.objects.all().delete()
    return System.objects.get(pk=system.pk)


def told(name: str, ago: timedelta = timedelta()) -> None:
    """As the receipts of a source tell it, without storing them."""
    fact = Answered(("assistant",), "larch-4", name, clock.now() - ago, 1)
    at = clock.now()
    measured = Measured(new_id(), at, False, telemetry().pk, "otel", None, (fact,))
    assert answering.take([measured]).keys() == {measured.receipt_id}


def served() -> str:
    return SystemPart.objects.get(name="answers").served


def test_another_version_than_before_is_a_change_that_nobody_announced(assistant: System) -> None:
    heard(call("larch-4-07"))
    assert served() == "larch-4-07"
    assert not Change.objects.exists()
    SystemPart.objects.update(served_at=clock.now() - timedelta(hours=3))
    heard(call("larch-4-09"), call("larch-4-09"), call("larch-4-07"))
    change = Change.objects.get()
    assert (served(), change.kind, change.part) == ("larch-4-09", "provider", "answers")
    assert (change.previous_version, change.version) == ("larch-4-07", "larch-4-09")
    assert "the provider now answers with larch-4-09" in change.summary
    assert timedelta(seconds=1) <= clock.now() - change.occurred_at < timedelta(minutes=1)


def test_versions_that_answer_by_turns_are_told_seldom(assistant: System) -> None:
    with time_machine.travel(NOW, tick=False) as time:
        for turn in range(200):
            told(f"larch-4-{turn % 2}")
            time.shift(timedelta(minutes=5))
        assert Change.objects.count() == 4
        time.shift(timedelta(days=2))
        told("larch-5")
    assert served() == "larch-5"


def test_older_answers_never_move_it_back(assistant: System) -> None:
    told("larch-4-09")
    told("larch-4-07", ago=timedelta(hours=2))
    assert served() == "larch-4-09"
    assert not Change.objects.exists()


def test_calls_for_something_else_and_calls_that_failed_say_nothing(assistant: System) -> None:
    failed = {"status": {"code": 2}}
    heard(
        call("judge-2", asked="judge"), call("larch-9", asked="larch-4-mini"),
        call("x", **failed), call("late", ago=90_000), call("early", ago=-900),
        call("elsewhere", asked=""),
    )  # fmt: skip
    assert served() == "elsewhere"  # the only model, of a call that does not say what it asked for
    change_system(slug="assistant", parts=[MODEL, {"kind": "model", "name": "judge"}], actor=TESTER)
    SystemPart.objects.update(served="", served_at=None)
    heard(call("whose", asked=""), call("judge-2", asked="judge"))
    assert dict(SystemPart.objects.values_list("name", "served")) == {
        "answers": "", "judge": "judge-2",
    }  # fmt: skip


def test_hostile_telemetry_makes_nothing(assistant: System) -> None:
    SystemPart.objects.all().delete()
    heard(call("larch-4-07"), call("x"), system="assistant")
    heard(call("larch-4-07"), system="no-such-system")
    assert not SystemPart.objects.exists()
    assert System.objects.count() == 1
    change_system(slug="assistant", parts=[MODEL], actor=TESTER)
    heard(call("\x00" * 50 + "a\u202eb\n<script>" + "y" * 4000))
    name = served()
    assert len(name) <= 200
    assert not set(name) & {"\x00", "\n"}
    assert {row.state for row in Receipt.objects.all()} == {"done"}


def test_a_drill_moves_nothing(assistant: System) -> None:
    deliver(telemetry(), export(call("larch-4-07")), received_at=clock.now(), drill=True)
    assert served() == ""


def read(*spans: dict[str, Any]) -> list[Answered]:
    reading = FORMAT.read(
        json.dumps(export(*spans)).encode(),
        headers={"content-type": "application/json", KIND_HEADER: "traces"},
        options={"received_at": clock.now()},
    )
    return [fact for fact in reading.measured if isinstance(fact, Answered)]


def test_answers_are_counted_and_many_names_are_cut() -> None:
    (one,) = read(call("a"), call("a", ago=5), call("a", ago=9))
    assert (one.requested, one.served, one.count, one.about[0]) == ("larch-4", "a", 3, "assistant")
    assert len(read(*(call(f"m{n}") for n in range(MOST * 3)))) == MOST
    only_asked = call("")
    only_asked["attributes"] = values(
        {"llm.model_name": "larch-4", "gen_ai.operation.name": "chat"}
    )
    assert read(only_asked) == []
