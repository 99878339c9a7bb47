"""Each thing that can be told to AIRE, as the HTTP call that tells it. Pure: nothing is sent."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any, Final, Literal
from urllib.parse import quote, urlencode

ChangeKind = Literal[
    "model", "prompt", "dataset", "index", "guardrail", "config", "code", "provider", "infra"
]
Severity = Literal["sev1", "sev2", "sev3", "sev4"]
Status = Literal["firing", "resolved", "acknowledged"]
MOST: Final = 10_000
"""Measurements that one call may hold."""
MINUTE: Final = timedelta(minutes=1)


class Needs(Enum):
    """Which key a call is made with."""

    API_KEY = "api_key"
    SOURCE_KEY = "source_key"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Measurement:
    """`good` of `total` unit events in [start, end), both with a zone. `evaluator` is the judge as
    name@version, `sample_rate` the share of all events that was looked at, `cohort` a version or
    group. The same (start, end, evaluator, cohort) again replaces, so late truth corrects."""

    start: datetime
    end: datetime
    good: float
    total: float
    evaluator: str = ""
    sample_rate: float = 1.0
    cohort: str = ""

    def told(self) -> dict[str, Any]:
        return {
            "start": stamp(self.start),
            "end": stamp(self.end),
            "good": self.good,
            "total": self.total,
            "evaluator": self.evaluator,
            "sample_rate": self.sample_rate,
            "cohort": self.cohort,
        }


@dataclass(frozen=True)
class Call:
    """`what` names it in errors and logs; the path may hold a key and is never shown. `measured`
    is what a call of measurements holds, so that several can be made one."""

    what: str
    path: str
    body: bytes
    needs: Needs
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    idempotency_key: str = field(default_factory=lambda: str(uuid.uuid4()))
    measured: tuple[str, tuple[Measurement, ...]] | None = None


def measurements(slo: str, points: Iterable[Measurement]) -> Call:
    """Counts of an objective. Raises ValueError for none, or more than `MOST`."""
    kept = tuple(points)
    if not 1 <= len(kept) <= MOST:
        raise ValueError(f"Give 1 to {MOST:,} measurements a call, not {len(kept):,}.")
    return Call(
        what=f"measurements of {slo}",
        path=f"/api/v1/slos/{quote(slo, safe='')}/measurements/",
        body=_json({"measurements": [point.told() for point in kept]}),
        needs=Needs.API_KEY,
        measured=(slo, kept),
    )


def change(
    system: str,
    kind: ChangeKind,
    summary: str,
    *,
    occurred_at: datetime | None = None,
    **told: str,
) -> Call:
    """A change of a system. Its time is now unless given; `told` is what else the API takes."""
    body = _told(
        system=system, kind=kind, summary=summary, occurred_at=stamp(occurred_at or now()), **told
    )
    return Call(f"change of {system}", "/api/v1/changes/", body, Needs.API_KEY)


def alert(
    title: str, *, key: str, system: str = "", labels: Mapping[str, str] | None = None, **told: str
) -> Call:
    """An alert, or its end. `key` is the condition: the same from the first to the last."""
    named = {**(labels or {}), **({"system": system} if system else {})}
    body = _told(title=title, key=key, labels=named, occurred_at=stamp(now()), **told)
    return Call(f"alert {key}", "/in/generic/", body, Needs.SOURCE_KEY)


def report(system: str, text: str, **told: str | None) -> Call:
    """What a person says is wrong, in their words."""
    body = _told(system=system, text=text, **told)
    return Call(f"report about {system}", "/api/v1/people-reports/", body, Needs.API_KEY)


def heartbeat(key: str, word: str = "", *, said: str = "") -> Call:
    """A ping of the heartbeat with this key: "" is done, else `start`, `fail` or an exit code."""
    tail = f"{quote(word, safe='')}/" if word else ""
    path = f"/heartbeat/{quote(key, safe='')}/{tail}"
    text = said.encode("utf-8", "replace")[:4000]
    return Call("heartbeat", path, text, Needs.NOTHING, "text/plain; charset=utf-8")


def document(format: str, body: Any, **query: str) -> Call:  # noqa: A002 - AIRE's word
    """Anything that one of AIRE's formats reads (`evidently`, `nannyml`, `alertmanager`, …)."""
    asked = f"?{urlencode(query)}" if query else ""
    path = f"/in/{quote(format, safe='')}/{asked}"
    return Call(f"a document of {format}", path, _json(body), Needs.SOURCE_KEY)


def counts(results: Iterable[bool | float | None], at_least: float | None) -> tuple[int, int]:
    """(good, total) of judged answers. A number is good from `at_least` on; None, a judge that
    failed, counts in neither. Raises ValueError for a number without `at_least`."""
    good = total = 0
    for result in results:
        if result is None:
            continue
        if isinstance(result, bool):
            passed = result
        elif at_least is None:
            raise ValueError("Scores need `at_least`: from which score on is an answer good?")
        else:
            passed = result >= at_least
        good += passed
        total += 1
    return good, total


def stamp(moment: datetime) -> str:
    """ISO 8601. Raises ValueError for a time without zone: it would be another hour elsewhere."""
    if moment.tzinfo is None:
        raise ValueError("Give times with their zone, such as datetime.now(UTC).")
    return moment.isoformat()


def now() -> datetime:
    return datetime.now(UTC)


def _told(**fields: Any) -> bytes:
    return _json({name: value for name, value in fields.items() if value})


def _json(value: Any) -> bytes:
    # NaN is no JSON; refused here, where the caller still sees which value it was.
    return json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")
