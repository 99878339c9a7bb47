"""Inhibition rules and what holds for the whole house."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models.functions import Now

from accounts.audit import record
from alerts.matchers import MatcherError, parse_matchers
from alerts.models import Hold, Inhibition, NoiseSettings
from alerts.services.checks import Errors, check_name, check_slug
from alerts.signals import MAX_LABEL_NAME
from catalog.models import System
from core.actor import Actor
from core.errors import Conflict, Invalid

MAX_EQUAL = 20
CHANGES = (3, 100)
SECONDS = (60, 86_400)


def save_inhibition(
    *,
    slug: str,
    name: str,
    source_match: Sequence[str],
    target_match: Sequence[str],
    actor: Actor,
    equal: Sequence[str] = (),
    enabled: bool = True,
) -> Inhibition:
    """Make an inhibition rule or set all of its fields. Both sides must ask for something."""
    errors: Errors = {}
    check_slug(slug, errors)
    check_name(name, "rule", errors)
    sides = {}
    for field, match in (("source_match", source_match), ("target_match", target_match)):
        sides[field] = check_side(match, field, errors)
    if len(equal) > MAX_EQUAL or not all(0 < len(label) <= MAX_LABEL_NAME for label in equal):
        errors["equal"] = [f"Name at most {MAX_EQUAL} labels."]
    if errors:
        raise Invalid("The rule was not saved.", errors=errors)
    with transaction.atomic():
        rule, made = Inhibition.objects.update_or_create(
            slug=slug,
            defaults={
                "name": name.strip()[:120],
                **sides,
                "equal": list(dict.fromkeys(equal)),
                "enabled": enabled,
            },
        )
        action = "inhibition.create" if made else "inhibition.update"
        record(actor=actor, action=action, target_kind="inhibition", target_ref=slug, **sides)
        _look_again(kind=Hold.Kind.INHIBITION, ref=slug)
    return rule


def create_inhibition(*, slug: str, actor: Actor, **fields: object) -> Inhibition:
    """`save_inhibition`, but refuses a short name that is taken."""
    with transaction.atomic():
        if Inhibition.objects.filter(slug=slug).exists():
            raise Conflict(f"There is a rule {slug!r} already.")
        return save_inhibition(slug=slug, actor=actor, **fields)  # type: ignore[arg-type]


def delete_inhibition(*, rule: Inhibition, actor: Actor) -> None:
    """What it holds is looked at again at once."""
    with transaction.atomic():
        record(
            actor=actor, action="inhibition.delete", target_kind="inhibition", target_ref=rule.slug
        )
        _look_again(kind=Hold.Kind.INHIBITION, ref=rule.slug)
        rule.delete()


def check_side(match: Sequence[str], field: str, errors: Errors) -> list[str]:
    try:
        matchers = parse_matchers(match)
    except MatcherError as error:
        errors[field] = [f"{error}."]
        return []
    if matchers.matches({}):
        errors[field] = ["This would fit every alert. Name at least one label and its value."]
    return matchers.to_strings()


def save_noise_settings(
    *,
    actor: Actor,
    follow_dependencies: str,
    system_slugs: Sequence[str] = (),
    flapping_enabled: bool = True,
    flapping_changes: int = 6,
    flapping_window: int = 1800,
    flapping_calm: int = 1800,
) -> NoiseSettings:
    """Set all of what holds for the whole house; times in seconds."""
    errors: Errors = {}
    if follow_dependencies not in NoiseSettings.Follow.values:
        errors["follow_dependencies"] = ["Choose never, chosen or all."]
    if not CHANGES[0] <= flapping_changes <= CHANGES[1]:
        errors["flapping_changes"] = [f"Choose between {CHANGES[0]} and {CHANGES[1]}."]
    for field, value in (("flapping_window", flapping_window), ("flapping_calm", flapping_calm)):
        if not SECONDS[0] <= value <= SECONDS[1]:
            errors[field] = ["Choose between one minute and one day."]
    systems = list(System.objects.filter(slug__in=system_slugs))
    if missing := set(system_slugs) - {system.slug for system in systems}:
        errors["systems"] = [f"There is no system {min(missing)!r}."]
    if errors:
        raise Invalid("The settings were not saved.", errors=errors)
    with transaction.atomic():
        chosen, _ = NoiseSettings.objects.update_or_create(
            pk=1,
            defaults={
                "follow_dependencies": follow_dependencies,
                "flapping_enabled": flapping_enabled,
                "flapping_changes": flapping_changes,
                "flapping_window": flapping_window,
                "flapping_calm": flapping_calm,
            },
        )
        chosen.systems.set(systems)
        record(
            actor=actor,
            action="noise.settings",
            target_kind="noise settings",
            target_ref="house",
            follow_dependencies=follow_dependencies,
            systems=sorted(system_slugs),
            flapping=flapping_enabled,
        )
        _look_again(kind__in=(Hold.Kind.DEPENDENCY, Hold.Kind.FLAPPING))
    return chosen


def _look_again(**which: object) -> None:
    Hold.objects.filter(**which).update(due_at=Now())
