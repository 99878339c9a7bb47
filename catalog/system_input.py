"""The full state of a system as somebody wants it, and what may be wrong with it. No writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from accounts.checks import Findings
from accounts.models import Team, User
from catalog.kpis.checks import KpiState, check_kpis
from catalog.models import System, SystemOwner
from catalog.parts.checks import PartState, check_contacts, check_parts
from core.urls import safe_href

RESERVED_SLUGS = frozenset({"new", "gaps"})
"""Addresses of the catalog itself."""
MAX_RUNBOOKS = 20
MAX_LABELS = 50
MAX_DEPENDENCIES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemState:
    """As the System kind of config as code says it: names instead of rows. Parts and KPIs of None
    stay as they are."""

    slug: str
    name: str
    kind: str
    tier: int = 3
    stage: str = System.Stage.PRODUCTION
    description: str = ""
    team_slug: str | None = None
    owners: Mapping[str, str] = field(default_factory=dict)
    depends_on: Sequence[str] = ()
    runbooks: Sequence[Mapping[str, str]] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    traffic_share: float | None = None
    autonomy: str = ""
    intended_use: str = ""
    contacts: Sequence[Mapping[str, str]] = ()
    parts: Sequence[PartState] | None = None
    kpis: Sequence[KpiState] | None = None


@dataclass(frozen=True, slots=True)
class CheckedSystem:
    """The same with rows instead of names, ready to be written."""

    slug: str
    columns: dict[str, Any]
    owners: dict[str, User]
    depends_on: list[System]
    parts: list[dict[str, Any]] | None
    kpis: list[dict[str, Any]] | None


def check_system(state: SystemState) -> CheckedSystem:
    """The cleaned state, or `Invalid` with every finding at once."""
    findings = Findings()
    slug = findings.slug("slug", state.slug, reserved=RESERVED_SLUGS)
    checked = CheckedSystem(
        slug=slug,
        columns={
            "name": findings.line("name", state.name, limit=120, required=True),
            "description": findings.text("description", state.description, limit=10_000),
            "kind": _one_of("kind", state.kind, System.Kind.values, findings),
            "tier": _tier(state.tier, findings),
            "stage": _one_of("stage", state.stage, System.Stage.values, findings),
            "team": _team(state.team_slug, findings),
            "runbooks": _runbooks(state.runbooks, findings),
            "labels": _labels(state.labels, findings),
            "traffic_share": _share(state.traffic_share, findings),
            "autonomy": _autonomy(state.autonomy, findings),
            "intended_use": findings.text("intended_use", state.intended_use, limit=10_000),
            "contacts": check_contacts(state.contacts, findings),
        },
        owners=_owners(state.owners, findings),
        depends_on=_dependencies(slug, state.depends_on, findings),
        parts=None if state.parts is None else check_parts(state.parts, findings),
        kpis=None if state.kpis is None else check_kpis(state.kpis, findings),
    )
    findings.raise_any()
    return checked


def _one_of(name: str, value: str, known: Sequence[str], findings: Findings) -> str:
    if value not in known:
        findings.add(name, f"Choose one of {', '.join(known)}.")
    return value


def _autonomy(value: str, findings: Findings) -> str:
    return value and _one_of("autonomy", value, System.Autonomy.values, findings)


def _share(value: float | None, findings: Findings) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        findings.add("traffic_share", "A share of the traffic is a number from 0 to 1.")
        return None
    return float(value)


def _tier(value: int, findings: Findings) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 4:
        findings.add("tier", "A tier is 1 (most critical), 2, 3 or 4.")
    return value


def _team(slug: str | None, findings: Findings) -> Team | None:
    if not slug:
        return None
    team = None if "\x00" in slug else Team.objects.filter(slug=slug).first()
    if team is None:
        findings.add("team", f"There is no team “{_shown(slug)}”.")
    return team


def _owners(owners: Mapping[str, str], findings: Findings) -> dict[str, User]:
    """One person a discipline. Somebody deactivated may stay named: the page shows the gap."""
    named = {discipline: email for discipline, email in owners.items() if email}
    for discipline in sorted(named.keys() - set(SystemOwner.Discipline.values)):
        findings.add(
            "owners",
            f"“{_shown(discipline)}” is not a discipline. Known are "
            f"{', '.join(SystemOwner.Discipline.values)}.",
        )
    emails = {str(email).strip().lower().replace("\x00", "") for email in named.values()}
    people = {user.email.lower(): user for user in User.objects.filter(email__in=sorted(emails))}
    found = {}
    for discipline, email in named.items():
        user = people.get(str(email).strip().lower())
        if user is None:
            findings.add("owners", f"Nobody here has the address {_shown(email)}.")
        elif discipline in SystemOwner.Discipline.values:
            found[discipline] = user
    return found


def _dependencies(slug: str, slugs: Sequence[str], findings: Findings) -> list[System]:
    """Circles are legal, since real systems have them; only itself is refused."""
    wanted = sorted({str(name).replace("\x00", "") for name in slugs})
    if len(wanted) > MAX_DEPENDENCIES:
        findings.add("depends_on", f"At most {MAX_DEPENDENCIES} dependencies can be named.")
        return []
    if slug and slug in wanted:
        findings.add("depends_on", "A system does not depend on itself.")
    systems = list(System.objects.filter(slug__in=wanted).exclude(slug=slug))
    for name in sorted(set(wanted) - {system.slug for system in systems} - {slug}):
        findings.add("depends_on", f"There is no system “{_shown(name)}”.")
    return systems


def _runbooks(runbooks: Sequence[Mapping[str, str]], findings: Findings) -> list[dict[str, str]]:
    if len(runbooks) > MAX_RUNBOOKS:
        findings.add("runbooks", f"At most {MAX_RUNBOOKS} runbooks can be listed.")
        return []
    clean = []
    for runbook in runbooks:
        url = findings.text("runbooks", runbook.get("url", ""), limit=2048)
        title = findings.line("runbooks", runbook.get("title", "") or url, limit=200)
        if safe_href(url) is None:
            findings.add(
                "runbooks", f"“{_shown(url)}” is not an http or https address without a password."
            )
        clean.append({"title": title, "url": url})
    return clean


def _labels(labels: Mapping[str, str], findings: Findings) -> dict[str, str]:
    if len(labels) > MAX_LABELS:
        findings.add("labels", f"At most {MAX_LABELS} labels can be given.")
        return {}
    return {
        findings.line("labels", key, limit=63, required=True): findings.line(
            "labels", value, limit=200
        )
        for key, value in sorted(labels.items())
    }


def _shown(value: object) -> str:
    """A stranger's text inside a sentence of ours, kept short."""
    text = str(value)
    return text if len(text) <= 80 else text[:79] + "…"
