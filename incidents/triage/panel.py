"""The way from an incident's page to triage, evidence and reports by people, with how far they are.
Two queries."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from accounts.models import User
from incidents.evidence.models import AffectedCount, EvidenceSample, Reproduction
from incidents.models import Incident
from incidents.panels import Panel
from incidents.people_reports.models import ReportCluster
from incidents.triage.models import CauseEvidence, TriageTick

REGRESSED = EvidenceSample.CaseState.REGRESSED


def _render(incident: Incident, user: User, request: HttpRequest) -> SafeString | str:
    facts = _facts(incident)
    context = {
        "incident": incident,
        "facts": facts,
        "affected": incident.affected.all() if facts["affected"] else [],
        "may_change": user.can_respond,
    }
    return render_to_string("incidents/triage/panel.html", context, request=request)


def _facts(incident: Incident) -> dict[str, int]:
    mine = Q(incident=OuterRef("pk"))
    samples = EvidenceSample.objects.filter(mine)
    tries = Reproduction.objects.filter(mine)
    wanted = {
        "ticks": _count(TriageTick.objects.filter(mine)),
        "samples": _count(samples),
        "cases": _count(samples.filter(case=True)),
        "regressed": _count(samples.filter(case=True, case_state=REGRESSED)),
        "tries": _count(tries),
        "affected": _count(AffectedCount.objects.filter(mine)),
        "findings": Subquery(
            CauseEvidence.objects.filter(cause__incident=OuterRef("pk"))
            .order_by()
            .values("cause__incident")
            .annotate(c=Count("pk"))
            .values("c")
        ),
        "clusters": _count(ReportCluster.objects.filter(mine)),
        "reports": Subquery(
            ReportCluster.objects.filter(mine)
            .order_by()
            .values("incident")
            .annotate(s=Sum("count"))
            .values("s")
        ),
    }
    # A name of its own for each: some are names of relations.
    asked = {f"n_{name}": expression for name, expression in wanted.items()}
    row: Any = Incident.objects.filter(pk=incident.pk).values(**asked).first() or {}
    return {name: int(row.get(f"n_{name}") or 0) for name in wanted}


def _count(rows: QuerySet[Any]) -> Subquery:
    return Subquery(rows.order_by().values("incident").annotate(c=Count("pk")).values("c"))


TRIAGE_PANEL = Panel("triage", _render, place="main", rank=2)
