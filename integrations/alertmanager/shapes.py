"""AIRE's alerts and silences in the form of Alertmanager's API v2, and back.

https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from alerts.alert_group import fingerprint_of
from alerts.matchers import Matcher, MatcherError, Matchers, Operator, matcher, parse_matchers
from alerts.models import Alert, Silence
from alerts.noise.windows import windows
from alerts.reading import Notes, read_time

RECEIVER = "aire"
STILL_FIRES = timedelta(minutes=5)
"""How far ahead the end of an alert that fires is written, as Prometheus does."""

_OPERATORS = {
    (False, True): Operator.EQUAL,
    (False, False): Operator.NOT_EQUAL,
    (True, True): Operator.MATCHES,
    (True, False): Operator.NOT_MATCHES,
}


class NotASilence(Exception):
    """The body is no silence. The message is a plain sentence."""


def facts_of(alert: Alert) -> dict[str, str]:
    """What filters are held against: the alert's labels, and what AIRE adds to them."""
    facts = {name: str(value) for name, value in alert.labels.items()}
    facts.setdefault("alertname", alert.title[:200])
    facts.setdefault("severity", alert.severity)
    if alert.system:
        facts.setdefault("system", alert.system.slug)
    facts["aire_source"] = alert.source.slug
    return facts


def alert_shape(alert: Alert, labels: Mapping[str, str]) -> dict[str, Any]:
    holds = list(alert.holds.all())
    by_alerts = [str(hold.by_alert) for hold in holds if hold.by_alert]
    return {
        "labels": dict(labels),
        "annotations": {"summary": alert.title, **alert.annotations},
        "startsAt": written(alert.started_at),
        "endsAt": written(alert.last_seen_at + STILL_FIRES),
        "updatedAt": written(alert.last_seen_at),
        "generatorURL": next((link["href"] for link in alert.links), ""),
        "fingerprint": fingerprint_of(labels),
        "receivers": [{"name": RECEIVER}],
        "status": {
            "state": "suppressed" if alert.status == Alert.Status.SILENCED else "active",
            "silencedBy": [hold.ref for hold in holds if hold.ref and not hold.by_alert],
            "inhibitedBy": by_alerts,
            "mutedBy": [],
        },
    }


def silence_shape(silence: Silence, now: datetime) -> dict[str, Any]:
    """Of one that comes back the window that holds now, else the next, else the last."""
    found = windows(silence.starts_at, silence.ends_at, silence.recurrence, silence.time_zone)
    window = next((one for one in found if one.ends > now), found[-1])
    if silence.expired_at is not None or window.ends <= now:
        state = "expired"
    else:
        state = "active" if window.starts <= now else "pending"
    ends = min(silence.expired_at, window.ends) if silence.expired_at else window.ends
    return {
        "id": str(silence.pk),
        "status": {"state": state},
        "updatedAt": written(silence.updated_at),
        "comment": silence.reason,
        "createdBy": silence.author,
        "startsAt": written(window.starts),
        "endsAt": written(ends),
        "matchers": [_matcher_shape(item) for item in matchers_of(silence).items],
    }


def matchers_of(silence: Silence) -> Matchers:
    """With planned maintenance the system is one of them."""
    items = list(parse_matchers(silence.match).items)
    if silence.system is not None:
        items.insert(0, matcher("system", Operator.EQUAL, silence.system.slug))
    return Matchers(tuple(items))


def read_silence(body: object, now: datetime) -> dict[str, Any]:
    """The keyword arguments of `create_silence` that a posted silence holds; raises
    `NotASilence`. `id` is among them when it names one."""
    if not isinstance(body, Mapping):
        raise NotASilence("a silence is an object")
    given = body.get("matchers")
    if not isinstance(given, list) or not given:
        raise NotASilence("silence invalid: at least one matcher required")
    notes = Notes()
    starts = read_time(body.get("startsAt"), notes, name="startsAt", now=now)
    ends = read_time(body.get("endsAt"), notes, name="endsAt", now=now)
    if ends is None:
        raise NotASilence("silence invalid: an end is required")
    comment = body.get("comment")
    if not isinstance(comment, str) or not comment.strip():
        raise NotASilence("silence invalid: a comment is required")
    author = body.get("createdBy")
    return {
        "id": body.get("id"),
        "match": [str(_read_matcher(one)) for one in given],
        "starts_at": max(starts, now) if starts else now,
        "ends_at": ends,
        "reason": comment,
        "author": author if isinstance(author, str) else "",
    }


def written(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def _matcher_shape(item: Matcher) -> dict[str, object]:
    regex, equal = next(key for key, value in _OPERATORS.items() if value is item.operator)
    return {"name": item.name, "value": item.value, "isRegex": regex, "isEqual": equal}


def _read_matcher(one: object) -> Matcher:
    if not isinstance(one, Mapping) or not isinstance(one.get("name"), str):
        raise NotASilence("silence invalid: a matcher has a name and a value")
    value = one.get("value")
    key = (one.get("isRegex") is True, one.get("isEqual") is not False)
    try:
        return matcher(one["name"], _OPERATORS[key], value if isinstance(value, str) else "")
    except MatcherError as error:
        raise NotASilence(f"silence invalid: {error}") from error
