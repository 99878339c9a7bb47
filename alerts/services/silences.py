"""Making, changing and ending silences; planned maintenance is a silence of a whole system."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now
from django.utils.text import slugify

from accounts.audit import record
from alerts.matchers import MatcherError, Matchers, parse_matchers
from alerts.models import Hold, Silence
from alerts.noise.windows import RuleError, Window, windows, zone
from alerts.services.checks import Errors, check_slug, system_named
from core import clock
from core.actor import Actor
from core.errors import Conflict, Invalid
from core.live import tick

MAX_REASON = 500
MAX_AHEAD = timedelta(days=5 * 366)
FIELDS = ("match", "starts_at", "ends_at", "recurrence", "time_zone", "reason",
          "ends_when_resolved")  # fmt: skip


def create_silence(
    *,
    ends_at: datetime,
    reason: str,
    actor: Actor,
    match: Sequence[str] = (),
    system_slug: str | None = None,
    starts_at: datetime | None = None,
    recurrence: str = "",
    time_zone: str = "UTC",
    ends_when_resolved: bool = False,
    slug: str = "",
    author: str = "",
    silence_id: UUID | None = None,
) -> Silence:
    """Silence what `match` fits (as Alertmanager writes matchers), or plan maintenance of a system.

    `starts_at` defaults to now. A `recurrence` (RFC 5545, with UNTIL or COUNT) repeats the stretch
    from `starts_at` to `ends_at` in the wall-clock time of `time_zone`. `author` is who asked,
    where that is not the actor. Raises `Invalid` by field, `Conflict` for a short name that is
    taken."""
    silence = Silence(
        author=(author or actor.label)[:200], created_by_id=actor.user_id, via=actor.via
    )
    if silence_id is not None:
        silence.pk = silence_id
    silence.slug = slug or _free_slug(reason, silence.pk)
    errors: Errors = {}
    check_slug(silence.slug, errors)
    fields = {
        "match": list(match),
        "starts_at": starts_at or clock.now(),
        "ends_at": ends_at,
        "recurrence": recurrence.strip(),
        "time_zone": time_zone or "UTC",
        "reason": " ".join(reason.split()),
        "ends_when_resolved": ends_when_resolved,
    }
    _set(silence, fields, system_slug, errors)
    with transaction.atomic():
        if Silence.objects.filter(slug=silence.slug).exists():
            raise Conflict(f"There is a silence {silence.slug!r} already.")
        silence.save(force_insert=True)
        _tell(silence, "create", actor)
    return silence


def edit_silence(
    *, silence_id: UUID, actor: Actor, system_slug: str | None, **changes: Any
) -> Silence:
    """Set the fields of `create_silence` anew; those that are not given stay. One that has ended
    is not brought back: `Conflict`."""
    with transaction.atomic():
        silence = _locked(silence_id)
        if is_over(silence, clock.now()):
            raise Conflict("This silence is over. Make a new one.")
        fields = {name: changes.get(name, getattr(silence, name)) for name in FIELDS}
        fields["reason"] = " ".join(str(fields["reason"]).split())
        _set(silence, fields, system_slug, {})
        silence.updated_at, silence.told_for = clock.now(), None
        silence.save()
        _look_again(silence)
        _tell(silence, "update", actor)
    return silence


def expire_silence(*, silence_id: UUID, actor: Actor, because: str = "") -> Silence:
    """End it now. What it held back and still fires pages, unless something else holds it. Again
    on one that is over: nothing happens."""
    with transaction.atomic():
        silence = _locked(silence_id)
        now = clock.now()
        if is_over(silence, now):
            return silence
        silence.expired_at, silence.expired_by, silence.due_at = now, actor.label[:200], None
        silence.updated_at = now
        silence.save()
        _look_again(silence)
        _tell(silence, "expire", actor, because=because or "ended by hand")
    return silence


def is_over(silence: Silence, at: datetime) -> bool:
    return silence.expired_at is not None or silence.last_ends_at <= at


def check_match(match: Sequence[str], *, of_system: bool, errors: Errors) -> Matchers | None:
    """The matchers of a silence, if they may be: without a system at least one of them must ask
    for something that an alert without labels has not."""
    try:
        matchers = parse_matchers(match)
    except MatcherError as error:
        errors["match"] = [f"{error}."]
        return None
    if not of_system and matchers.matches({}):
        errors["match"] = ["This would silence every alert. Name at least one label and its value."]
        return None
    return matchers


def _set(silence: Silence, fields: dict[str, Any], system_slug: str | None, errors: Errors) -> None:
    """Check the fields and set them; raises `Invalid`."""
    silence.system = system_named(system_slug, errors)
    matchers = check_match(fields["match"], of_system=bool(system_slug), errors=errors)
    found = _windows(fields, errors)
    if not fields["reason"]:
        errors["reason"] = ["Say why, for the people who wonder where the page was."]
    elif len(fields["reason"]) > MAX_REASON:
        errors["reason"] = [f"At most {MAX_REASON} characters."]
    if errors or matchers is None:
        raise Invalid("The silence was not saved.", errors=errors)
    for name, value in fields.items():
        setattr(silence, name, value)
    silence.match = matchers.to_strings()
    silence.last_ends_at = found[-1].ends
    silence.due_at = clock.now()


def _windows(fields: dict[str, Any], errors: Errors) -> tuple[Window, ...]:
    """All windows, the last of which ends in the future."""
    now = clock.now()
    for name in ("starts_at", "ends_at"):
        if fields[name].utcoffset() is None:
            errors[name] = ["Give the time with its zone."]
        elif fields[name] > now + MAX_AHEAD:
            errors[name] = ["That is more than five years ahead."]
    if errors.keys() & {"starts_at", "ends_at"}:
        return ()
    try:
        zone(fields["time_zone"])
    except RuleError as error:
        errors["time_zone"] = [str(error)]
        return ()
    try:
        found = windows(
            fields["starts_at"], fields["ends_at"], fields["recurrence"], fields["time_zone"]
        )
    except RuleError as error:
        errors["recurrence" if fields["recurrence"] else "ends_at"] = [str(error)]
        return ()
    except OverflowError:
        errors["starts_at"] = ["There is no such time in this zone."]
        return ()
    if found[-1].ends <= now:
        errors["ends_at"] = ["It would be over already."]
    return found


def _locked(silence_id: UUID) -> Silence:
    return (
        Silence.objects.select_for_update(of=("self",)).select_related("system").get(pk=silence_id)
    )


def _look_again(silence: Silence) -> None:
    """What it holds is looked at again at once."""
    Hold.objects.filter(ref=str(silence.pk)).update(due_at=Now())


def _tell(silence: Silence, verb: str, actor: Actor, **more: Any) -> None:
    record(
        actor=actor,
        action=f"silence.{verb}",
        target_kind="silence",
        target_ref=silence.slug,
        match=silence.match,
        system=silence.system.slug if silence.system else None,
        ends_at=silence.last_ends_at.isoformat(),
        reason=silence.reason,
        **more,
    )
    tick("alerts")


def _free_slug(reason: str, pk: UUID) -> str:
    words = slugify(reason).replace("_", "-")[:40].strip("-")
    return f"{words}-{pk.hex[-6:]}".strip("-") if words else f"silence-{pk.hex[-6:]}"
