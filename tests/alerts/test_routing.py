"""Which route, system, severity and group an alert gets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.matchers import parse_matchers
from alerts.routing import DEFAULT_ROUTE, Decision, RouteRule, decide
from alerts.signals import Severity

SYSTEMS = {"rag": 1, "ranker": 2}


def rule(number: int, *match: str, **more: Any) -> RouteRule:
    return RouteRule(id=number, name=f"Route {number}",
                     matchers=parse_matchers(list(match)) if match else None, **more)  # fmt: skip


def taken(
    *routes: RouteRule,
    labels: Mapping[str, str] | None = None,
    severity: Severity | None = Severity.SEV2,
    key: str = "k",
    source: str = "prod",
    source_system: str | None = None,
    drill: bool = False,
) -> Decision:
    return decide(
        routes=routes,
        labels=labels or {},
        dedup_key=key,
        severity=severity,
        known_systems=SYSTEMS,
        source_slug=source,
        source_system=source_system,
        drill=drill,
    )


def test_without_any_route_an_alert_opens_an_incident() -> None:
    decision = taken()
    assert decision.route is DEFAULT_ROUTE
    assert decision.wants_incident
    assert decision.why == "Matched the default route, which opens an incident."


def test_the_first_route_that_fits_is_taken() -> None:
    routes = (rule(1, "team=a"), rule(2, "team=b"), rule(3), rule(4, "team=b"))
    assert taken(*routes, labels={"team": "b"}).route.id == 2
    assert taken(*routes, labels={"team": "c"}).route.id == 3


def test_a_route_may_match_on_the_source_and_the_guessed_system() -> None:
    routes = (rule(1, "aire_source=staging"), rule(2, "system=rag"))
    assert taken(*routes, source="staging").route.id == 1
    assert taken(*routes, labels={"service": "rag"}).route.id == 2


def test_a_sender_cannot_pretend_to_be_another_source() -> None:
    assert taken(rule(1, "aire_source=prod"), labels={"aire_source": "x"}).route.id == 1


@pytest.mark.parametrize(
    ("labels", "source_system", "system"),
    [
        ({"system": "rag", "service": "ranker"}, None, "rag"),
        ({"system": "unknown", "service": "ranker"}, None, "ranker"),
        ({"service": "unknown"}, "rag", "rag"),
        ({"deployment": "rag"}, "ranker", "rag"),
        ({}, None, None),
    ],
)
def test_the_system_is_the_best_label_that_names_one_or_the_sources_own(
    labels: dict[str, str], source_system: str | None, system: str | None
) -> None:
    assert taken(labels=labels, source_system=source_system).system == system


def test_a_route_decides_on_the_system_and_the_severity() -> None:
    decision = taken(rule(1, system="ranker", severity="sev4"), labels={"system": "rag"})
    assert (decision.system, decision.severity) == ("ranker", "sev4")


def test_a_severity_that_nobody_named_still_pages() -> None:
    decision = taken(rule(1, open_incident="page"), severity=None)
    assert decision.wants_incident


@pytest.mark.parametrize(
    ("opens", "severity", "wants", "why"),
    [
        ("always", Severity.SEV4, True, "Matched Route 1, which opens an incident."),
        ("page", Severity.SEV1, True, "Matched Route 1, which opens an incident."),
        ("page", Severity.SEV4, False,
         "Matched Route 1, which opens none for SEV4: it does not page."),
        ("never", Severity.SEV1, False, "Matched Route 1, which never opens an incident."),
    ],
)  # fmt: skip
def test_whether_an_incident_is_wanted_and_why(
    opens: str, severity: Severity, wants: bool, why: str
) -> None:
    decision = taken(rule(1, open_incident=opens), severity=severity)
    assert (decision.wants_incident, decision.why) == (wants, why)


def test_alerts_of_one_name_and_system_are_one_group_whatever_else_differs() -> None:
    one = taken(labels={"alertname": "Drift", "system": "rag", "pod": "a"}, key="1")
    two = taken(labels={"alertname": "Drift", "service": "rag", "pod": "b"}, key="2", source="x")
    assert one.group_key == two.group_key
    assert dict(one.group) == {"system": "rag", "alertname": "Drift"}


def test_another_name_system_or_route_is_another_group() -> None:
    labels = {"alertname": "Drift", "system": "rag"}
    keys = {
        taken(labels=labels).group_key,
        taken(labels={**labels, "alertname": "Other"}).group_key,
        taken(labels={**labels, "system": "ranker"}).group_key,
        taken(rule(1), labels=labels).group_key,
        taken(rule(2), labels=labels).group_key,
    }
    assert len(keys) == 5


def test_with_nothing_in_common_each_condition_of_each_source_is_its_own_group() -> None:
    keys = {
        taken(key="a").group_key,
        taken(key="b").group_key,
        taken(key="a", source="x").group_key,
    }
    assert len(keys) == 3
    assert taken(key="a").group_key == taken(key="a").group_key


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=6), st.text(max_size=20))
def test_any_labels_get_a_route_and_a_group(labels: dict[str, str], key: str) -> None:
    decision = taken(rule(1, "a=b"), rule(2, 'c=~"x.*"'), labels=labels, key=key)
    assert len(decision.group_key) == 64
    assert decision.why


def test_what_is_real_never_joins_a_drill() -> None:
    labels = {"system": "rag", "alertname": "Drift"}
    assert taken(labels=labels).group_key != taken(labels=labels, drill=True).group_key
