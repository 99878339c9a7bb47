"""What other rooms may show of incidents: subjects of pages, lines of the audit trail."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import CharField, Q, Value
from django.db.models.functions import Cast, Concat

from accounts.models import User
from incidents.models import Incident
from incidents.people_reports.models import PeopleReport, ReportCluster


def visible_subjects(user: User, subject_keys: Sequence[str]) -> set[str]:
    """Those of `incident:<id>` keys that this person may see."""
    ids = {
        int(key.removeprefix("incident:")): key
        for key in subject_keys
        if key.startswith("incident:") and key.removeprefix("incident:").isdigit()
    }
    seen = Incident.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True)
    return {ids[pk] for pk in seen}


def hidden_audit_lines(user: User) -> Q:
    """Lines of the audit trail about private incidents that this person may not see, and about
    what people reported that is linked to them."""
    seen = Incident.objects.visible_to(user).values("pk")
    hidden = Incident.objects.exclude(pk__in=seen)
    key = Cast("pk", CharField())
    names = hidden.annotate(name=Concat(Value("INC-"), key)).values("name")
    clusters = ReportCluster.objects.filter(incident__in=hidden).annotate(name=key)
    reports = PeopleReport.objects.filter(cluster__incident__in=hidden).annotate(name=key)
    return (
        Q(target_kind="incident", target_ref__in=names)
        | Q(target_kind="report_cluster", target_ref__in=clusters.values("name"))
        | Q(target_kind="report", target_ref__in=reports.values("name"))
    )
