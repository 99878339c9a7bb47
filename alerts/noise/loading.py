"""The rules of noise control, read once and kept with what absorbing knows of the house."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

from alerts.matchers import Matchers, parse_matchers
from alerts.models import Inhibition, NoiseSettings, Silence
from alerts.noise.flapping import FlapRule
from alerts.noise.rules import Dependencies, InhibitionRule, Rules, SilenceRule
from alerts.noise.windows import windows
from catalog.models import System, SystemDependency
from core import clock

TIER_ONE = 1


def current_rules(chosen: NoiseSettings | None = None) -> Rules:
    """All that can hold an alert back, from now on until somebody changes it."""
    chosen = chosen or noise_settings()
    silences = Silence.objects.filter(expired_at=None, last_ends_at__gt=clock.now())
    return Rules(
        silences=tuple(silence_rule(one) for one in silences.select_related("system")),
        inhibitions=tuple(
            InhibitionRule(
                slug=one.slug,
                name=one.name,
                source=_compiled(one.source_match),
                target=_compiled(one.target_match),
                equal=tuple(one.equal),
            )
            for one in Inhibition.objects.filter(enabled=True)
        ),
        dependencies=_dependencies(chosen),
    )


def silence_rule(silence: Silence) -> SilenceRule:
    return SilenceRule(
        id=silence.pk,
        name=silence.reason,
        author=silence.author,
        matchers=_compiled(silence.match),
        system=silence.system.slug if silence.system else None,
        windows=windows(silence.starts_at, silence.ends_at, silence.recurrence, silence.time_zone),
    )


def flap_rule(chosen: NoiseSettings | None = None) -> FlapRule | None:
    """None while flapping is not looked for."""
    chosen = chosen or noise_settings()
    if not chosen.flapping_enabled:
        return None
    return FlapRule(
        changes=chosen.flapping_changes,
        window=timedelta(seconds=chosen.flapping_window),
        calm=timedelta(seconds=chosen.flapping_calm),
    )


def noise_settings() -> NoiseSettings:
    """The one row, or the defaults while nobody has changed them."""
    return NoiseSettings.objects.filter(pk=1).first() or NoiseSettings(pk=1)


def dependencies_of(follow: str, chosen: frozenset[str]) -> Dependencies:
    """The catalog's dependencies; `chosen` are the slugs that count when not all systems do."""
    if follow == NoiseSettings.Follow.NEVER:
        return Dependencies()
    needs: dict[str, set[str]] = defaultdict(set)
    pairs = SystemDependency.objects.values_list("system__slug", "depends_on__slug")
    for system, need in pairs:
        needs[system].add(need)
    tier_one = System.objects.filter(tier=TIER_ONE).values_list("slug", flat=True)
    return Dependencies(
        needs={system: frozenset(names) for system, names in needs.items()},
        tier_one=frozenset(tier_one),
        followers=frozenset(needs) if follow == NoiseSettings.Follow.ALL else chosen,
    )


def _dependencies(settings: NoiseSettings) -> Dependencies:
    chosen: frozenset[str] = frozenset()
    if settings.follow_dependencies == NoiseSettings.Follow.CHOSEN:
        chosen = frozenset(settings.systems.values_list("slug", flat=True))
    return dependencies_of(settings.follow_dependencies, chosen)


def _compiled(match: list[str]) -> Matchers:
    return parse_matchers(list(match))
