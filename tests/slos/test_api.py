"""Objectives over the API: budgets, measurements item by item, corrections, promotion."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from catalog.models import System
from core import clock
from slos.evaluation import evaluate
from slos.models import Correction, Measurement, Obligation, Slo, SloDefinition
from slos.rollups import refresh_stale
from tests.cast import api_client
from tests.slos.scene import DAY, HOUR, MINUTE, flow, judged, make_slo, measure, now_minute, point

HERE = "/api/v1/slos/"


def item(ago: timedelta = HOUR, good: Any = 9, total: Any = 10, **more: Any) -> dict[str, Any]:
    end = now_minute() - ago
    return {
        "start": (end - MINUTE).isoformat(), "end": end.isoformat(), "good": good,
        "total": total, **more,
    }  # fmt: skip


def send(user: User, slo: Slo, items: Any) -> Any:
    url = f"{HERE}{slo.slug}/measurements/"
    return api_client(user).post(url, {"measurements": items}, format="json")


def test_an_objective_says_what_is_left(system: System, teammate: User) -> None:
    slo = make_slo(system)
    flow(slo, range(100), good=99, total=100)
    judged(slo)
    body = api_client(teammate).get(f"{HERE}{slo.slug}/").json()
    assert body["objective"] == 0.98
    assert body["window"]["duration_seconds"] == 28 * 86_400
    budget = body["budget"]
    assert budget["total"] == pytest.approx(200)
    assert budget["consumed"] == pytest.approx(100)
    assert budget["remaining"] == pytest.approx(100)
    assert budget["state"] == "ok"
    assert {"window_seconds": 3600, "burn_rate": 0.5} in body["burn_rates"]
    assert body["as_of"]
    assert body["summary"].startswith("50% of the error budget is left.")


def test_the_list_has_the_least_budget_first(system: System, teammate: User) -> None:
    for slug, good in (("well", 100), ("badly", 0), ("middling", 98)):
        flow(make_slo(system, slug), range(5), good=good, total=100)
    make_slo(system, "silent")
    refresh_stale()
    evaluate()
    rows = api_client(teammate).get(HERE).json()["results"]
    assert [row["slug"] for row in rows] == ["badly", "middling", "silent", "well"]
    filtered = api_client(teammate).get(f"{HERE}?state=no_data").json()["results"]
    assert [row["slug"] for row in filtered] == ["silent"]


def test_valid_neighbours_of_bad_measurements_are_kept(system: System, teammate: User) -> None:
    slo = make_slo(system)
    wrong = [
        (item(good=11), "good"), (item(good=-1), "good"), (item(good="9"), "good"),
        (item(total=None), "total"), (item(-2 * HOUR), "end"), (item(start="yesterday"), "start"),
        (item(sample_rate=0), "sample_rate"), (item(evaluator="\x07"), "evaluator"),
        ("nothing", ""), (item(start=item(3 * HOUR)["end"]), "start"),
    ]  # fmt: skip
    answer = send(teammate, slo, [item(), *(row for row, _ in wrong)])
    body = answer.json()
    assert answer.status_code == 207
    assert body["created"] == 1
    told = [(row["index"], row["field"]) for row in body["refused"]]
    assert told == [(n + 1, field) for n, (_, field) in enumerate(wrong)]
    assert Measurement.objects.get().good == 9


def test_nan_is_named_by_its_place(system: System, teammate: User) -> None:
    slo = make_slo(system)
    good = '{"start":"2026-01-01T00:00:00Z","end":"2026-01-01T00:01:00Z","good":1,"total":1}'
    body = f'{{"measurements":[{good},{good.replace(":1,", ":NaN,")}]}}'
    answer = api_client(teammate).post(
        f"{HERE}{slo.slug}/measurements/", body, content_type="application/json"
    )
    assert answer.status_code == 207
    assert answer.json()["refused"] == [{"index": 1, "field": "good", "message": "Give a number."}]


def test_nothing_but_bad_measurements_is_a_bad_request(system: System, teammate: User) -> None:
    answer = send(teammate, make_slo(system), [item(good=11)])
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["measurements.0.good"]


@pytest.mark.parametrize("body", [None, [], "x", {"a": 1}, 5])
def test_something_else_than_a_list_is_refused(system: System, teammate: User, body: Any) -> None:
    assert send(teammate, make_slo(system), body).status_code == 400


def test_a_million_points_are_too_large(system: System, teammate: User) -> None:
    slo = make_slo(system)
    assert send(teammate, slo, [{}] * 10_001).status_code == 413
    million = b'{"measurements":[' + b"{}," * 1_000_000 + b"{}]}"
    answer = api_client(teammate).generic(
        "POST", f"{HERE}{slo.slug}/measurements/", million, content_type="application/json"
    )
    assert answer.status_code == 413
    assert "at most 10,000 measurements" in answer.json()["detail"]


def test_late_truth_replaces_what_was_counted(system: System, teammate: User) -> None:
    slo = make_slo(system)
    assert send(teammate, slo, [item(30 * HOUR, 5)]).json()["created"] == 1
    assert judged(slo).good == 5
    again = send(teammate, slo, [item(30 * HOUR, 5)]).json()
    assert (again["created"], again["replaced"], again["unchanged"]) == (0, 0, 1)
    assert send(teammate, slo, [item(30 * HOUR, 10)]).json()["replaced"] == 1
    evaluate()
    slo.budget.refresh_from_db()
    assert slo.budget.recalculating
    assert judged(slo).good == 10


def test_an_unknown_evaluator_is_refused_by_name(system: System, teammate: User) -> None:
    from slos import services
    from tests.cast import TESTER

    slo = make_slo(system)
    services.save_sli(
        slug=slo.sli.slug, name="G", kind="evaluated", system=system, actor=TESTER,
        evaluators=[{"name": "judge@2"}],
    )  # fmt: skip
    body = send(teammate, slo, [item(evaluator="judge@1"), item(2 * HOUR)]).json()
    assert body["created"] == 1
    assert "judge@2" in body["refused"][0]["message"]
    assert Measurement.objects.get().track.evaluator == "judge@2"


def test_cohorts_beside_totals_only_compare(system: System, teammate: User) -> None:
    slo = make_slo(system)
    measure(slo, point(HOUR, 1, 5, cohort="v1"), point(HOUR, 4, 5, cohort="v2"))
    assert judged(slo).total == 10
    measure(slo, point(HOUR, 6, 11))
    assert judged(slo).total == 11


def test_a_stranger_may_look_and_not_send(system: System, stranger: User) -> None:
    slo = make_slo(system)
    assert api_client(stranger).get(f"{HERE}{slo.slug}/").status_code == 200
    assert send(stranger, slo, [item()]).status_code == 403


def test_an_objective_is_made_with_an_indicator_of_its_own(system: System, owner: User) -> None:
    client = api_client(owner)
    wanted = {
        "slug": "grounded", "name": "Grounded", "system": system.slug, "objective": 0.95,
        "window": {"kind": "calendar", "unit": "month", "time_zone": "Europe/Athens"},
        "failure_class": "generation.ungrounded-claim",
    }  # fmt: skip
    made = client.post(HERE, wanted, format="json")
    assert made.status_code == 201, made.json()
    assert made.json()["indicator"]["slug"] == "grounded"
    assert made.json()["window"]["unit"] == "month"
    assert client.post(HERE, wanted, format="json").status_code == 409
    changed = client.patch(f"{HERE}grounded/", {"objective": 0.9}, format="json").json()
    assert (changed["objective"], changed["version"]) == (0.9, 2)
    assert changed["failure_class"] == "generation.ungrounded-claim"
    for asked, found in (("generation", 1), ("generation.ungrounded-claim", 1), ("drift", 0)):
        listed = client.get(HERE, {"failure_class": asked}).json()["results"]
        assert len(listed) == found
    first, second = SloDefinition.objects.order_by("version")
    assert (first.definition["target"], first.valid_until) == (0.95, second.valid_from)
    assert client.delete(f"{HERE}grounded/").status_code == 204
    assert not Slo.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("objective", 1), ("objective", 0), ("objective", -1), ("system", "nowhere"),
        ("slug", "Not A Slug"), ("failure_class", "bogus"), ("failure_class", "no.such"),
        ("window", {"time_zone": "Mars/Olympus"}),
        ("window", {"kind": "calendar"}), ("method", {"name": "timeslices", "slice_seconds": 7}),
    ],
)  # fmt: skip
def test_a_definition_that_cannot_be_is_refused(
    system: System, owner: User, field: str, value: Any
) -> None:
    wanted = {"slug": "x", "name": "X", "system": system.slug, "objective": 0.95, field: value}
    assert api_client(owner).post(HERE, wanted, format="json").status_code == 400
    assert not Slo.objects.exists()


def test_a_correction_is_recorded_and_withdrawn(system: System, owner: User) -> None:
    slo = make_slo(system)
    flow(slo, range(60), good=0, total=1)
    client, url = api_client(owner), f"{HERE}{slo.slug}/corrections/"
    now = clock.now()
    wanted = {
        "kind": "disputed", "reason": "The judge was down",
        "start": (now - DAY).isoformat(), "end": now.isoformat(),
    }  # fmt: skip
    made = client.post(url, wanted, format="json")
    assert made.status_code == 201, made.json()
    assert judged(slo).total == 0
    assert client.delete(f"{url}{made.json()['id']}/").status_code == 204
    assert judged(slo).total == 60
    assert client.delete(f"{url}{made.json()['id']}/").status_code == 409
    assert Correction.objects.get().withdrawn_by
    assert client.post(url, {**wanted, "reason": ""}, format="json").status_code == 400


def test_a_pipeline_is_told_whether_it_may_promote(system: System, owner: User) -> None:
    slo = make_slo(system)
    client, url = api_client(owner), f"/api/v1/systems/{system.slug}/promotion/"
    answer = client.get(url).json()
    assert answer["allowed"] is True
    assert answer["unknown"] == ["grounded"]
    flow(slo, range(60), good=0, total=10)
    judged(slo)
    answer = client.get(url).json()
    assert answer["allowed"] is False
    assert answer["reasons"][0]["slo"] == "grounded"
    assert client.get(f"{url}?change=code").json()["allowed"] is True
    exemption = {"reason": "A fix", "end": (clock.now() + DAY).isoformat(), "changes": ["model"]}
    made = client.post(f"/api/v1/systems/{system.slug}/exemptions/", exemption, format="json")
    assert made.status_code == 201, made.json()
    assert client.get(f"{url}?change=model").json()["allowed"] is True
    assert client.get(f"{url}?change=prompt").json()["allowed"] is False
    assert client.get(url).json()["allowed"] is False
    assert client.get(f"{url}?change=nonsense").status_code == 400


def test_a_freeze_ends_when_the_budget_is_clearly_back(system: System) -> None:
    slo = make_slo(system)
    flow(slo, range(60), good=0, total=10)
    judged(slo)
    judged(slo)
    assert Obligation.objects.get().until is None
    flow(slo, range(60), good=10, total=10)
    judged(slo)
    assert Obligation.objects.get().until is not None
