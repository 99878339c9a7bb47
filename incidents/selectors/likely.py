"""Likely causes of an incident, and incidents that are like it. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.postgres.search import SearchRank
from django.db.models import Count, F, Q, QuerySet

from accounts.models import User
from alerts.models import Alert
from catalog.models import Change, System
from core.search import read_query
from incidents.models import Incident, IncidentCause, IncidentSystem
from incidents.selectors.changes import CHANGES_BEFORE, began_at, changes_before
from incidents.selectors.lists import visible_incidents
from incidents.suggesting import Changed, Clue, Facts, Known, Suggestion, suggest
from taxonomy.models import Cause

SHOWN_RELATED = 8
SHOWN_LIKELY = 3
SHOWN_MITIGATIONS = 2
LOOKED_AT = 200
MAX_CLUES = 30
CAUSE_LABELS = ("aire_cause", "cause", "failure_class")
EARLIER_WITHIN = timedelta(days=365)
RELATED_WITHIN = timedelta(days=365)
_SAME_CAUSE, _SAME_SYSTEM, _SAME_CHANGE, _SAME_WORDS = 3.0, 1.5, 2.0, 2.0


@dataclass(frozen=True, slots=True)
class Related:
    """Another incident, and what the two have in common."""

    incident: Incident
    because: str


@dataclass(frozen=True, slots=True)
class Likely:
    """A cause that something speaks for: why, and what helps at once."""

    cause: Cause
    reasons: tuple[str, ...]

    @property
    def helps(self) -> list[str]:
        return list(self.cause.immediate_mitigations)[:SHOWN_MITIGATIONS]


def likely_at_once(
    incident: Incident,
    systems: Sequence[System],
    alerts: Sequence[Alert],
    changes: Sequence[Change],
) -> list[Likely]:
    """The three likeliest causes from what the incident's page has loaded anyway, one query. The
    whole list, which also asks earlier incidents and reports, is `likely_causes`."""
    after = began_at(incident) - CHANGES_BEFORE
    facts = Facts(
        hint=incident.cause_hint,
        labels=tuple(labels_of(alerts)),
        clues=tuple(said_once(incident, alerts)),
        changes=tuple(_changes([change for change in changes if change.occurred_at >= after])),
        kinds=frozenset(system.kind for system in systems),
    )
    known = Cause.objects.filter(retired=False).only(
        "slug", "name", "detection_signals", "applies_to", "immediate_mitigations"
    )
    causes = {cause.slug: cause for cause in known}
    found = suggest(map(_known, causes.values()), facts)[:SHOWN_LIKELY]
    return [Likely(causes[one.slug], one.reasons) for one in found]


def _known(cause: Cause) -> Known:
    return Known(cause.slug, cause.name, tuple(cause.detection_signals), tuple(cause.applies_to))


def likely_causes(
    user: User, incident: Incident, attached: Sequence[IncidentCause]
) -> list[Suggestion]:
    """Causes that nobody has named yet and that something speaks for. Seven queries, whatever the
    number of alerts."""
    systems = list(incident.systems.defer("search"))
    alerts = telling_alerts(user, incident)
    facts = Facts(
        hint=incident.cause_hint,
        labels=tuple(labels_of(alerts)),
        clues=(*clues_of(incident, alerts), *reported(incident)),
        changes=tuple(_changes(changes_before(user, incident, systems))),
        kinds=frozenset(system.kind for system in systems),
        earlier=earlier_causes(user, incident, [system.pk for system in systems]),
        said=frozenset(one.cause.slug for one in attached),
    )
    known = Cause.objects.filter(retired=False)
    return suggest(map(_known, known), facts)


def telling_alerts(user: User, incident: Incident) -> list[Alert]:
    """The first alerts of an incident, with what they say."""
    return list(
        Alert.objects.visible_to(user)
        .filter(incident_link__incident=incident)
        .only("title", "labels", "annotations")
        .order_by("first_seen_at", "id")[:MAX_CLUES]
    )


def related_incidents(
    user: User, incident: Incident, attached: Sequence[IncidentCause]
) -> list[Related]:
    """Incidents of the year before and after, by cause, system, change and words, the likest
    first. Five queries. Of private ones only what the reader may see."""
    pool = (
        visible_incidents(user)
        .exclude(pk=incident.pk)
        .exclude(merged_into=incident)
        .filter(
            opened_at__gte=incident.opened_at - RELATED_WITHIN,
            opened_at__lte=incident.opened_at + RELATED_WITHIN,
            drill=incident.drill,
        )
    )
    scores: dict[int, float] = {}
    reasons: dict[int, list[str]] = {}

    def add(pk: int, weight: float, because: str) -> None:
        scores[pk] = scores.get(pk, 0.0) + weight
        if because not in reasons.setdefault(pk, []):
            reasons[pk].append(because)

    recent = pool.order_by("-opened_at", "-id")
    held = [one.cause_id for one in attached if one.holds]
    for pk, name in _by_cause(recent, held):
        add(pk, _SAME_CAUSE, f"same cause: {name}")
    systems = list(incident.systems.values_list("pk", flat=True))
    for pk, name in _by_system(recent, systems):
        add(pk, _SAME_SYSTEM, f"same system: {name}")
    for pk, name in _by_change(user, incident, recent, systems):
        add(pk, _SAME_CHANGE, f"same change: {name}")
    words = read_query(" or ".join(incident.title.split()[:8]))
    if words.is_asking:
        # The rank stays below 1; only titles that share more than a word weigh anything.
        ranked = pool.filter(search=words.words).annotate(
            rank=SearchRank(F("search"), words.words, normalization=1)
        )
        for pk, rank in ranked.order_by("-rank").values_list("pk", "rank")[:SHOWN_RELATED]:
            add(pk, _SAME_WORDS * min(float(rank) * 4, 1.0), "similar words")
    best = sorted(scores, key=lambda pk: (-scores[pk], -pk))[:SHOWN_RELATED]
    found = pool.in_bulk(best)
    return [Related(found[pk], ", ".join(reasons[pk][:3])) for pk in best if pk in found]


def labels_of(alerts: Sequence[Alert]) -> list[str]:
    """Values by which senders name a cause or a class on purpose."""
    found = [str(alert.labels.get(name, "")) for alert in alerts for name in CAUSE_LABELS]
    return list(dict.fromkeys(label for label in found if label))[:10]


def reported(incident: Incident) -> list[Clue]:
    """What people report, by its largest clusters."""
    titles = incident.report_clusters.order_by("-count", "-id").values_list("title", flat=True)
    return [Clue(title, f"A report by a person, “{title[:80]}”") for title in titles[:10]]


def clues_of(incident: Incident, alerts: Sequence[Alert]) -> list[Clue]:
    """Titles and label values of alerts, and the incident's own words."""
    clues = [Clue(f"{incident.title} {incident.summary[:1_000]}", "The incident itself")]
    seen: set[str] = set()
    for alert in alerts:
        # A label that names a cause speaks for that one, not for all of its class.
        plain = [value for name, value in alert.labels.items() if name not in CAUSE_LABELS]
        labels = " ".join(str(value)[:200] for value in plain[:20])
        text = f"{alert.title} {labels} {str(alert.annotations.get('description', ''))[:500]}"
        if text not in seen:
            seen.add(text)
            clues.append(Clue(text, f"The alert “{alert.title[:80]}”"))
    return clues


def said_once(incident: Incident, alerts: Sequence[Alert]) -> list[Clue]:
    """All that the alerts say as one clue, and the incident's own words only where no alert speaks:
    twenty alerts of one rule, and a title that repeats them, are one reason and not twenty-one."""
    own, *told = clues_of(incident, alerts)
    if len(told) < 2:
        return told or [own]
    return [Clue(" ".join(clue.text for clue in told), "The text of its alerts")]


def _changes(changes: Sequence[Change]) -> list[Changed]:
    return [
        Changed(
            change.kind,
            f"{change.get_kind_display().lower()} of {change.system.name} changed"
            f"{f' to {change.version[:60]}' if change.version else ''}",
        )
        for change in changes[:10]
    ]


def earlier_causes(user: User, incident: Incident, system_ids: Sequence[int]) -> dict[str, int]:
    """How often each cause was confirmed or likely in earlier incidents of the same systems."""
    if not system_ids:
        return {}
    about = IncidentSystem.objects.filter(system__in=system_ids).values("incident")
    rows = (
        IncidentCause.objects.filter(
            confidence__in=("confirmed", "likely"),
            incident__in=visible_incidents(user)
            .filter(
                pk__in=about,
                drill=False,
                opened_at__lt=incident.opened_at,
                opened_at__gte=incident.opened_at - EARLIER_WITHIN,
            )
            .values("pk"),
        )
        .exclude(incident=incident)
        .values("cause__slug")
        .annotate(count=Count("incident", distinct=True))
    )
    return {row["cause__slug"]: row["count"] for row in rows}


def _by_cause(recent: QuerySet[Incident], cause_ids: Sequence[int]) -> list[tuple[int, str]]:
    if not cause_ids:
        return []
    rows = (
        IncidentCause.objects.filter(cause__in=cause_ids, incident__in=recent.values("pk"))
        .exclude(confidence=IncidentCause.Confidence.RULED_OUT)
        .order_by("-incident__opened_at")
    )
    return list(rows.values_list("incident_id", "cause__name")[:LOOKED_AT])


def _by_system(recent: QuerySet[Incident], system_ids: Sequence[int]) -> list[tuple[int, str]]:
    if not system_ids:
        return []
    rows = IncidentSystem.objects.filter(
        system__in=system_ids,
        incident__in=recent.values("pk"),
    ).order_by("-incident__opened_at")
    return list(rows.values_list("incident_id", "system__name")[:LOOKED_AT])


def _by_change(
    user: User, incident: Incident, recent: QuerySet[Incident], system_ids: Sequence[int]
) -> list[tuple[int, str]]:
    """Incidents that began in the day after one of the changes that this one came after."""
    changes = changes_before(user, incident, list(incident.systems.defer("search")))[:10]
    if not changes:
        return []
    window = Q()
    for change in changes:
        until = change.occurred_at + timedelta(days=1)
        window |= Q(
            systems=change.system_id, opened_at__gte=change.occurred_at, opened_at__lte=until
        )
    found = recent.filter(window).distinct().values_list("pk", flat=True)[:LOOKED_AT]
    first = changes[0]
    name = f"{first.get_kind_display().lower()} of {first.system.name}"
    return [(pk, name) for pk in found]
