"""Looks again at alerts that are open: holds back what a silence that began now fits, lets go of
what nothing holds any more, and has that page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from alerts.bulk import NewStep, write_steps
from alerts.events import AlertsFiring, AlertsHeld
from alerts.models import Alert, Flap, Hold
from alerts.noise import flapping
from alerts.noise.applying import LOOK_AGAIN, count_held, hold_row, step_for
from alerts.noise.flapping import History
from alerts.noise.loading import current_rules, flap_rule
from alerts.noise.looking import FACT_FIELDS, facts_of_row, firing_sources
from alerts.noise.rules import Facts, Reason, held_by_others, silenced_by
from core import clock, outbox
from core.live import tick

CHUNK = 200
FIRING = Alert.Status.FIRING


def recheck_due() -> int:
    """Look again at what is due, one bite a call; answers how many alerts were looked at."""
    now = clock.now()
    due = Hold.objects.filter(due_at__lte=now).order_by("due_at").values_list("alert_id", flat=True)
    ids = list(dict.fromkeys(due[: CHUNK * 2]))[:CHUNK]
    if ids:
        recheck(ids, now=now)
    return len(ids)


def recheck(ids: Collection[UUID], *, now: datetime) -> None:
    """Set what holds these alerts back to what does so now, in a transaction of its own."""
    with transaction.atomic():
        rows = list(
            Alert.objects.select_for_update(of=("self",))
            .select_related("source", "system")
            .only(*FACT_FIELDS, "dedup_key", "source_id", "is_test")
            .filter(pk__in=ids)
            .order_by("pk")
        )
        over = [row.pk for row in rows if row.status not in Alert.OPEN]
        Hold.objects.filter(alert_id__in=over).delete()
        still = [row for row in rows if row.status in Alert.OPEN]
        if still:
            _settle(still, now)


def _settle(rows: Sequence[Alert], now: datetime) -> None:
    had: dict[UUID, list[Hold]] = defaultdict(list)
    for hold in Hold.objects.filter(alert_id__in=[row.pk for row in rows]):
        had[hold.alert_id].append(hold)
    reasons = _reasons(rows, had, now)
    steps: list[NewStep] = []
    freed: list[Alert] = []
    for row in rows:
        steps += _write(row, had[row.pk], reasons[row.pk], now)
        if row.status == Alert.Status.SILENCED and not reasons[row.pk]:
            freed.append(row)
    silenced = [row.pk for row in rows if reasons[row.pk]]
    Alert.objects.filter(pk__in=silenced).update(status=Alert.Status.SILENCED)
    Alert.objects.filter(pk__in=[row.pk for row in freed]).update(status=Alert.Status.FIRING)
    write_steps(steps)
    if held := [str(row.pk) for row in rows if row.status == FIRING and reasons[row.pk]]:
        outbox.publish(AlertsHeld(held))
    _let_page(freed)
    tick("alerts")


def _reasons(
    rows: Sequence[Alert], had: dict[UUID, list[Hold]], now: datetime
) -> dict[UUID, list[Reason]]:
    rules = current_rules()
    facts = [facts_of_row(row) for row in rows]
    found: dict[UUID, list[Reason]] = {one.id: silenced_by(one, rules, now) for one in facts}
    for pk, reason in _still_flapping(rows, had, now).items():
        found[pk].append(reason)
    # Only what was held on account of another, or would page now, is worth another look.
    free: list[Facts] = [one for one in facts if not found[one.id]]
    if rules.looks_at_others and free:
        waiting = [one for one in free if had[one.id]]
        firing = [*firing_sources(waiting, rules), *free]
        for pk, reason in held_by_others(waiting, firing, rules).items():
            found[pk].append(reason)
    return found


def _still_flapping(
    rows: Sequence[Alert], had: dict[UUID, list[Hold]], now: datetime
) -> dict[UUID, Reason]:
    """Of those that were held because they flap: the ones that are not calm yet."""
    held = {row.pk: hold for row in rows for hold in had[row.pk] if hold.kind == Hold.Kind.FLAPPING}
    rule = flap_rule()
    if not held or rule is None:
        return {}
    keys = {(row.source_id, row.dedup_key): row.pk for row in rows if row.pk in held}
    flaps = Flap.objects.filter(
        source_id__in={source for source, _ in keys}, dedup_key__in={key for _, key in keys}
    )
    found = {}
    for flap in flaps:
        pk = keys.get((flap.source_id, flap.dedup_key))
        history = History(tuple(flap.openings), flap.flapping_since)
        if pk is not None and not flapping.is_calm(history, now, rule):
            found[pk] = Reason("flapping", held[pk].text, until=flapping.calm_at(history, rule))
    return found


def _write(
    row: Alert, had: Sequence[Hold], reasons: Sequence[Reason], now: datetime
) -> list[NewStep]:
    """Bring the rows of what holds this alert in line; answers what its trace says of it."""
    before = {(hold.kind, hold.ref): hold for hold in had}
    after = {(reason.kind, reason.ref): reason for reason in reasons}
    gone = [hold.pk for name, hold in before.items() if name not in after]
    Hold.objects.filter(pk__in=gone).delete()
    new = [reason for name, reason in after.items() if name not in before]
    Hold.objects.bulk_create([hold_row(row.pk, reason, now) for reason in new])
    count_held(new)
    for name, reason in after.items():
        if name in before:
            due = reason.until or now + LOOK_AGAIN
            Hold.objects.filter(pk=before[name].pk).update(due_at=due, by_alert=reason.by_alert)
    steps = [step_for(row.pk, reason, now) for reason in new]
    if row.status == Alert.Status.SILENCED and not reasons:
        text = "Nothing holds it back any more and it is still firing"
        end = ", so it pages." if row.wants_incident else "."
        steps.append(NewStep(row.pk, now + timedelta(microseconds=1), "released", text + end, {}))
    return steps


def _let_page(freed: Sequence[Alert]) -> None:
    groups: dict[str, list[str]] = defaultdict(list)
    for row in freed:
        if row.wants_incident:
            groups[row.group_key].append(str(row.pk))
    outbox.publish(*(AlertsFiring(group_key=group, alert_ids=ids) for group, ids in groups.items()))
