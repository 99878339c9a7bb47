"""Reading plain JSON through the options of a source."""

from __future__ import annotations

from datetime import UTC, datetime

from alerts.signals import Action, Reading, Severity
from integrations.generic.source import FORMAT

RECEIPT = {"received_at": datetime(2026, 11, 21, 3, 0, tzinfo=UTC), "receipt_id": "r"}


def read(body: bytes, **mapping: object) -> Reading:
    return FORMAT.read(body, headers={}, options={**mapping, **RECEIPT})


def test_the_options_of_the_source_are_its_mapping() -> None:
    reading = read(
        b'{"what": "Recall fell", "state": "good", "prio": "P1", "sys": {"name": "rag"}}',
        title="what",
        status={"path": "state", "resolved": ["good"]},
        severity={"path": "prio", "map": {"P1": "sev2"}},
        labels={"system": "sys.name"},
    )

    (signal,) = reading.signals
    assert reading.notes == ()
    assert (signal.title, signal.action) == ("Recall fell", Action.RESOLVE)
    assert signal.severity is Severity.SEV2
    assert signal.labels == {"system": "rag"}


def test_facts_about_the_receipt_are_no_mapping() -> None:
    reading = read(b'{"title": "A"}')
    assert reading.notes == ()
    assert reading.signals[0].title == "A"


def test_what_was_odd_in_the_body_is_told() -> None:
    reading = read(b'{"title": "A", "value": NaN}')
    assert reading.notes == ("NaN is not a JSON number; it was read as null.",)
