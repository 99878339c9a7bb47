"""Every bad input ends as it should: the right answer, no error, no neighbour lost, a reason kept.

The cases of a category run in one go, in this process, with a good alert behind each of them.

Of the 453 inputs that were enumerated when AIRE was designed, 220 concern ingest, and all of them
are in this folder: JSON 28, Unicode 25, numbers and times 30, framing 25 (`test_framing`),
compression 14, OTLP and protobuf 16, what sources mean 29, signatures and keys 25, templates,
patterns and YAML 28 (`test_written_by_people`). The others (addresses, markup, exports, files,
chat, schedules, rights) are tests of the rooms that they concern.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from alerts.models import Alert
from alerts.services.silences import create_silence
from core import clock
from core.actor import program
from tests.bad_input import (
    compression,
    json_shape,
    keys,
    numbers_times,
    otlp,
    semantics,
    templates,
    unicode_text,
)
from tests.bad_input.corpus import ASIDE, NOTHING, READ, Case
from tests.bad_input.runner import Outcome, made_keys, run

pytestmark = pytest.mark.django_db(transaction=True)
CATEGORIES = {
    "JSON shape": json_shape.CASES,
    "Unicode and encodings": unicode_text.CASES,
    "numbers and times": numbers_times.CASES,
    "compression": compression.CASES,
    "OTLP and protobuf": otlp.CASES,
    "templates": templates.CASES,
}
STATES = {READ: {"done"}, ASIDE: {"set_aside"}, NOTHING: {""}}


def outcomes_of(cases: Sequence[Case]) -> dict[str, Outcome]:
    """Run them and hold each against what it should end as; all that differ are told at once."""
    assert len({case.name for case in cases}) == len(cases)
    outcomes = run(cases, made_keys())
    wrong = {
        case.name: fault for case in cases if (fault := _fault(case, outcomes[case.name])) != ""
    }
    assert not wrong
    return outcomes


def _fault(case: Case, outcome: Outcome) -> str:
    if outcome.status not in case.status or outcome.status >= 500:
        return f"answered {outcome.status}: {outcome.body[:200]!r}"
    if outcome.state not in STATES.get(case.outcome, {"done", "set_aside", ""}):
        return f"ended as {outcome.state or 'nothing'}: {outcome.said[:200]}"
    if not outcome.neighbour:
        return "its good neighbour was lost"
    if outcome.state == "set_aside" and not outcome.said.strip():
        return "set aside without a reason"
    if " failed (" in outcome.said:
        return f"a format stumbled instead of saying why: {outcome.said[:200]}"
    if case.says not in outcome.said:
        return f"{case.says!r} is not in: {outcome.said[:200]}"
    return "Traceback" if b"Traceback" in outcome.body else ""


@pytest.mark.parametrize("category", CATEGORIES)
def test_bad_input_ends_as_it_should(category: str) -> None:
    outcomes_of(CATEGORIES[category])


def test_keys_and_signatures_are_refused_in_one_and_the_same_way() -> None:
    outcomes = outcomes_of(keys.CASES)
    refused = {found.body for found in outcomes.values() if found.status == 401}
    assert len(refused) == 1


def test_repeated_and_reordered_events_end_in_one_state() -> None:
    create_silence(match=['alertname="Planned"'], reason="Planned maintenance", actor=program(),
                   ends_at=clock.now() + timedelta(hours=1))  # fmt: skip
    outcomes_of(semantics.CASES)
    ended: dict[str, tuple[str, int]] = {}
    for alert in Alert.objects.select_related("source").order_by("first_seen_at", "id"):
        name = f"{alert.source.slug}/{alert.dedup_key}"
        ended[name] = (alert.status, ended.get(name, ("", 0))[1] + 1)
    assert ended["bad-alertmanager/same"] == ("firing", 1)
    assert ended["bad-alertmanager/pair"] == ended["bad-second/pair"] == ("firing", 1)
    assert ended["bad-alertmanager/late"] == ("resolved", 1)
    assert ended["bad-alertmanager/flapping"] == ("resolved", 500)
    assert ended["bad-alertmanager/planned"] == ("silenced", 1)
    assert ended["bad-pagerduty/quick"] == ("firing", 2)
