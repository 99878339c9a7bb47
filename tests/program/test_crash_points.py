"""Processes that die at every labelled point of the way from an alert to a page."""

from __future__ import annotations

import re
import time
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
        for room in ("alerts", "core", "incidents", "notifications", "oncall")
        for path in Path(ROOT / room).rglob("*.py")
        for label in _CALL.findall(path.read_text())
    }
)
SOURCES = [f"sender-{number}" for number in range(6)]
ALERTS = [f"Crash{number:02d}" for number in range(18)]
DECLARED = 5
# The longest lease, and a few seconds for the process that takes over on two busy cores.
PAGED_WITHIN = timedelta(seconds=35)


def test_there_are_crash_points_on_the_whole_way() -> None:
    assert {label.partition(":")[0] for label in LABELS} == {
        "ingest", "absorb", "outbox", "step", "deliver",
    }  # fmt: skip


def test_a_death_at_every_labelled_point_loses_nothing_and_delays_no_page_beyond_a_lease() -> None:
    """One program loses a process at each label while six sources send: so each death hits other
    work, and the leases of all run at the same time."""
    with Program(sources=SOURCES, crash_at=LABELS) as program:
        for number in range(DECLARED):
            # What an alert opens takes its first step with it; what a person declares does not.
            program.api("POST", "incidents/", {"title": f"Declared {number}", "severity": "sev2"})
        for number, name in enumerate(ALERTS):
            program.sender.post(SOURCES[number % len(SOURCES)], alert(name))
            time.sleep(0.2)
        settle(program)
        alive = [label for label, marker in program.markers.items() if not marker.exists()]
        assert not alive, f"no process died at {alive}"
        check(program)
        pages_came_in_time(program)
        repeats_are_marked(program)


def pages_came_in_time(program: Program) -> None:
    last = datetime.fromtimestamp(
        max(marker.stat().st_mtime for marker in program.markers.values()), UTC
    )
    for name in ALERTS:
        for channel in ("email", "slack"):
            first = min(m.at for m in program.inboxes.about(name, channel=channel))
            assert first < last + PAGED_WITHIN, f"{name} by {channel}"


def repeats_are_marked(program: Program) -> None:
    """The death after the provider's answer makes one copy, and it says that it may be one."""
    copies: dict[tuple[int | None, str], list[str]] = {}
    for message in program.inboxes.received:
        copies.setdefault((message.incident, message.to), []).append(message.text)
    second = [text for texts in copies.values() for text in texts[1:]]
    assert second
    assert all("[possible repeat]" in text for text in second)
