"""What documents mean, and that what AIRE writes means the same again."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slos.burn import BurnRule, derive, standard_rules
from slos.definition import STANDARD_POLICY, Definition, Method, NoData
from slos.library import ready_slis
from slos.openslo.annotations import annotate_definition, annotate_rule
from slos.openslo.checking import check
from slos.openslo.composing import compose
from slos.openslo.documents import OpenSlo, read, write
from slos.openslo.meaning import Meaning, SliMeaning, SloMeaning, slug_of, understand
from slos.windows import Window

FIXTURES = Path(__file__).parent / "fixtures"
DAY = timedelta(days=1)


def meaning_of(name: str) -> Meaning:
    reading = read((FIXTURES / f"{name}.yaml").read_bytes(), file=name)
    return understand(reading.documents)


def slo(found: Meaning, slug: str) -> SloMeaning:
    return next(each for each in found.slos if each.slug == slug)


def test_several_objectives_become_several_of_ours() -> None:
    found = meaning_of("every-kind")
    first, second = slo(found, "grounded-answers-1"), slo(found, "grounded-answers-2")
    assert (first.name, first.definition.target) == ("Answers are grounded: Internal", 0.98)
    assert (second.name, second.definition.target) == ("Answers are grounded: Promised", 0.955)
    assert (first.sli, first.service, first.document) == (
        "grounded",
        "support-bot",
        "grounded-answers",
    )
    assert first.definition.window == Window(seconds=28 * 86_400)
    assert first.definition.at_risk_below == 0.3


def test_a_condition_becomes_a_rule_with_its_second_window() -> None:
    found = slo(meaning_of("every-kind"), "grounded-answers-1").definition
    (rule,) = found.rules
    assert (rule.name, rule.severity, rule.pages) == ("fast-burn", "sev2", True)
    assert (rule.long_window, rule.short_window) == (DAY / 24, timedelta(minutes=5))
    assert rule.budget_fraction == pytest.approx(0.02)
    assert derive(rule, target=0.98, window=28 * DAY).burn_rate == pytest.approx(13.44)
    assert found.no_data.severity == "sev2"


def test_an_inline_indicator_a_calendar_and_slices() -> None:
    found = slo(meaning_of("every-kind"), "quick-first-token")
    assert isinstance(found.sli, SliMeaning)
    assert found.sli.is_threshold
    assert found.sli.query["metric"]["spec"]["region"] == "eu-central-1"
    assert (found.op, found.value) == ("lte", 2)
    assert found.definition.window == Window("calendar", 30 * 86_400, "month", "Europe/Berlin")
    assert found.definition.method == Method("timeslices", 600, 0.95)
    (rule,) = found.definition.rules
    assert (rule.pages, rule.short_window) == (False, rule.long_window)


def test_a_bare_number_of_a_slice_is_minutes() -> None:
    found = slo(meaning_of("every-kind"), "ratio-slices").definition
    assert found.method == Method("ratio_timeslices", 300)
    assert found.rules == ()
    assert found.no_data.severity == ""


def test_an_slo_without_a_policy_is_said_to_alert_nobody() -> None:
    said = [finding for finding in meaning_of("every-kind").findings if not finding.fatal]
    assert [finding.item for finding in said] == ["SLO ratio-slices"]
    assert "no burn rate raises one" in said[0].message


def test_sloppy_files_mean_what_their_warnings_say() -> None:
    found = meaning_of("sloppy")
    month = slo(found, "service-availability").definition
    assert (month.window.unit, month.method.slice_seconds) == ("month", 60)
    bare = slo(found, "bare").definition
    assert (bare.window, bare.method) == (Window(), Method())
    assert [rule.name for rule in bare.rules] == ["odd-operator"]


def test_metric_sources_are_kept_by_role() -> None:
    by_slug = {sli.slug: sli for sli in meaning_of("every-kind").slis}
    assert by_slug["grounded"].query["counter"] is True
    assert by_slug["grounded"].query["good"]["spec"]["query"].startswith("sum(judged")
    assert by_slug["grounded"].data_source == "metrics"
    assert set(by_slug["refused"].query) == {"counter", "bad", "total"}
    assert by_slug["precomputed"].query["rawType"] == "failure"


def test_policies_that_exist_already_are_found() -> None:
    reading = read((FIXTURES / "every-kind.yaml").read_bytes(), file="x")
    others = {(each.kind, each.name): each for each in reading.documents if "Alert" in each.kind}
    rest = [each for each in reading.documents if each.name == "grounded-answers"]
    assert understand(rest).slos[0].definition.rules == ()
    assert len(understand(rest, others=others).slos[0].definition.rules) == 1


def test_composite_objectives_are_kept_and_said_not_to_be_evaluated() -> None:
    body = {
        "apiVersion": "openslo/v1",
        "kind": "SLO",
        "metadata": {"name": "both"},
        "spec": {
            "service": "a",
            "budgetingMethod": "Occurrences",
            "timeWindow": [{"duration": "1w", "isRolling": True}],
            "objectives": [{"indicatorRef": "x", "target": 0.9, "compositeWeight": 2}],
        },
    }
    document = OpenSlo(body, "x.yaml")
    assert check([document]) == []
    found = understand([document])
    assert found.slos == []
    assert "not evaluated" in found.findings[0].message


@pytest.mark.parametrize(
    ("annotation", "value", "message"),
    [
        ("aire/short-window", "2h", "must not be longer than lookbackWindow"),
        ("aire/short-window", "soon", "must be a whole number"),
        ("aire/bad-ratio", "1.5", "must be between 0 and 1"),
        ("aire/budget-percent", "much", "must be a number"),
        ("aire/budget-percent", "nan", "must be between"),
        ("aire/pages", "perhaps", "must be true or false"),
    ],
)
def test_a_wrong_annotation_is_told_with_its_line(
    annotation: str, value: str, message: str
) -> None:
    text = (FIXTURES / "every-kind.yaml").read_text()
    text = text.replace("aire/short-window: 5m", f"{annotation}: '{value}'")
    found = understand(read(text.encode(), file="x.yaml").documents)
    line = text[: text.index(annotation)].count("\n") + 1
    told = {(finding.line, finding.item) for finding in found.findings if finding.fatal}
    assert told == {(line, "AlertCondition fast-burn")}
    assert any(message in finding.message for finding in found.findings)


@pytest.mark.parametrize("value", ["{", "[]", '{"after_seconds": 1}', '{"severity": "x"}'])
def test_a_wrong_definition_annotation_is_told(value: str) -> None:
    text = (FIXTURES / "every-kind.yaml").read_text()
    text = text.replace('aire/at-risk-below: "0.3"', f"aire/no-data: '{value}'")
    found = understand(read(text.encode(), file="x.yaml").documents)
    assert [finding.item for finding in found.findings if finding.fatal][:1] == [
        "SLO grounded-answers"
    ]


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("OnCallMail", "oncallmail"),
        ("a.b|c/d\\e", "a-b-c-d-e"),
        ("--", "unnamed"),
        ("é", "unnamed"),
    ],
)
def test_names_become_addresses(name: str, slug: str) -> None:
    assert slug_of(name) == slug


MINUTES = st.integers(1, 60 * 24 * 3).map(lambda count: timedelta(minutes=count))
RULES = st.builds(
    BurnRule,
    name=st.from_regex(r"[a-z][a-z0-9]{0,12}", fullmatch=True),
    budget_fraction=st.integers(1, 10**6).map(lambda count: count / 10**7),
    long_window=st.just(4 * DAY) | MINUTES.map(lambda span: span + 4 * DAY),
    short_window=MINUTES,
    severity=st.sampled_from(["sev1", "sev2", "sev3", "sev4"]),
    pages=st.booleans(),
    direct_bad_ratio=st.none() | st.integers(1, 99).map(lambda count: count / 100),
    minimum_events=st.integers(0, 1000),
)
WINDOWS = st.integers(1, 24 * 90).map(lambda hours: Window(seconds=hours * 3600)) | st.sampled_from(
    [
        Window("calendar", 30 * 86_400, "month", "Europe/Berlin"),
        Window("calendar", 86_400, "day", "UTC"),
        Window("calendar", 91 * 86_400, "quarter", "America/New_York"),
    ]
)
METHODS = st.just(Method()) | st.builds(
    Method,
    st.sampled_from(["timeslices", "ratio_timeslices"]),
    st.sampled_from([30, 60, 90, 600, 3600]),
    st.sampled_from([0.5, 0.95, 1.0]),
)
DEFINITIONS = st.builds(
    Definition,
    target=st.integers(1, 9999).map(lambda count: count / 10_000),
    window=WINDOWS,
    method=METHODS,
    rules=st.lists(RULES, max_size=4, unique_by=lambda rule: rule.name).map(tuple),
    no_data=st.builds(
        NoData, st.none() | st.integers(60, 10**6), st.sampled_from(["", "sev3"]), st.booleans()
    ),
    policy=st.sampled_from([(), STANDARD_POLICY]),
    at_risk_below=st.sampled_from([0.25, 0.4]),
)


@given(DEFINITIONS)
def test_every_definition_survives_openslo(given_one: Definition) -> None:
    sli = SliMeaning("a", "An SLI", "", {}, "", {"team": "x"}, {"signal": "s", "unit-event": "e"})
    objective = SloMeaning(
        "an-slo", "An SLO", "Why", "service", "a", "", None, given_one, {}, "an-slo"
    )
    text = write(compose([sli], [objective]))
    documents = read(text.encode(), file="x.yaml").documents
    fatal = [str(found) for found in check(documents) if found.fatal]
    assert fatal == []
    found = understand(documents)
    assert not [str(each) for each in found.findings if each.fatal]
    definition = found.slos[0].definition
    if not given_one.rules and not given_one.no_data.severity:
        given_one = Definition(**{**_fields(given_one), "no_data": NoData(severity="")})
    assert definition == given_one
    assert dict(found.slis[0].extras) == dict(sli.extras)
    assert found.slis[0].labels == {"team": "x"}


def _fields(definition: Definition) -> dict[str, object]:
    return {name: getattr(definition, name) for name in definition.__dataclass_fields__}


def test_the_standard_rules_and_the_library_can_be_written() -> None:
    for rule in standard_rules(28 * DAY):
        assert annotate_rule(rule)["aire/rule"] == rule.name
    assert annotate_definition(Definition(target=0.9)) == {
        "aire/no-data": '{"after_seconds":null,"severity":"sev3","pages":false}'
    }
    entry = ready_slis()["groundedness"]
    extras = {"signal": entry.signals[0], "unit-event": entry.unit_event}
    sli = SliMeaning(entry.slug, entry.name, "", {}, "", {}, extras)
    assert check(compose([sli], [])) == []
