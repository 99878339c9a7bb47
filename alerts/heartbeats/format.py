"""Reads pings, and what the heartbeats' own rules tell the alerts. The format is AIRE's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from textwrap import dedent

from alerts.heartbeats.rules import Beat, Told
from alerts.reading import (
    Notes,
    condition_key,
    load_object,
    one_line,
    read_annotations,
    read_labels,
    read_time,
    received_at,
    text_of,
)
from alerts.severity_words import severity_of
from alerts.signals import Action, Reading, Signal, Unreadable
from core.payload import clean_text

FORMAT_NAME = "heartbeat"
KIND_HEADER = "x-heartbeat-kind"
NAME_HEADER = "x-heartbeat-name"
REPORT = "report"
MAX_SAID = 1000


@dataclass(frozen=True, slots=True)
class Heard:
    """A ping of the heartbeat `name` of its source; `said` is the beginning of its body."""

    beat: Beat
    name: str
    said: str = ""


class HeartbeatFormat:
    """The format `heartbeat`."""

    name = FORMAT_NAME
    title = "Heartbeat"

    def read(
        self, body: bytes, *, headers: Mapping[str, str], options: Mapping[str, object]
    ) -> Reading:
        """A ping is a fact; what follows from it comes as a receipt of its own (`telling`)."""
        kind = headers.get(KIND_HEADER, Beat.PING)
        if kind == REPORT:
            return _report(body, options)
        if kind not in list(Beat):
            raise Unreadable("This is no ping that a heartbeat knows.")
        said = clean_text(body[: 4 * MAX_SAID].decode("utf-8", "replace"), MAX_SAID).strip()
        heard = Heard(Beat(kind), headers.get(NAME_HEADER, ""), said)
        return Reading((), measured=(heard,), keep_body=False)

    def snippet(self, *, url: str, base_url: str, key: str) -> str:
        """Lines for a job."""
        address = f"{base_url.rstrip('/')}/heartbeat/{key}"
        return dedent(
            f"""\
            # At the end of the job, when all went well:
            curl -fsS -m 10 --retry 3 '{address}/'

            # Also: when it begins, when it failed, or with its exit code:
            #   {address}/start
            #   {address}/fail
            #   {address}/$?
            # In a crontab:
            # 0 2 * * * nightly-drift.sh; curl -fsS -m 10 --retry 3 '{address}/'$?
            """
        )

    def sample(self, *, now: datetime, system: str) -> bytes:
        return b""


def _report(body: bytes, options: Mapping[str, object]) -> Reading:
    document, notes = load_object(body, "report of a heartbeat")
    told = text_of(document.get("told"))
    name = one_line(document.get("name"), 120) or "A heartbeat"
    now = received_at(options)
    at = read_time(document.get("at"), notes, name="at", now=now)
    signal = Signal(
        action=Action.RESOLVE if told == Told.RECOVERED else Action.FIRE,
        dedup_key=condition_key("heartbeat", text_of(document.get("slug")) or name),
        title=_title(name, told),
        severity=severity_of(text_of(document.get("severity"))),
        labels=read_labels(
            {
                "alertname": "HeartbeatMissed" if told == Told.MISSED else "HeartbeatFailed",
                "heartbeat": document.get("slug"),
                "system": document.get("system"),
            },
            notes,
        ),
        annotations=_annotations(document, notes),
        starts_at=read_time(document.get("since"), notes, name="since", now=now),
        ends_at=at if told == Told.RECOVERED else None,
        occurred_at=at,
    )
    return Reading((signal,), notes.sentences())


def _title(name: str, told: str) -> str:
    if told == Told.FAILED:
        return f"{name} reported a failure"
    return f"{name} was not heard of in time" if told == Told.MISSED else f"{name} is heard again"


def _annotations(document: Mapping[str, object], notes: Notes) -> dict[str, str]:
    return read_annotations(
        {
            "expected_every_seconds": document.get("every"),
            "grace_seconds": document.get("grace"),
            "last_ping": document.get("last_ping_at") or "never",
            "said": document.get("said"),
        },
        notes,
    )


FORMAT = HeartbeatFormat()
