"""Alerts of one system that begin close together: which fold, and that nothing worse is hidden."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from alerts import services
from alerts.models import Alert
from alerts.noise.folding import Member, fold
from incidents.models import Incident
from tests.alerts.scene import deliver, make_source
from tests.cast import TESTER, make_system, sign_in

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
WITHIN = timedelta(minutes=10)


def member(minute: int, severity: str = "sev2", place: int = 1, name: str = "") -> Member:
    at = NOW + timedelta(minutes=minute)
    return Member(uuid.uuid4(), (1, place), severity, at, name or uuid.uuid4().hex)


def test_what_begins_close_to_it_joins_the_group_of_the_first() -> None:
    first, second, late, elsewhere = member(0), member(4), member(30), member(1, place=2)
    found = fold([second, late, elsewhere], [first], WITHIN)
    assert found.keys() == {second.id}
    assert found[second.id].anchor == first


def test_what_is_worse_keeps_a_group_of_its_own() -> None:
    assert fold([member(1, "sev1")], [member(0, "sev3")], WITHIN) == {}


members = st.lists(
    st.builds(member, st.integers(0, 60), st.sampled_from(["sev1", "sev2", "sev3"]),
              st.integers(1, 2)), max_size=10,
)  # fmt: skip


@given(members, members, st.randoms(use_true_random=False))
def test_folding_never_hides_the_worst_and_knows_no_order(
    fresh: list[Member], standing: list[Member], random: object
) -> None:
    found = fold(fresh, standing, WITHIN)
    for one in fresh:
        if one.id in found:
            anchor = found[one.id].anchor
            assert anchor.severity <= one.severity
            assert anchor.place == one.place
            assert abs(anchor.at - one.at) <= WITHIN
    shuffled = list(fresh)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert fold(shuffled, standing, WITHIN) == found


@pytest.mark.django_db(transaction=True)
def test_a_route_folds_the_alerts_of_a_system_and_says_why(owner: User) -> None:
    make_system("chat")
    services.save_route(slug="all", name="All", fold_within=600, actor=TESTER)
    source = make_source(system_slug="chat")
    for name, severity in (("Drift", "error"), ("Slow", "error"), ("Unsafe", "critical")):
        deliver(source, {"title": name, "severity": severity, "labels": {"alertname": name}})
    assert Incident.objects.count() == 2
    drift, slow, unsafe = (Alert.objects.get(title=name) for name in ("Drift", "Slow", "Unsafe"))
    assert drift.group_key == slow.group_key != unsafe.group_key
    assert slow.steps.filter(kind="grouped", text__contains="Folded into the group").exists()
    incident = Incident.objects.get(grouping_key=drift.group_key)
    page = sign_in(owner).get(f"/incidents/{incident.ref}/").content.decode()
    assert "Why these alerts are together" in page
