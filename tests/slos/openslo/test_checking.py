"""Each violation of the specification is an error with its file, line and item; each sloppiness
that can only mean one thing is a warning."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from core.yaml import load_documents
from slos.openslo.checking import check
from slos.openslo.documents import Finding, OpenSlo, read, write

FIXTURES = Path(__file__).parent / "fixtures"
EVERY = {
    document.value["metadata"]["name"]: document.value
    for document in load_documents((FIXTURES / "every-kind.yaml").read_bytes())
}
REMOVED = object()


def changed(name: str, path: str, value: object) -> list[Finding]:
    """What is found in a fixture's document in which one value was replaced."""
    body: Any = copy.deepcopy(EVERY[name])
    *around, last = [int(part) if part.isdigit() else part for part in path.split("/")]
    inner = body
    for part in around:
        inner = inner[part]
    if value is REMOVED:
        del inner[last]
    else:
        inner[last] = value
    text = write([OpenSlo(body)])
    reading = read(text.encode(), file="one.yaml")
    return [*reading.findings, *check(reading.documents)]


def test_the_specifications_kinds_are_all_right() -> None:
    found = read((FIXTURES / "every-kind.yaml").read_bytes(), file="every.yaml")
    assert check(found.documents, known=set()) == []


def test_sloppy_files_are_read_with_a_warning_each() -> None:
    found = read((FIXTURES / "sloppy.yaml").read_bytes(), file="sloppy.yaml")
    findings = check(found.documents)
    assert not [str(finding) for finding in findings if finding.fatal]
    said = [(finding.line, finding.message.split(";")[0]) for finding in findings]
    assert said == [
        (5, "metadata.name should be 1 to 63 lower-case letters, digits and hyphens."),
        (21, "spec.conditions[0].spec.condition.op would alert while little burns"),
        (32, "metadata.labels.tier should be text"),
        (45, "spec.timeWindow[0].duration is a minute (a month is 1M)"),
        (53, "spec.objectives[0].op says nothing for a ratioMetric"),
        (57, "spec.alertPolicies is left empty"),
        (62, "spec.timeWindow is missing"),
        (62, "spec.budgetingMethod is missing"),
        (68, "spec.alertPolicies[0] is a bare name"),
    ]


SLO, QUICK, SLICES = "grounded-answers", "quick-first-token", "ratio-slices"
METRIC = {"metricSource": {"type": "Prometheus", "spec": {"query": "x"}}}
VIOLATIONS = [
    # the envelope
    (SLO, "apiVersion", REMOVED, "apiVersion is required"),
    (SLO, "apiVersion", "openslo/v1alpha", "apiVersion must be openslo/v1"),
    (SLO, "apiVersion", "openslo.com/v2alpha", "apiVersion must be openslo/v1"),
    (SLO, "kind", REMOVED, "kind is required"),
    (SLO, "kind", "Slo", "kind must be one of"),
    (SLO, "kind", 7, "kind must be one of"),
    (SLO, "metadata", REMOVED, "metadata is required"),
    (SLO, "metadata", "x", "metadata must be a mapping"),
    (SLO, "metadata/name", REMOVED, "metadata.name is required"),
    (SLO, "metadata/name", "", "metadata.name must not be empty"),
    (SLO, "metadata/name", 12, "metadata.name must be text"),
    (SLO, "metadata/name", "x" * 256, "at most 255 are allowed"),
    (SLO, "metadata/displayName", [1], "metadata.displayName must be text"),
    (SLO, "metadata/colour", "red", "metadata.colour is no field"),
    (SLO, "metadata/labels", ["a"], "metadata.labels must be a mapping"),
    (SLO, "metadata/labels", {"-x": "y"}, "is no label key"),
    (SLO, "metadata/labels", {"x" * 64: "y"}, "is no label key"),
    (SLO, "metadata/labels", {"x": {"y": "z"}}, "metadata.labels.x must be text"),
    (SLO, "metadata/labels", {"x": [1]}, "metadata.labels.x[0] must be text"),
    (SLO, "metadata/annotations", {"Up.per/x": "y"}, "prefix that is no DNS name"),
    (SLO, "metadata/annotations", {"a/-": "y"}, "is no annotation key"),
    (SLO, "metadata/annotations", {"a/b": ["y"]}, "must be text"),
    (SLO, "spec", REMOVED, "spec is required"),
    (SLO, "spec", [], "spec must be a mapping"),
    (SLO, "extra", 1, "extra is no field of OpenSLO v1"),
    # SLO
    (SLO, "spec/description", "x" * 1051, "has 1051 characters, at most 1050"),
    (SLO, "spec/servise", "x", "did you mean service"),
    (SLO, "spec/service", REMOVED, "spec.service is required"),
    (SLO, "spec/indicatorRef", REMOVED, "needs indicator or indicatorRef"),
    (SLO, "spec/indicator", {"metadata": {"name": "a"}, "spec": {}}, "has both indicator and"),
    (SLO, "spec/timeWindow", [], "spec.timeWindow must not be empty"),
    (SLO, "spec/timeWindow", {"duration": "4w"}, "spec.timeWindow must be a list"),
    (SLO, "spec/timeWindow", [{"duration": "4w"}] * 2, "has 2 items, at most 1 is allowed"),
    (SLO, "spec/timeWindow/0/duration", REMOVED, "duration is required"),
    (SLO, "spec/timeWindow/0/duration", "4 weeks", "must be a whole number and one of"),
    (SLO, "spec/timeWindow/0/duration", "0d", "must be a whole number and one of"),
    (SLO, "spec/timeWindow/0/duration", "5m", "must be an hour or longer"),
    (SLO, "spec/timeWindow/0/duration", 28, "must be a whole number and one of"),
    (SLO, "spec/timeWindow/0/isRolling", "yes", "isRolling must be true or false"),
    (SLO, "spec/timeWindow/0/isRolling", False, "needs a calendar"),
    (QUICK, "spec/timeWindow/0/isRolling", True, "is rolling and has a calendar"),
    (QUICK, "spec/timeWindow/0/duration", "5d", "must be a day, week, month, quarter or year"),
    (QUICK, "spec/timeWindow/0/calendar/startTime", "soon", "must be a date with time"),
    (QUICK, "spec/timeWindow/0/calendar/startTime", REMOVED, "startTime is required"),
    (QUICK, "spec/timeWindow/0/calendar/timeZone", "Mars/Base", "no time zone"),
    (QUICK, "spec/timeWindow/0/calendar/timeZone", "../etc/passwd", "no time zone"),
    (SLO, "spec/budgetingMethod", "Occurences", "spec.budgetingMethod must be one of"),
    (SLO, "spec/objectives", REMOVED, "spec.objectives is required"),
    (SLO, "spec/objectives", [], "spec.objectives must not be empty"),
    (SLO, "spec/objectives/0/target", REMOVED, "needs target or targetPercent"),
    (SLO, "spec/objectives/0/targetPercent", 98, "has both target and targetPercent"),
    (SLO, "spec/objectives/0/target", 1.0, "must be at least 0 and below 1"),
    (SLO, "spec/objectives/0/target", -0.1, "must be at least 0 and below 1"),
    (SLO, "spec/objectives/0/target", 0, "no budget to burn"),
    (SLO, "spec/objectives/0/target", "98%", "target must be a number"),
    (SLO, "spec/objectives/0/target", True, "target must be a number"),
    (SLO, "spec/objectives/1/targetPercent", 100, "must be at least 0 and below 100"),
    (SLO, "spec/objectives/0/compositeWeight", "x", None),
    (QUICK, "spec/objectives/0/op", REMOVED, "objectives[0].op is required"),
    (QUICK, "spec/objectives/0/op", "eq", "objectives[0].op must be one of"),
    (QUICK, "spec/objectives/0/value", REMOVED, "objectives[0].value is required"),
    (QUICK, "spec/objectives/0/value", "2s", "value must be a number"),
    (QUICK, "spec/objectives/0/timeSliceTarget", REMOVED, "timeSliceTarget is required"),
    (QUICK, "spec/objectives/0/timeSliceTarget", 0, "must be above 0 and at most 1"),
    (QUICK, "spec/objectives/0/timeSliceTarget", 1.1, "must be above 0 and at most 1"),
    (QUICK, "spec/objectives/0/timeSliceWindow", REMOVED, "timeSliceWindow is required"),
    (QUICK, "spec/objectives/0/timeSliceWindow", "1M", "must have a fixed length"),
    (SLICES, "spec/objectives/0/timeSliceWindow", REMOVED, "timeSliceWindow is required"),
    (SLICES, "spec/objectives/0/timeSliceWindow", -5, "must be above 0 minutes"),
    (SLO, "spec/alertPolicies", "x", "spec.alertPolicies must be a list"),
    (SLO, "spec/alertPolicies", [{}], "needs alertPolicyRef, or an inline AlertPolicy"),
    (SLO, "spec/alertPolicies", [{"alertPolicyRef": "a", "spec": {}}], "spec is no field"),
    (QUICK, "spec/alertPolicies/0/kind", "SLI", "kind must be one of: AlertPolicy"),
    (QUICK, "spec/indicator/metadata", REMOVED, "spec.indicator.metadata is required"),
    (QUICK, "spec/indicator/metadata/name", REMOVED, "metadata.name is required"),
    (QUICK, "spec/indicator/spec", REMOVED, "spec.indicator.spec is required"),
    # SLI
    ("grounded", "spec/thresholdMetric", METRIC, "has both thresholdMetric and ratioMetric"),
    ("grounded", "spec/ratioMetric", REMOVED, "needs thresholdMetric or ratioMetric"),
    ("grounded", "spec/ratioMetric/bad", METRIC, "has both good and bad"),
    ("grounded", "spec/ratioMetric/good", REMOVED, "needs good or bad beside total"),
    ("grounded", "spec/ratioMetric/total", REMOVED, "spec.ratioMetric.total is required"),
    ("grounded", "spec/ratioMetric/counter", "yes", "counter must be true or false"),
    ("grounded", "spec/ratioMetric/rawType", "success", "is only used with raw"),
    ("grounded", "spec/ratioMetric/good/metricSource", REMOVED, "metricSource is required"),
    ("grounded", "spec/ratioMetric/good/metricSource/spec", REMOVED, "spec is required"),
    ("grounded", "spec/ratioMetric/good/metricSource/spec", "x", "spec must be a mapping"),
    ("refused", "spec/ratioMetric/bad/metricSource/type", REMOVED, "needs type where it has no"),
    ("precomputed", "spec/ratioMetric/rawType", REMOVED, "rawType is required"),
    ("precomputed", "spec/ratioMetric/rawType", "good", "rawType must be one of"),
    ("precomputed", "spec/ratioMetric/total", METRIC, "cannot be used together with raw"),
    # the others
    ("support-bot", "spec/description", 7, "spec.description must be text"),
    ("support-bot", "spec/owner", "me", "spec.owner is no field"),
    ("metrics", "spec/type", REMOVED, "spec.type is required"),
    ("metrics", "spec/connectionDetails", "x", "connectionDetails must be a mapping"),
    ("on-call-mail", "spec/target", REMOVED, "spec.target is required"),
    ("fast-burn", "spec/severity", REMOVED, "spec.severity is required"),
    ("fast-burn", "spec/condition", REMOVED, "spec.condition is required"),
    ("fast-burn", "spec/condition/kind", "slow", "kind must be one of: burnrate"),
    ("fast-burn", "spec/condition/threshold", REMOVED, "threshold is required"),
    ("fast-burn", "spec/condition/threshold", 0, "threshold must be above 0"),
    ("fast-burn", "spec/condition/lookbackWindow", REMOVED, "lookbackWindow is required"),
    ("fast-burn", "spec/condition/lookbackWindow", "1Q", "must have a fixed length"),
    ("fast-burn", "spec/condition/alertAfter", "5 min", "must be a whole number"),
    ("page-on-burn", "spec/alertWhenBreaching", "yes", "must be true or false"),
    ("page-on-burn", "spec/conditions", REMOVED, "spec.conditions is required"),
    ("page-on-burn", "spec/conditions", [{"conditionRef": "a"}] * 2, "at most 1 is allowed"),
    ("page-on-burn", "spec/conditions", [{"conditionRef": 7}], "conditionRef must be text"),
    ("page-on-burn", "spec/conditions", [{"condition": {}}], "needs conditionRef, or an inline"),
    ("page-on-burn", "spec/notificationTargets", REMOVED, "notificationTargets is required"),
    ("page-on-burn", "spec/notificationTargets", [7], "must be a mapping"),
]


@pytest.mark.parametrize(
    ("name", "path", "value", "message"),
    VIOLATIONS,
    ids=[f"{name}-{path}-{number}" for number, (name, path, _, _) in enumerate(VIOLATIONS)],
)
def test_each_violation_is_told(name: str, path: str, value: object, message: str | None) -> None:
    fatal = [finding for finding in changed(name, path, value) if finding.fatal]
    if message is None:
        assert fatal == []
        return
    assert any(message in finding.message for finding in fatal), [str(found) for found in fatal]
    assert all(finding.file == "one.yaml" and finding.line >= 1 for finding in fatal)


def test_an_error_reads_like_a_compilers() -> None:
    (found,) = changed(SLO, "spec/objectives/0/target", 98)
    assert str(found) == (
        "one.yaml:19: SLO grounded-answers: spec.objectives[0].target must be at least 0 and "
        "below 1."
    )


def test_several_objectives_need_a_ratio() -> None:
    found = changed(QUICK, "spec/objectives", [EVERY[QUICK]["spec"]["objectives"][0]] * 2)
    assert "a thresholdMetric allows only one" in found[0].message


def test_names_that_lead_nowhere_are_told_with_their_line() -> None:
    found = read((FIXTURES / "every-kind.yaml").read_bytes(), file="every.yaml")
    without = [document for document in found.documents if document.name != "fast-burn"]
    (finding,) = check(without, known=set())
    assert finding.item == "AlertPolicy page-on-burn"
    assert finding.message == "There is no AlertCondition fast-burn."
    assert check(without, known={("AlertCondition", "fast-burn")}) == []


def test_the_same_name_twice_is_told_with_the_first_place() -> None:
    text = b"apiVersion: openslo/v1\nkind: Service\nmetadata: {name: a}\nspec: {}\n"
    found = read(text + b"---\n" + text, file="two.yaml")
    (finding,) = check(found.documents)
    assert (finding.line, finding.message) == (
        8,
        "The same kind and name stand at two.yaml:3 already.",
    )


def test_one_bad_document_does_not_hide_another() -> None:
    text = b"kind: SLO\n---\nkind: Nonsense\napiVersion: openslo/v1\n---\n7\n"
    reading = read(text, file="x.yaml")
    findings = [*reading.findings, *check(reading.documents)]
    assert {finding.line for finding in findings} == {1, 3, 6}
