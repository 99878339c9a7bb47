"""Which classes of failure an incident points at, and what they bring along. Reads only."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Prefetch, Q

from accounts.models import User
from incidents.models import Incident, IncidentCause
from incidents.selectors.causes import causes_of
from incidents.selectors.likely import labels_of, likely_causes, telling_alerts
from incidents.triage.models import CauseEvidence, TriageTick
from incidents.triage.services import state_of
from slos.models import Slo
from taxonomy.models import Cause, CauseClass
from taxonomy.triage import Check, Triage, triages

MOST_CLASSES = 3
MOST_MITIGATIONS = 10
MOST_SLOS = 10
SURE = 4.0
"""Of a suggestion's score: several words, or a word and a change."""
COLUMNS = (("open", "Open"), ("supported", "Supported"), ("refuted", "Refuted"))


@dataclass(frozen=True, slots=True)
class Item:
    """A check, and who ticked it."""

    item: str
    check: Check
    tick: TriageTick | None


@dataclass(frozen=True, slots=True)
class Pointed:
    """A class, why it is pointed at, and what it brings along. `mitigations` are those of its
    likely causes first, then those of the class."""

    cause_class: CauseClass
    because: tuple[str, ...]
    items: tuple[Item, ...]
    mitigations: tuple[str, ...]
    evidence: tuple[str, ...]

    @property
    def done(self) -> int:
        return sum(1 for item in self.items if item.tick)


@dataclass(frozen=True, slots=True)
class Hypothesis:
    cause: IncidentCause
    findings_for: list[CauseEvidence]
    findings_against: list[CauseEvidence]


def pointed_classes(user: User, incident: Incident) -> list[Pointed]:
    """At most three, the surest first: what people named, the route's hint, what objectives that
    burn stand for, labels of alerts, then what words, changes and earlier incidents speak for."""
    attached = causes_of(incident)
    reasons: dict[str, list[str]] = {}
    likely: dict[str, list[str]] = {}

    def add(slug: str, because: str, cause: str = "") -> None:
        kind = slug.partition(".")[0]
        if because not in reasons.setdefault(kind, []):
            reasons[kind].append(because)
        if cause or "." in slug:
            likely.setdefault(kind, []).append(slug)

    for one in attached:
        if one.holds:
            add(one.cause.slug, f"{one.set_by_label} named {one.cause.name}.")
    if incident.cause_hint:
        add(incident.cause_hint, "The route of its alerts hints at it.")
    alerts = telling_alerts(user, incident)
    objectives = burning(user, incident, {str(alert.labels.get("slo", "")) for alert in alerts})
    for slo in objectives:
        add(slo.failure_class, f"The objective {slo.name} stands for it.")
    told = {slo.failure_class for slo in objectives}
    for label in labels_of(alerts):
        if label not in told:
            add(label, "A label of its alerts names it.")
    sure = set(reasons)
    for suggestion in likely_causes(user, incident, attached):
        # Beside what somebody or something names, a stray word is no reason to look elsewhere.
        if sure and suggestion.score < SURE and suggestion.slug.partition(".")[0] not in sure:
            continue
        add(suggestion.slug, f"{suggestion.name}: {suggestion.reasons[0]}")
    classes = {row.slug: row for row in CauseClass.objects.filter(slug__in=reasons)}
    known = [slug for slug in reasons if slug in classes and slug in triages()][:MOST_CLASSES]
    ticks = {row.item: row for row in incident.ticks.all()}
    causes = _mitigations({slug for kind in known for slug in likely.get(kind, [])})
    return [
        _pointed(classes[kind], reasons[kind], triages()[kind], ticks,
                 [line for slug in likely.get(kind, []) for line in causes.get(slug, [])])
        for kind in known
    ]  # fmt: skip


def burning(user: User, incident: Incident, named: set[str]) -> list[Slo]:
    """Objectives that stand for a class: those that its alerts name, and those of its systems of
    which a rule fires now. One query."""
    of_systems = Q(system__in=incident.systems.values("pk"), rule_states__firing=True)
    rows = Slo.objects.visible_to(user).exclude(failure_class="")
    return list(rows.filter(Q(slug__in=named) | of_systems).distinct().order_by("name")[:MOST_SLOS])


def hypotheses(incident: Incident) -> dict[str, list[Hypothesis]]:
    """The causes that were named, by state, with what speaks for and against. Two queries."""
    findings = CauseEvidence.objects.select_related("sample")
    rows = incident.causes.select_related("cause__cause_class").prefetch_related(
        Prefetch("findings", findings.defer("sample__sealed", "sample__shown"))
    )
    found: dict[str, list[Hypothesis]] = {state: [] for state, _ in COLUMNS}
    for row in rows.order_by("id"):
        sides = {stance: [one for one in row.findings.all() if one.stance == stance]
                 for stance in CauseEvidence.Stance.values}  # fmt: skip
        found[state_of(row)].append(Hypothesis(row, sides["for"], sides["against"]))
    return found


def _pointed(
    cause_class: CauseClass,
    because: list[str],
    triage: Triage,
    ticks: dict[str, TriageTick],
    causes: list[str],
) -> Pointed:
    items = [(f"{triage.slug}/{check.id}", check) for check in triage.checks]
    lines = dict.fromkeys([*(line[:1].upper() + line[1:] for line in causes), *triage.mitigations])
    return Pointed(
        cause_class=cause_class,
        because=tuple(because[:3]),
        items=tuple(Item(item, check, ticks.get(item)) for item, check in items),
        mitigations=tuple(lines)[:MOST_MITIGATIONS],
        evidence=triage.evidence,
    )


def _mitigations(slugs: set[str]) -> dict[str, list[str]]:
    rows = Cause.objects.filter(slug__in=slugs).values_list("slug", "immediate_mitigations")
    return {slug: [str(line) for line in lines[:3]] for slug, lines in rows}
