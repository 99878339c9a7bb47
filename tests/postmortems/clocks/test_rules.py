"""The rules as data: complete, sourced, and counted in plain days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from core.urls import safe_href
from postmortems.clocks.fields import AIID, AUTHORITY, all_fields, problems
from postmortems.clocks.rules import due_times, later, rule_named, shipped_rules

AWARE = datetime(2026, 3, 27, 22, 30, tzinfo=UTC)


def hours(rule: str, trigger: str) -> dict[str, float | None]:
    """Hours from awareness to each report."""
    return {
        due.phase.id: (due.at - AWARE) / timedelta(hours=1) if due.at else None
        for due in due_times(rule_named(rule).trigger_named(trigger), AWARE)
    }


def test_every_rule_has_its_source_version_and_status() -> None:
    for rule in shipped_rules():
        assert safe_href(rule.source.url), rule.id
        assert rule.version <= "2026-11-21", rule.id
        assert rule.status_says.strip(), rule.id
        assert rule.has_clock == (rule.status not in ("no_clock", "repealed")), rule.id


@pytest.mark.parametrize(
    ("rule", "trigger", "phase", "expected"),
    [
        ("eu-ai-act-73", "general", "initial", 15 * 24),
        ("eu-ai-act-73", "death", "initial", 10 * 24),
        ("eu-ai-act-73", "widespread", "initial", 2 * 24),
        ("eu-ai-act-73", "death", "complete", None),
        ("eu-ai-act-55", "critical-infrastructure", "initial", 2 * 24),
        ("eu-ai-act-55", "cybersecurity", "initial", 5 * 24),
        ("eu-ai-act-55", "death", "initial", 10 * 24),
        ("eu-ai-act-55", "other-harm", "initial", 15 * 24),
        ("gdpr-33", "controller", "authority", 72),
        ("gdpr-33", "controller-high-risk", "people", None),
        ("gdpr-33", "processor", "controller", None),
        ("nis2", "significant", "warning", 24),
        ("nis2", "significant", "notification", 72),
        ("dora", "classified", "initial", 4),
        ("dora", "aware", "initial", 24),
        ("mdr", "public-health", "report", 2 * 24),
        ("california-sb-53", "critical", "report", 15 * 24),
        ("california-sb-53", "imminent", "report", 24),
        ("new-york-raise", "safety", "report", 72),
        ("new-york-raise", "imminent", "police", 24),
    ],
)
def test_a_report_is_due_as_the_rule_says(
    rule: str, trigger: str, phase: str, expected: float | None
) -> None:
    assert hours(rule, trigger)[phase] == expected


def test_the_high_risk_duties_are_deferred_to_two_dates() -> None:
    rule = rule_named("eu-ai-act-73")
    assert rule.status == "deferred"
    assert [str(one.begins) for one in rule.effective] == ["2027-12-02", "2028-08-02"]
    assert rule.holds_evidence


def test_colorado_and_the_voluntary_frameworks_start_no_clock() -> None:
    without = {rule.id for rule in shipped_rules() if not rule.has_clock}
    assert without == {"colorado-sb-24-205", "nyc-local-law-144", "iso-42001", "nist-ai-rmf"}


def test_a_month_is_the_calendars_and_ends_with_it() -> None:
    assert later(datetime(2026, 1, 31, 8, tzinfo=UTC), "1mo") == datetime(
        2026, 2, 28, 8, tzinfo=UTC
    )
    assert later(datetime(2027, 12, 15, tzinfo=UTC), "1mo") == datetime(2028, 1, 15, tzinfo=UTC)


def test_hours_are_elapsed_time_also_over_the_change_of_clocks() -> None:
    """Europe moves its clocks on 29 March 2026; 72 hours stay 72 hours."""
    assert later(AWARE, "72h") - AWARE == timedelta(hours=72)


def test_a_final_report_counts_from_the_notification_that_was_sent() -> None:
    trigger = rule_named("nis2").trigger_named("significant")
    sent = AWARE + timedelta(hours=30)
    final = due_times(trigger, AWARE, {"notification": sent})[-1]
    assert final.at == later(sent, "1mo")


def test_every_field_that_a_rule_asks_for_exists() -> None:
    known = {field.key for field in all_fields("authority")}
    for rule in shipped_rules():
        assert set(rule.fields) <= known, rule.id


def test_the_database_of_incidents_needs_its_twelve_fields() -> None:
    required = {field.key for group in AIID for field in group.fields if field.required}
    assert required == {
        "title", "url", "authors", "incident_date", "date_published", "date_downloaded", "text",
        "language", "description", "developers", "deployers", "harmed_parties",
    }  # fmt: skip
    assert set(problems("aiid", {})) == required


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", "Short"), ("title", "x" * 501), ("description", "ab"), ("incident_date", "soon"),
     ("incident_date", "2026-02-30"), ("url", "javascript:alert(1)")],
)  # fmt: skip
def test_what_the_database_of_incidents_would_refuse_is_named(field: str, value: str) -> None:
    assert field in problems("aiid", {field: value})


def test_the_superset_has_every_field_once() -> None:
    keys = [field.key for group in AUTHORITY for field in group.fields]
    assert len(keys) == len(set(keys)) == 42
