"""What goes over to another incident, by a merge or a split. Both are locked by the caller."""

from __future__ import annotations

from typing import Any

from django.db.models import Max, QuerySet

from incidents.evidence.models import EvidenceReport, EvidenceSample, Reproduction
from incidents.people_reports.models import ReportCluster


def carry_evidence_over(*, source: Any, target: Any) -> None:
    """Samples get the next numbers; a report that both have stays once. Counts of who was
    affected stay where they are: added up they would count people twice."""
    carry_samples(source.samples.all(), target)
    Reproduction.objects.filter(incident=source).update(incident=target)
    ReportCluster.objects.filter(incident=source).update(incident=target)
    have = target.evidence_reports.values("sha256")
    EvidenceReport.objects.filter(incident=source).exclude(sha256__in=have).update(incident=target)


def carry_samples(samples: QuerySet[EvidenceSample], target: Any) -> None:
    """With their tries, which name them by number."""
    last = target.samples.aggregate(n=Max("number"))["n"] or 0
    for number, pk in enumerate(list(samples.values_list("pk", flat=True)), last + 1):
        EvidenceSample.objects.filter(pk=pk).update(incident=target, number=number)
        Reproduction.objects.filter(sample=pk).update(incident=target)
