"""Every figure of the reports against what was worked out by hand from a few incidents."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils.dateparse import parse_datetime

from accounts.models import Role, Team, User
from catalog.models import Change, System
from incidents.models import Incident, IncidentMember
from oncall.models import Escalation, Page
from postmortems.models import Action
from reports import providers
from reports.providers import BudgetLine, ImpactLine
from reports.questions import breakage, budgets, cost, learning, on_call, response
from reports.shapes import Answer
from tests.cast import make_system, make_user
from tests.reports.scene import NOW, caused, happened, over

MINUTE = 60.0


def figures(answer: Answer) -> dict[str, object]:
    return {figure.key: figure.value for figure in answer.figures}


def rows(answer: Answer) -> dict[str, dict[str, object]]:
    first = answer.columns[0].key
    return {str(row.values[first]): dict(row.values) for row in answer.rows}


def test_medians_and_p90_are_between_the_cases_and_counted(owner: User) -> None:
    """Mitigated after 10, 20, 30, 40 and 100 minutes: the middle is 30; p90 lies six tenths of
    the way from the fourth to the fifth, 40 + 0.6 × 60 = 76 minutes."""
    for days, after in enumerate((10, 20, 30, 40, 100), start=1):
        happened(days, onset=0, mitigated=after)
    happened(6)  # nothing is known of it
    whole = rows(response.answer(over(owner)))["All"]
    assert whole["mitigate_median"] == 30 * MINUTE
    assert whole["mitigate_p90"] == pytest.approx(76 * MINUTE)
    assert (whole["mitigate_count"], whole["incidents"]) == (5, 6)
    assert whole["detect_median"] is None


def test_times_begin_with_the_harm_and_not_with_the_incident(owner: User) -> None:
    happened(1, onset=-60, detected=-10, acknowledged=5, mitigated=30, resolved=90)
    whole = figures(response.answer(over(owner)))
    assert whole["detect_median"] == 50 * MINUTE
    assert whole["acknowledge_median"] == 5 * MINUTE
    assert whole["mitigate_median"] == 90 * MINUTE
    assert whole["resolve_median"] == 150 * MINUTE


def test_drills_merged_incidents_and_false_alarms_are_in_no_figure(owner: User) -> None:
    kept = happened(1, onset=0, mitigated=10)
    happened(2, onset=0, mitigated=9_000, drill=True)
    other = happened(3, onset=0, mitigated=9_000)
    Incident.objects.filter(pk=other.pk).update(merged_into=kept)
    alarm = happened(4, onset=0, mitigated=9_000)
    with connection.cursor() as cursor:  # past the lifecycle, straight to the state
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE incidents_incident SET status = 'cancelled' WHERE id = %s", [alarm.pk]
        )
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    answer = response.answer(over(owner))
    assert rows(answer)["All"]["incidents"] == 1
    assert figures(answer)["mitigate_median"] == 10 * MINUTE
    assert answer.notes[-1] == "Left out as drill, merged or false alarm: 3."


def test_times_that_contradict_each_other_are_not_averaged_in(owner: User) -> None:
    happened(1, onset=0, mitigated=-30)
    happened(2, onset=0, mitigated=10)
    whole = rows(response.answer(over(owner)))["All"]
    assert (whole["mitigate_median"], whole["mitigate_count"]) == (10 * MINUTE, 1)


def test_few_cases_come_with_a_warning(owner: User) -> None:
    happened(1, onset=0, mitigated=10)
    assert "Only 1 incident" in response.answer(over(owner)).warnings[0]


def test_causes_count_unless_they_are_disputed_or_ruled_out(owner: User) -> None:
    first, second, third = happened(1), happened(2), happened(3)
    caused(first, "drift.covariate", "data.schema-change")
    caused(second, "drift.covariate", confidence="confirmed")
    caused(third, "drift.covariate", confidence="ruled-out")
    caused(third, "data.schema-change", confidence="disputed")
    answer = breakage.answer(over(owner))
    found = {row.url: row.values for row in answer.rows}
    drift = found["/taxonomy/drift.covariate/"]
    assert (drift["incidents"], drift["confirmed"], drift["share"]) == (2, 1, 2 / 3)
    assert found["/taxonomy/data.schema-change/"]["incidents"] == 1
    assert figures(answer) == {"incidents": 3, "named": 2 / 3}


def test_an_incident_of_two_systems_counts_for_both(owner: User, system: System) -> None:
    other = make_system("ranker")
    happened(1, system, other)
    happened(2, system)
    answer = breakage.answer(over(owner, by="system"))
    assert {name: row["incidents"] for name, row in rows(answer).items()} == {
        "Checkout assistant": 2,
        "Ranker": 1,
    }


def test_the_version_is_the_newest_one_before_it_began(owner: User, system: System) -> None:
    for days, kind, version in ((9, "model", "1"), (5, "model", "2"), (4, "prompt", "p7")):
        at = NOW - timedelta(days=days)
        Change.objects.create(
            system=system, kind=kind, version=version, summary="x", occurred_at=at
        )
    happened(6, system)
    happened(3, system)
    happened(2, system)
    answer = breakage.answer(over(owner, by="version"))
    assert {name: row["incidents"] for name, row in rows(answer).items()} == {
        "Checkout assistant, model 1": 1,
        "Checkout assistant, model 2": 2,
        "Checkout assistant, prompt p7": 2,
    }


def act(incident: Incident, due: int, done: int | None = None, **more: object) -> None:
    """An action due so many days ago, done so many days ago."""
    done_at = NOW - timedelta(days=done) if done is not None else None
    wanted = {
        "incident": incident,
        "title": "Do it",
        "type": "prevent",
        "due_on": date(2026, 11, 20) - timedelta(days=due),
        "done_at": done_at,
        "status": "done" if done_at else "open",
        "created_at": NOW - timedelta(days=60),
    }
    Action.objects.create(**{**wanted, **more})


def test_actions_are_on_time_late_or_still_open(owner: User) -> None:
    incident = happened(60)
    act(incident, due=10, done=10)  # on its day
    act(incident, due=10, done=11)
    act(incident, due=10, done=9)  # late
    act(incident, due=10)  # still open
    act(incident, due=10, status="wont_do", reason="Superseded")
    act(incident, due=-5)  # not due yet
    act(incident, due=10, done=10, type="detect")
    answer = learning.answer(over(owner))
    prevent = rows(answer)["Prevent"]
    assert [prevent[key] for key in ("due", "on_time", "late", "overdue", "wont_do")] == [
        4, 2, 1, 1, 1,
    ]  # fmt: skip
    assert prevent["share"] == 0.5
    assert figures(answer)["on_time"] == 3 / 5
    assert rows(answer)["All"]["proposed"] == 7


def test_a_cause_comes_back_within_ninety_days_and_not_later(owner: User) -> None:
    """Day 170 → 100 is 70 days apart, 100 → 5 is 95: of the three in the last 90 days (80, 5, 1)
    only the last one's cause was seen in the 90 days before it."""
    for days, cause in (
        (170, "drift.covariate"),
        (100, "drift.covariate"),
        (80, "data.schema-change"),
        (5, "drift.covariate"),
        (1, "drift.covariate"),
    ):
        caused(happened(days), cause)
    answer = learning.answer(over(owner))
    [repeats] = [figure for figure in answer.figures if figure.key == "repeats"]
    assert (repeats.value, repeats.count) == (1 / 3, 3)


def page(incident: Incident, user: User, at: str, took: float | None = None) -> None:
    escalation, _ = Escalation.objects.get_or_create(
        subject_key=incident.subject_key, defaults={"policy": {}, "card": {}}
    )
    moment = parse_datetime(at)
    assert moment is not None
    Page.objects.create(
        escalation=escalation,
        round=0,
        step=Page.objects.count(),
        user=user,
        target=f"user:{user.pk}",
        because="x",
        created_at=moment,
        acknowledged_at=moment + timedelta(seconds=took) if took else None,
    )


def test_nights_are_those_of_the_person_and_break_once(owner: User) -> None:
    """In Tokyo (UTC+9) 13:00 UTC is 22:00. 2026-11-16 is a Monday."""
    tokyo = make_user("Toru Tokyo", Role.RESPONDER, time_zone="Asia/Tokyo")
    berlin = make_user("Berta Berlin", Role.RESPONDER, time_zone="Europe/Berlin")
    incident = happened(6)
    page(incident, tokyo, "2026-11-16T13:00:00Z", took=60)  # 22:00, night
    page(incident, tokyo, "2026-11-16T21:59:00Z", took=120)  # 06:59, the same night
    page(incident, tokyo, "2026-11-17T13:30:00Z")  # the next night
    page(incident, berlin, "2026-11-16T13:00:00Z", took=180)  # 14:00
    page(incident, berlin, "2026-11-14T13:00:00Z")  # Saturday, by day
    drill = happened(6, drill=True)
    page(drill, berlin, "2026-11-16T02:00:00Z")
    whole = rows(on_call.answer(over(owner)))["All"]
    expected = {"pages": 5, "night": 3, "weekend": 1, "nights": 2, "people": 2, "busiest": 3}
    assert {key: whole[key] for key in expected} == expected
    assert whole["acknowledged"] == 3 / 5
    assert whole["median"] == 120


def test_on_call_names_nobody(owner: User, teammate: User) -> None:
    page(happened(3), teammate, "2026-11-17T03:00:00Z")
    answer = on_call.answer(over(owner))
    assert str(teammate) not in repr(answer)


def test_time_with_impact_is_added_up_and_people_are_counted(
    owner: User, teammate: User, system: System
) -> None:
    first = happened(1, system, onset=0, mitigated=60)
    happened(2, system, onset=0, resolved=120)
    happened(3, system, onset=0, mitigated=-5)
    IncidentMember.objects.create(incident=first, user=teammate, because="x")
    IncidentMember.objects.create(incident=first, user=owner, because="x")
    answer = cost.answer(over(owner))
    assert rows(answer)["Checkout assistant"]["lasted"] == 180 * MINUTE
    assert rows(answer)["Checkout assistant"]["timed"] == 2
    assert figures(answer)["people"] == 2
    assert "No incident has a business figure" in answer.notes[0]


def test_business_figures_come_from_whoever_knows_them(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = ImpactLine("Orders lost", "orders", 41, 2, "Orders that failed while it ran.")
    registry = type(providers.impacts)("impact")
    registry.add("test", lambda scope: [line])
    monkeypatch.setattr(cost, "impacts", registry)
    happened(1, make_system("shop"), onset=0, mitigated=10)
    answer = cost.answer(over(owner))
    assert "41 orders" in answer.sentence
    assert figures(answer)["Orders lost"] == 41


def test_without_data_no_budget_counts_as_kept(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [
        BudgetLine("Grounded", "/slos/a/", "Shop", 0.99, "ok", 0.6, 0.1, 1),
        BudgetLine("Fast", "/slos/b/", "Shop", 0.99, "exhausted", -0.2, 0.5, 3),
        BudgetLine("Safe", "/slos/c/", "Shop", 0.99, "no_data", None),
    ]
    registry = type(providers.budgets)("budget")
    registry.add("test", lambda scope: lines)
    monkeypatch.setattr(budgets, "budgets", registry)
    answer = budgets.answer(over(owner))
    assert figures(answer) == {"kept": 0.5, "blind": 1}
    assert [row.values["name"] for row in answer.rows] == ["Fast", "Safe", "Grounded"]
    assert rows(answer)["Fast"]["remaining"] == -0.2
    assert rows(answer)["Safe"]["remaining"] is None


def test_a_team_sees_its_own_systems(owner: User, team: Team, system: System) -> None:
    happened(1, system, onset=0, mitigated=10)
    happened(2, make_system("elsewhere"), onset=0, mitigated=500)
    whole = rows(response.answer(over(owner, team=team)))["All"]
    assert (whole["incidents"], whole["mitigate_median"]) == (1, 10 * MINUTE)
    assert list(rows(breakage.answer(over(owner, team=team, by="system")))) == [
        "Checkout assistant"
    ]


def test_only_the_period_counts(owner: User) -> None:
    happened(1, onset=0, mitigated=10)
    happened(45, onset=0, mitigated=500)
    assert rows(response.answer(over(owner, "30d")))["All"]["incidents"] == 1
    assert rows(response.answer(over(owner, "2026-10")))["All"]["incidents"] == 1
    assert rows(response.answer(over(owner, "2026")))["All"]["incidents"] == 2
    assert response.answer(over(owner, "2025")).missing
