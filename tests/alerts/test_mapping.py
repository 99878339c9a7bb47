"""The mapping of a generic source: what it says, what it refuses, how it fails open."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.expressions import Scope, parse_expression
from alerts.mapping import UNTITLED, read_mapped, validate_mapping
from alerts.mapping_defaults import DEFAULT_MAPPING
from alerts.reading import Notes
from alerts.signals import Action, Reading, Severity, Signal, Unreadable

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)

DRIFT = {
    "alerts": "result.monitors",
    "title": "Drift of {feature} in {$.service.name}",
    "key": ["run\\.id", "ids[0].value"],
    "status": {"path": "healthy", "firing": [False], "resolved": [True]},
    "severity": {"path": "prio", "map": {"P1": "sev1"}, "default": "sev3"},
    "labels": {"system": "$.service.name", "environment": "=production", "*": "tags"},
    "annotations": {"description": "text"},
    "startsAt": "since",
    "links": {"Run": "url"},
}


def read(body: object, mapping: object = None) -> Reading:
    return read_mapped(body, mapping, notes=Notes(), now=NOW)


def only(body: object, mapping: object = None) -> Signal:
    (signal,) = read(body, mapping).signals
    return signal


def test_a_mapping_reads_a_list_of_alerts_inside_a_body() -> None:
    body = {
        "service": {"name": "fraud-scorer"},
        "result": {
            "monitors": [
                {"feature": "age", "run.id": 7, "healthy": False, "prio": "p1", "since": 1790000000,
                 "text": "PSI 0.4", "tags": ["team:risk", "canary"], "url": "https://e.example/7"},
                {"feature": "amount", "ids": [{"value": "b"}], "healthy": True},
            ]
        },
    }  # fmt: skip

    first, second = read(body, DRIFT).signals

    assert first == Signal(
        action=Action.FIRE,
        dedup_key="7",
        title="Drift of age in fraud-scorer",
        severity=Severity.SEV1,
        labels={
            "system": "fraud-scorer",
            "environment": "production",
            "team": "risk",
            "canary": "true",
        },
        annotations={"description": "PSI 0.4"},
        starts_at=datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC),
        occurred_at=datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC),
        links=first.links,
    )
    assert [(link.text, link.href) for link in first.links] == [("Run", "https://e.example/7")]
    assert (second.action, second.dedup_key) == (Action.RESOLVE, "b")
    assert second.severity is Severity.SEV3


@pytest.mark.parametrize(
    ("body", "title", "action", "severity"),
    [
        ({"title": "A", "status": "firing", "severity": "critical"}, "A", "fire", "sev1"),
        ({"summary": "A", "state": "OK", "level": "warning"}, "A", "resolve", "sev3"),
        ({"message": "A", "event_action": "acknowledge", "priority": "P2"}, "A", "acknowledge",
         "sev2"),
        ({"name": "A\n b", "priority": 7}, "A b", "fire", None),
        ({"check": "A", "status": ["x", {}], "state": "closed"}, "A", "resolve", None),
    ],
)  # fmt: skip
def test_plain_bodies_need_no_mapping(
    body: dict[str, object], title: str, action: str, severity: str | None
) -> None:
    signal = only(body)
    assert (signal.title, signal.action, signal.severity) == (title, action, severity)


def test_customary_names_fill_key_labels_links_and_times() -> None:
    signal = only(
        {
            "title": "A",
            "dedup_key": "rag/recall",
            "labels": {"index": "policies", "shard": 3},
            "service": {"name": "doc-search-rag"},
            "env": "production",
            "description": "recall fell",
            "url": "https://e.example/1",
            "runbook": "see the wiki",
            "timestamp": "2026-11-21T02:00:00",
            "test": True,
        }
    )

    assert signal.dedup_key == "rag/recall"
    assert signal.labels == {
        "system": "doc-search-rag",
        "environment": "production",
        "index": "policies",
        "shard": "3",
    }
    assert signal.annotations == {"description": "recall fell"}
    assert [link.href for link in signal.links] == ["https://e.example/1"]
    assert signal.starts_at is None
    assert signal.occurred_at == datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
    assert signal.is_test


def test_without_a_key_title_and_labels_are_the_key() -> None:
    fire = only({"title": "A", "status": "firing", "labels": {"x": "1"}, "value": 3})
    resolve = only({"title": "A", "status": "ok", "labels": {"x": "1"}, "value": 1})
    other = only({"title": "A", "labels": {"x": "2"}})

    assert fire.dedup_key == resolve.dedup_key != other.dedup_key
    assert len(fire.dedup_key) == 32


def test_composed_and_decomposed_letters_are_one_key() -> None:
    assert only({"title": "A", "key": "Gr\u00f6\u00dfe"}).dedup_key == "Gr\u00f6\u00dfe"
    assert only({"title": "A", "key": "Gro\u0308\u00dfe"}).dedup_key == "Gr\u00f6\u00dfe"


def test_a_key_of_10_kb_is_cut_and_stays_distinct() -> None:
    one = only({"title": "A", "key": "k" * 10_000 + "1"}).dedup_key
    two = only({"title": "A", "key": "k" * 10_000 + "2"}).dedup_key
    assert len(one) == len(two) == 512
    assert one != two


def test_an_alert_without_a_title_still_fires() -> None:
    reading = read({"zen": "Keep it simple", "hook_id": 4})
    assert reading.signals[0].title == UNTITLED
    assert reading.signals[0].action is Action.FIRE
    assert "An alert has no title." in reading.notes


def test_an_unknown_status_fires_and_is_noted() -> None:
    reading = read({"title": "A", "status": "fireing"})
    assert reading.signals[0].action is Action.FIRE
    assert "The status 'fireing' is unknown; read as firing." in reading.notes


def test_fields_that_the_mapping_names_and_the_alert_lacks_fall_back() -> None:
    reading = read({"summary": "A", "id": 5}, {"title": "headline", "key": "uid"})
    assert reading.signals[0].title == "A"
    assert any("title that the mapping names" in note for note in reading.notes)
    assert any("key that the mapping names" in note for note in reading.notes)


def test_a_broken_mapping_is_noted_and_the_alert_still_read() -> None:
    reading = read({"title": "A", "key": "k"}, {"title": "a..b", "key": "key"})
    assert (reading.signals[0].title, reading.signals[0].dedup_key) == ("A", "k")
    assert any(note.startswith("The mapping of this source is broken") for note in reading.notes)


def test_a_broken_alert_costs_its_neighbours_nothing() -> None:
    reading = read([{"title": "A"}, 5, None, {"title": "B"}])
    assert [signal.title for signal in reading.signals] == ["A", "B"]
    assert "Alert 2 of 4 is no object and was left out." in reading.notes


@pytest.mark.parametrize("body", [None, 5, "text", True, {}, [[]], [1, 2]])
def test_a_body_that_cannot_be_an_alert_is_unreadable(body: object) -> None:
    with pytest.raises(Unreadable):
        read(body)


def test_a_list_that_is_not_where_the_mapping_says_is_unreadable() -> None:
    with pytest.raises(Unreadable, match="leads to nothing"):
        read({"title": "A"}, {"alerts": "events"})


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("a.b", "1"),
        ("a\\.b", "dotted"),
        ("list[0].x", "first"),
        ("list[-1].x", "last"),
        ("list.0.x", "first"),
        ("list[9].x", None),
        ("numbers.7", "seven"),
        ("$.outer", "O"),
        ("$.list[0]", None),
        ("missing", None),
        ("empty", None),
        ("a.b.c", None),
        ("=fixed {text}", "fixed {text}"),
        ("x{a.b}y{missing}", "x1y"),
        ("{missing}", None),
        ("{{{a.b}}}", "{1}"),
        ("{$.outer}/{a\\.b}", "O/dotted"),
        (["missing", "empty", "a.b"], "1"),
        ("__class__", None),
        ("a.__class__.__name__", None),
    ],
)
def test_expressions(expression: object, found: str | None) -> None:
    alert = {
        "a": {"b": "1"},
        "a.b": "dotted",
        "list": [{"x": "first"}, {"x": "last"}],
        "numbers": {"7": "seven"},
        "empty": "",
    }
    scope = Scope(alert=alert, body={"outer": "O"})
    assert next(parse_expression(expression).values(scope), None) == found


def test_the_shipped_default_is_itself_a_valid_mapping() -> None:
    assert validate_mapping(DEFAULT_MAPPING) == []
    assert validate_mapping(DRIFT) == []
    assert validate_mapping({}) == []


@pytest.mark.parametrize(
    ("mapping", "error"),
    [
        ([], "mapping: must be an object"),
        ({"titel": "x"}, "titel: unknown field"),
        ({"title": 5}, "title: must be a path"),
        ({"title": ""}, "title: must be a path"),
        ({"title": "a..b"}, "title: is no path"),
        ({"title": "a."}, "title: is no path"),
        ({"title": "a[x]"}, "title: is no path"),
        ({"title": "a[0]b"}, "title: is no path: unexpected 'b'"),
        ({"title": "{a"}, "title: has a brace without its partner"),
        ({"title": "a}"}, "title: has a brace without its partner"),
        ({"title": "{{a}}"}, "title: has no {path}"),
        ({"title": "x" * 1025}, "title: is longer than 1,024"),
        ({"title": ".".join("a" * 33)}, "title: has more than 32 steps"),
        ({"key": []}, "key: a list of alternatives has 1 to 50"),
        ({"key": [["a"]]}, "key: must be a path"),
        ({"alerts": "{a}[]"}, "alerts: is no path"),
        ({"status": {"firing": ["x"]}}, "status.path: is missing"),
        ({"status": {"path": "a", "bad": []}}, "status.bad: unknown field"),
        ({"status": {"path": "a", "resolved": "ok"}}, "status.resolved: must be a list"),
        ({"severity": {"path": "a", "map": {"P1": "critical"}}}, "severity.map.P1: must be one"),
        ({"severity": {"path": "a", "map": []}}, "severity.map: must be an object"),
        ({"severity": {"path": "a", "default": "high"}}, "severity.default: must be one of sev1"),
        ({"labels": "a"}, "labels: must be an object"),
        ({"labels": {"x": "{"}}, "labels.x: has a brace"),
        ({"labels": {" ": "a"}}, "labels.: a name has"),
        ({"labels": {str(n): "a" for n in range(201)}}, "labels: must be an object with at most"),
        ({"links": {"*": "a"}}, "links.*: links are named one by one"),
    ],
)
def test_mistakes_in_a_mapping_are_told_with_the_path_of_the_field(
    mapping: object, error: str
) -> None:
    assert [found for found in validate_mapping(mapping) if found.startswith(error)]


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from([*DEFAULT_MAPPING, "path", "map", "*", "state", "labels", "a{b}"]),
            inner,
            max_size=6,
        )
    ),
    max_leaves=25,
)


@given(ANY, ANY)
def test_whatever_body_meets_whatever_mapping_ends_in_signals_or_unreadable(
    body: object, mapping: object
) -> None:
    validate_mapping(mapping)
    try:
        reading = read(body, mapping)
    except Unreadable:
        return
    assert all(signal.dedup_key and signal.title for signal in reading.signals)
