"""What an API's answer says, and how it differs from what AIRE knows. Pure.

Alertmanager (`/api/v2/alerts`, https://github.com/prometheus/alertmanager, api/v2/openapi.yaml)
names each alert by its fingerprint. Prometheus (`/api/v1/alerts`) does not, and leaves out the
labels that it adds when it sends, so its alerts are known by the labels they have in common.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ALERTMANAGER, PROMETHEUS = "/api/v2/alerts", "/api/v1/alerts"


class NotAnAnswer(Exception):
    """The API did not say what fires. The message is a sentence for a person."""


@dataclass(frozen=True, slots=True)
class Seen:
    """An alert that the API reports, as a webhook would tell it. `quiet`: the sender itself holds
    it back, so it is not over, and not to be told either."""

    labels: Mapping[str, str]
    told: Mapping[str, Any]
    fingerprint: str = ""
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """An alert that fires here."""

    id: str
    key: str
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """`unknown` fires there and not here, `gone` fires here and not there."""

    unknown: tuple[Seen, ...]
    gone: tuple[Known, ...]


def read_answer(document: object) -> list[Seen]:
    """Raises `NotAnAnswer`: of half an answer nothing may be concluded."""
    if isinstance(document, Mapping):
        data = document.get("data")
        rows = data.get("alerts") if isinstance(data, Mapping) else None
        if document.get("status") == "success" and isinstance(rows, list):
            return [_of_prometheus(row) for row in map(_row, rows) if row["state"] == "firing"]
    elif isinstance(document, list):
        return [_of_alertmanager(row) for row in map(_row, document)]
    raise NotAnAnswer("It does not answer as Alertmanager or Prometheus does.")


def _row(row: object) -> Mapping[str, Any]:
    if isinstance(row, Mapping) and isinstance(row.get("labels"), Mapping):
        return {"state": "", **row}
    raise NotAnAnswer("One of its alerts has no labels.")


def _of_alertmanager(row: Mapping[str, Any]) -> Seen:
    status = row.get("status")
    state = status.get("state") if isinstance(status, Mapping) else ""
    told = {name: row.get(name) for name in ("labels", "annotations", "startsAt", "generatorURL")}
    fingerprint = str(row.get("fingerprint") or "")
    told |= {"status": "firing", "fingerprint": fingerprint}
    return Seen(row["labels"], told, fingerprint, quiet=state == "suppressed")


def _of_prometheus(row: Mapping[str, Any]) -> Seen:
    told = {"labels": row["labels"], "annotations": row.get("annotations"), "status": "firing"}
    return Seen(row["labels"], {**told, "startsAt": row.get("activeAt")})


def difference(seen: Sequence[Seen], known: Iterable[Known]) -> Difference:
    by_key = {one.fingerprint: one for one in seen if one.fingerprint}
    unnamed = [one for one in seen if not one.fingerprint]
    met: set[int] = set()
    gone = []
    for alert in known:
        found = by_key.get(alert.key) or next(
            (one for one in unnamed if one.labels.items() <= alert.labels.items()), None
        )
        if found is None:
            gone.append(alert)
        else:
            met.add(id(found))
    unknown = [one for one in seen if id(one) not in met and not one.quiet]
    return Difference(tuple(unknown), tuple(gone))


def told_as_webhook(unknown: Iterable[Seen], ended: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """What Alertmanager would have sent, had AIRE been there."""
    alerts = [*(one.told for one in unknown), *({**one, "status": "resolved"} for one in ended)]
    return {"version": "4", "status": "firing", "receiver": "aire", "alerts": alerts}
