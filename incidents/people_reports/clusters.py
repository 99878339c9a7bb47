"""What people do with a cluster: link it to an incident, declare one, dismiss it; and the public
forms. Writers, like `services`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from accounts.audit import record
from accounts.models import Role, User
from accounts.permissions import require_role
from alerts.models import Alert
from alerts.reading import condition_key
from alerts.services.reports import own_source
from catalog.models import System
from core import clock
from core.actor import Actor
from core.errors import Conflict, Invalid, NotFound
from core.live import tick
from core.secrets import key_digest, key_hint, looks_like_key, new_key
from incidents.evidence.redacting import checked_reason, opened
from incidents.extensions import check_not_held, held_ids
from incidents.models import Incident
from incidents.people_reports.models import PeopleReport, ReportCluster, ReportLink
from incidents.services import lock_incident, open_incident
from incidents.timeline import add_event

PREFIX = "aire_rep_"
MAX_LINKS = 50
KEEP = timedelta(days=90)
"""How long the whole of a report is kept, unless its incident's evidence is held."""
BITE = 500
NOT_LINKED = "There is no incident that it belongs to yet."


def link_cluster(*, cluster_id: int, incident_id: int, actor: Actor) -> ReportCluster:
    """Say which incident the reports are about; the incident's timeline says so, too."""
    with transaction.atomic():
        cluster = _locked(cluster_id)
        if cluster.incident_id == incident_id:
            return cluster
        locked = {pk: lock_incident(pk) for pk in sorted({incident_id, *_of(cluster)})}
        _link(cluster, locked[incident_id], actor)
    return cluster


def _of(cluster: ReportCluster) -> list[int]:
    return [] if cluster.incident_id is None else [cluster.incident_id]


def unlink_cluster(*, cluster_id: int, actor: Actor) -> ReportCluster:
    with transaction.atomic():
        cluster = _locked(cluster_id)
        if cluster.incident is None:
            raise Conflict(NOT_LINKED)
        check_not_held(lock_incident(cluster.incident.pk), f"“{cluster.title}”")
        text = f"{actor.label} took reports by people off: {cluster.title}"
        add_event(incident=cluster.incident, kind="alert", actor=actor, text=text)
        cluster.incident = None
        # Not found again by its alert: somebody has said that it is something else.
        cluster.alerted_at = None
        cluster.save(update_fields=["incident", "alerted_at"])
        _record(actor, "report_cluster.unlink", cluster)
    return cluster


def declare_from_cluster(*, cluster_id: int, title: str, severity: str, actor: Actor) -> Incident:
    """Open an incident about what the reports say, since their first."""
    with transaction.atomic():
        cluster = _locked(cluster_id)
        if cluster.incident is not None and cluster.incident.merged_into_id is None:
            raise Conflict("It belongs to an incident already.")
        incident = open_incident(
            title=title,
            severity=severity,
            systems=[cluster.system],
            onset_at=cluster.first_at,
            actor=actor,
        )
        _link(cluster, incident, actor)
    return incident


def dismiss_cluster(*, cluster_id: int, reason: str, actor: Actor) -> ReportCluster:
    """Say that it is no fault: further reports are counted and alert nobody."""
    reason = " ".join(reason.split())
    if not reason or len(reason) > 500:
        raise Invalid("It stays open.", errors={"reason": ["Say why, in up to 500 characters."]})
    with transaction.atomic():
        cluster = _locked(cluster_id)
        cluster.dismissed_at, cluster.dismissed_reason = clock.now(), reason
        cluster.dismissed_label = actor.label[:200]
        _save_dismissal(cluster)
        _record(actor, "report_cluster.dismiss", cluster, reason=reason)
    return cluster


def reopen_cluster(*, cluster_id: int, actor: Actor) -> ReportCluster:
    with transaction.atomic():
        cluster = _locked(cluster_id)
        cluster.dismissed_at, cluster.dismissed_reason, cluster.dismissed_label = None, "", ""
        _save_dismissal(cluster)
        _record(actor, "report_cluster.reopen", cluster)
    return cluster


def reveal_report(*, report_id: UUID, reason: str, by: User, actor: Actor) -> dict[str, Any]:
    """The report as it came, to a manager who says why; written down before it is shown."""
    require_role(by, Role.MANAGER)
    reason = checked_reason(reason)
    report = PeopleReport.objects.filter(pk=report_id).first()
    if report is None:
        raise NotFound("There is no such report.")
    whole = opened(report.sealed)
    record(
        actor=actor, action="report.reveal", target_kind="report", target_ref=str(report.pk),
        reason=reason, found=report.found,
    )  # fmt: skip
    return whole


def create_link(
    *, system: System, name: str, per_hour: int, actor: Actor
) -> tuple[ReportLink, str]:
    """A public form. The address holds the key, which is told once."""
    errors: dict[str, list[str]] = {}
    if not name.strip() or len(name) > 120:
        errors["name"] = ["Say where the form is used, in up to 120 characters."]
    if not 1 <= per_hour <= 10_000:
        errors["per_hour"] = ["Choose between 1 and 10,000."]
    if system.report_links.filter(revoked_at=None).count() >= MAX_LINKS:
        errors["name"] = [f"There are {MAX_LINKS} forms already. Take one back first."]
    if errors:
        raise Invalid("The form was not made.", errors=errors)
    key = new_key(PREFIX)
    with transaction.atomic():
        link = ReportLink.objects.create(
            system=system, name=name.strip(), per_hour=per_hour, digest=key_digest(key),
            hint=key_hint(key.removeprefix(PREFIX)), made_label=actor.label[:200],
        )  # fmt: skip
        record(actor=actor, action="report_form.create", target_kind="system",
               target_ref=system.slug, form=link.name)  # fmt: skip
    return link, key


def revoke_link(*, link_id: int, system: System, actor: Actor) -> None:
    with transaction.atomic():
        rows = ReportLink.objects.select_for_update().filter(pk=link_id, system=system)
        link = rows.filter(revoked_at=None).first()
        if link is None:
            raise NotFound("There is no such form.")
        link.revoked_at = clock.now()
        link.save(update_fields=["revoked_at"])
        record(actor=actor, action="report_form.revoke", target_kind="system",
               target_ref=system.slug, form=link.name)  # fmt: skip


def link_by_key(key: str) -> ReportLink | None:
    if not looks_like_key(key, (PREFIX,)):
        return None
    rows = ReportLink.objects.select_related("system").filter(revoked_at=None)
    return rows.filter(digest=key_digest(key)).first()


def link_alerted() -> int:
    """Find the incidents that the alerts of clusters ended in; answers how many it found."""
    waiting = ReportCluster.objects.filter(incident=None, alerted_at__isnull=False)
    since = clock.now() - timedelta(days=1)
    rows = list(waiting.filter(alerted_at__gt=since).order_by("alerted_at")[:BITE])
    if not rows:
        return 0
    by_key = {condition_key("report", f"cluster:{row.pk}"): row.pk for row in rows}
    alerts = Alert.objects.filter(source=own_source(), dedup_key__in=by_key)
    found = alerts.filter(incident_link__isnull=False).order_by("first_seen_at")
    pairs = list(found.values_list("dedup_key", "incident_link__incident"))
    for key, incident_id in pairs:
        ReportCluster.objects.filter(pk=by_key[key], incident=None).update(incident=incident_id)
        tick(f"incident:{incident_id}", "people-reports")
    return len(pairs)


def forget_whole_reports() -> int:
    """What was redacted of old reports; those of held incidents stay. One bounded bite."""
    old = PeopleReport.objects.filter(~Q(sealed=""), reported_at__lt=clock.now() - KEEP)
    gone = old.exclude(cluster__incident__in=held_ids()).values_list("pk", flat=True)[:BITE]
    return PeopleReport.objects.filter(pk__in=list(gone)).update(sealed="")


def _link(cluster: ReportCluster, incident: Incident, actor: Actor) -> None:
    if incident.merged_into_id:
        raise Conflict(f"{incident.ref} was merged into another incident. Link it to that one.")
    if cluster.incident is not None and cluster.incident.merged_into_id is None:
        check_not_held(cluster.incident, f"“{cluster.title}”")
    cluster.incident = incident
    cluster.save(update_fields=["incident"])
    noun = "report" if cluster.count == 1 else "reports"
    add_event(
        incident=incident, kind="alert", actor=actor,
        text=f"{actor.label} linked {cluster.count} {noun} by people: {cluster.title}",
        report_cluster=cluster.pk,
    )  # fmt: skip
    # As a line about the incident, so that who may not see that learns nothing of it.
    record(actor=actor, action="incident.reports", target_kind="incident",
           target_ref=incident.ref, cluster=cluster.pk)  # fmt: skip


def _locked(cluster_id: int) -> ReportCluster:
    rows = ReportCluster.objects.select_for_update(of=("self",)).select_related(
        "system", "incident"
    )
    cluster = rows.filter(pk=cluster_id).first()
    if cluster is None:
        raise NotFound("There is no such cluster.")
    return cluster


def _save_dismissal(cluster: ReportCluster) -> None:
    cluster.save(update_fields=["dismissed_at", "dismissed_reason", "dismissed_label"])
    tick("people-reports")


def _record(actor: Actor, action: str, cluster: ReportCluster, **detail: Any) -> None:
    record(actor=actor, action=action, target_kind="report_cluster",
           target_ref=str(cluster.pk), system=cluster.system.slug, **detail)  # fmt: skip
