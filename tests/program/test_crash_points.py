"""Processes that die at every labelled point of the way from an alert to a page."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.program.checker import check, settle
from tests.program.harness import ROOT, Program
from tests.program.payloads import alert

pytestmark = pytest.mark.program

_CALL = re.compile(r'crash_point\("([a-z_:]+)"\)')
LABELS = sorted(
    {
        label
        for room in ("alerts", "core", "incidents", "notifications", "oncall", "integrations")
        for path in Path(ROOT / room).rglob("*.py")
        for label in _CALL.findall(path.read_text())
    }
)
SOURCES = [f"sender-{number}" for number in range(6)]
ALERTS = [f"Crash{number:02d}" for number in range(18)]
# The longest lease, and a few seconds for the process that takes over on two busy cores.
PAGED_WITHIN = timedelta(seconds=35)


@pytest.fixture(scope="module")
def survivor() -> Iterator[Program]:
    """One program that has lost a process at each label while alerts of six sources came in."""
    with Program(sources=SOURCES, crash_at=LABELS) as program:
        for number, name in enumerate(ALERTS):
            program.sender.post(SOURCES[number % len(SOURCES)], alert(name))
            time.sleep(0.2)
        settle(program)
        yield program


def test_there_are_crash_points_on_the_whole_way() -> None:
    assert {label.partition(":")[0] for label in LABELS} == {
        "ingest", "absorb", "outbox", "step", "deliver",
    }  # fmt: skip


@pytest.mark.parametrize("label", LABELS)
def test_a_process_died_at(survivor: Program, label: str) -> None:
    assert survivor.markers[label].exists()


def test_nothing_accepted_is_lost_and_no_page_goes_out_more_than_twice(survivor: Program) -> None:
    assert len(survivor.sender.accepted) == len(ALERTS)
    check(survivor)


def test_every_page_is_out_35_seconds_after_the_last_death(survivor: Program) -> None:
    deaths = [marker.stat().st_mtime for marker in survivor.markers.values()]
    last = datetime.fromtimestamp(max(deaths), UTC)
    for name in ALERTS:
        for channel in ("email", "slack"):
            first = min(m.at for m in survivor.inboxes.about(name, channel=channel))
            assert first < last + PAGED_WITHIN, f"{name} by {channel}"


def test_a_page_that_may_have_gone_out_before_is_marked_as_a_possible_repeat(
    survivor: Program,
) -> None:
    copies: dict[tuple[str, str, str], list[str]] = {}
    for message in survivor.inboxes.received:
        if message.channel == "email":
            copies.setdefault((message.delivery, message.to, "email"), []).append(message.text)
    for texts in copies.values():
        assert all("[possible repeat]" in text for text in texts[1:])
