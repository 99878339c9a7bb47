"""Holds alerts back while they are absorbed, all of a lot at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F

from alerts.bulk import NewStep
from alerts.episodes import Effect
from alerts.models import Alert, Flap, Hold, Silence
from alerts.noise import flapping
from alerts.noise.flapping import FlapRule, History
from alerts.noise.looking import firing_sources
from alerts.noise.over import let_go
from alerts.noise.rules import Facts, Reason, facts_of, held_by_others, silenced_by
from alerts.stages import Folded, Touched
from core.inserts import insert_new

LOOK_AGAIN = timedelta(minutes=5)
"""What has no end of its own is looked at this often, should nobody say that it is over."""


def hold_back(folded: Folded) -> None:
    """The stage of absorbing: hold back what a silence, another alert or flapping keeps from
    paging, set-wise, and remember by what."""
    rules, now = folded.source.noise, folded.now
    reasons: dict[UUID, list[Reason]] = {}
    asking = [one for one in folded.touched if one.alert.status in Alert.OPEN and _is_news(one)]
    if folded.source.flap_rule is not None:
        _flap(folded, folded.source.flap_rule, reasons)
    if asking and (rules.silences or rules.looks_at_others):
        names = {pk: slug for slug, pk in folded.source.systems.items()}
        facts = [_facts(one, names) for one in asking]
        for fact in facts:
            reasons.setdefault(fact.id, []).extend(silenced_by(fact, rules, now))
        free = [fact for fact in facts if not reasons[fact.id]]
        if rules.looks_at_others and free:
            firing = [*firing_sources(free, rules), *free]
            for alert_id, reason in held_by_others(free, firing, rules).items():
                reasons[alert_id].append(reason)
    for one in asking:
        if found := reasons.get(one.alert.pk):
            one.alert.status = Alert.Status.SILENCED
            folded.steps += [step_for(one.alert.pk, reason, now) for reason in found]
    remember_held({pk: found for pk, found in reasons.items() if found}, now)
    let_go([one.alert.pk for one in folded.touched if _is_over(one)])


def remember_held(reasons: Mapping[UUID, Sequence[Reason]], now: datetime) -> None:
    """Write what holds which alert. The alerts themselves may follow in the same transaction."""
    if not reasons:
        return
    insert_new(
        *(
            hold_row(alert_id, reason, now)
            for alert_id, found in reasons.items()
            for reason in found
        )
    )
    count_held(reason for found in reasons.values() for reason in found)


def _is_news(one: Touched) -> bool:
    return Effect.OPENED in one.effects or Effect.RAISED in one.effects


def step_for(alert_id: UUID, reason: Reason, now: datetime) -> NewStep:
    """The line of the trace that says what holds the alert back."""
    kind = "silenced" if reason.kind in ("silence", "maintenance") else reason.kind
    text = reason.text.rstrip(".")
    detail: dict[str, object] = {"kind": reason.kind}
    if reason.ref:
        detail["ref"] = reason.ref
    if reason.by_alert:
        detail["by_alert"] = str(reason.by_alert)
    if reason.until:
        detail["until"] = reason.until.isoformat()
    return NewStep(alert_id, now, kind, f"{text}. It is kept and pages nobody."[:500], detail)


def hold_row(alert_id: UUID, reason: Reason, now: datetime) -> Hold:
    return Hold(
        alert_id=alert_id,
        kind=reason.kind,
        ref=reason.ref,
        by_alert=reason.by_alert,
        text=reason.text[:300],
        since=now,
        due_at=reason.until or now + LOOK_AGAIN,
    )


def count_held(reasons: Iterable[Reason]) -> None:
    """Add to what each silence has held back so far; in one order, so that workers never wait for
    each other in a circle."""
    counts: dict[str, int] = {}
    for reason in reasons:
        if reason.kind in (Hold.Kind.SILENCE, Hold.Kind.MAINTENANCE):
            counts[reason.ref] = counts.get(reason.ref, 0) + 1
    for ref, count in sorted(counts.items()):
        Silence.objects.filter(pk=ref).update(held=F("held") + count)


def _is_over(one: Touched) -> bool:
    return Effect.RESOLVED in one.effects or Effect.SUPERSEDED in one.effects


def _facts(one: Touched, names: Mapping[int, str]) -> Facts:
    row = one.alert
    system = names.get(row.system_id or 0)
    labels = facts_of(
        row.labels, source=one.facts["aire_source"], system=system, severity=row.severity
    )
    return Facts(
        id=row.pk,
        labels=labels,
        severity=row.severity,
        title=row.title,
        system=system,
        wants_incident=row.wants_incident,
        drill=row.drill,
    )


def _flap(folded: Folded, rule: FlapRule, reasons: dict[UUID, list[Reason]]) -> None:
    """Note every opening of a condition that opened before; two statements a lot at most."""
    again = [one for one in folded.touched if one.before is not None]
    if not again:
        return
    source_id = folded.source.id
    rows = {
        flap.dedup_key: flap
        for flap in Flap.objects.select_for_update()
        .filter(source_id=source_id, dedup_key__in={one.alert.dedup_key for one in again})
        .order_by("dedup_key")
    }
    for one in again:
        key, at = one.alert.dedup_key, one.alert.first_seen_at
        flap = rows.get(key)
        if flap is None:
            flap = rows[key] = Flap(
                source_id=source_id, dedup_key=key, openings=[one.before], changed_at=at
            )
        outcome = flapping.opened(History(tuple(flap.openings), flap.flapping_since), at, rule)
        flap.openings = list(outcome.history.openings)
        flap.flapping_since = outcome.history.flapping_since
        flap.changed_at = max(at, flap.changed_at)
        if outcome.began:
            folded.note(one, "flapping", _began(rule), began=True)
        elif outcome.held and one.alert.status in Alert.OPEN:
            text = f"Flapping since {flap.flapping_since:%Y-%m-%d %H:%M} UTC"
            until = flapping.calm_at(outcome.history, rule)
            reasons[one.alert.pk] = [Reason("flapping", text, until=until)]
    Flap.objects.bulk_create(
        rows.values(),
        update_conflicts=True,
        unique_fields=["source", "dedup_key"],
        update_fields=["openings", "flapping_since", "changed_at"],
    )


def _began(rule: FlapRule) -> str:
    return (
        f"Flapping: it opened {rule.changes} times within {_minutes(rule.window)}. This pages "
        "once more; what follows is kept and pages nobody until it is calm for "
        f"{_minutes(rule.calm)}."
    )


def _minutes(length: timedelta) -> str:
    minutes = round(length.total_seconds() / 60)
    return "1 minute" if minutes == 1 else f"{minutes} minutes"
