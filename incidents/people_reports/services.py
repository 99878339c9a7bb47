"""Taking reports, putting each to what is like it, and alerting when enough people say the same.

The only writers of reports, clusters, public forms and their rules.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Q
from django.urls import reverse

from accounts.audit import record
from alerts.models import SEVERITIES, Receipt
from alerts.reading import one_line
from alerts.services.reports import FORMAT, own_source
from catalog.models import System
from core import clock
from core.actor import Actor
from core.errors import Invalid
from core.hints import hint_on_commit
from core.live import tick
from incidents.evidence.redacting import redacted
from incidents.people_reports.likeness import ALIKE, keys_of, likest, measure, shared, words_of
from incidents.people_reports.models import (
    PeopleReport,
    ReportBand,
    ReportCluster,
    ReportLink,
    ReportRule,
)

LIMITS = {"text": 4_000, "answer": 20_000, "prompt": 20_000, "version": 120, "trace_id": 128,
          "contact": 200}  # fmt: skip
MOST_ALIKE = 500
"""Clusters that are measured for one report, the newest first."""
A_MINUTE, AN_HOUR = timedelta(minutes=1), timedelta(hours=1)
PER_MINUTE, PER_HOUR = 6, 60
"""Of one person."""


class TooFast(Invalid):
    """More reports than are taken; `retry_after` in seconds."""

    retry_after = 60


@dataclass(frozen=True, slots=True)
class Said:
    """What was said, as it came."""

    text: str
    answer: str = ""
    prompt: str = ""
    version: str = ""
    trace_id: str = ""
    contact: str = ""
    severity: str = "sev3"


def take_report(
    *,
    system: System,
    said: Said,
    via: str,
    reporter: str,
    actor: Actor,
    link: ReportLink | None = None,
    receipt_id: UUID | None = None,
    alerted: bool = False,
    at: datetime | None = None,
) -> PeopleReport:
    """Keep a report and put it to its cluster. `reporter` tells people apart and is kept as a
    digest only; `alerted` says that the report is an alert by itself. Raises `Invalid`, and
    `TooFast` for one person or one form that sends more than is taken."""
    _check(said)
    at = at or clock.now()
    with transaction.atomic():
        _lock(system)
        who = _digest(reporter)
        if receipt_id is None:
            _check_pace(who, link, at)
        else:
            known = PeopleReport.objects.filter(receipt_id=receipt_id).first()
            if known is not None:
                return known
        clean = redacted({"text": said.text, "answer": said.answer, "prompt": said.prompt})
        cluster, likeness, common = _place(system, said.version.strip(), clean.shown, at)
        report = PeopleReport.objects.create(
            cluster=cluster,
            **clean.shown,
            sealed=clean.sealed,
            found=clean.found,
            trace_id=said.trace_id.strip(),
            severity=said.severity,
            contact=said.contact.strip(),
            likeness=likeness,
            shared=common,
            via=via,
            by_id=actor.user_id,
            reporter=who,
            link=link,
            receipt_id=receipt_id,
            reported_at=at,
        )
        _tell(cluster, at, alerted=alerted)
    return report


def _tell(cluster: ReportCluster, at: datetime, *, alerted: bool) -> None:
    if alerted and cluster.alerted_at is None:
        ReportCluster.objects.filter(pk=cluster.pk).update(alerted_at=at)
    elif not alerted:
        _alert_when_many(cluster, at)
    tick("people-reports")


def save_rule(
    *, system: System, people: int, within_minutes: int, severity: str, actor: Actor
) -> ReportRule:
    errors: dict[str, list[str]] = {}
    if not 1 <= people <= 1_000:
        errors["people"] = ["Choose between 1 and 1,000."]
    if not 1 <= within_minutes <= 10_080:
        errors["within_minutes"] = ["Choose between a minute and a week."]
    if severity not in dict(SEVERITIES):
        errors["severity"] = ["Choose sev1, sev2, sev3 or sev4."]
    if errors:
        raise Invalid("The rule was not saved.", errors=errors)
    wanted = {"people": people, "within_minutes": within_minutes, "severity": severity}
    with transaction.atomic():
        rule, _ = ReportRule.objects.update_or_create(system=system, defaults=wanted)
        _record(actor, "report_rule.save", system, **wanted)
    return rule


def forget_rule(*, system: System, actor: Actor) -> None:
    """From now on the defaults count."""
    with transaction.atomic():
        if ReportRule.objects.filter(system=system).delete()[0]:
            _record(actor, "report_rule.delete", system)


def rule_of(system: System) -> ReportRule:
    return ReportRule.objects.filter(system=system).first() or ReportRule(system=system)


def _check(said: Said) -> None:
    errors = {
        name: [f"At most {most:,} characters."]
        for name, most in LIMITS.items()
        if len(getattr(said, name)) > most
    }
    if not said.text.strip():
        errors["text"] = ["Say what was wrong."]
    errors |= {name: ["Holds a character that cannot be stored."]
               for name in LIMITS if "\x00" in getattr(said, name)}  # fmt: skip
    if said.severity not in dict(SEVERITIES):
        errors["severity"] = ["Choose sev1, sev2, sev3 or sev4."]
    if errors:
        raise Invalid("Nothing was sent.", errors=errors)


def _lock(system: System) -> None:
    """Two reports at once must find each other: those of a system are taken one by one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [0x7E907, system.pk])


def _digest(reporter: str) -> str:
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, f"reporter:{reporter}".encode(), sha256).hexdigest()[:32]


def _check_pace(who: str, link: ReportLink | None, at: datetime) -> None:
    mine = PeopleReport.objects.filter(reporter=who, reported_at__gt=at - AN_HOUR).aggregate(
        hour=Count("pk"), minute=Count("pk", filter=Q(reported_at__gt=at - A_MINUTE))
    )
    if mine["minute"] >= PER_MINUTE or mine["hour"] >= PER_HOUR:
        raise TooFast("You have sent many reports. Thank you; wait a minute before the next.")
    if link is not None:
        rows = PeopleReport.objects.filter(link=link, reported_at__gt=at - AN_HOUR)
        if rows.count() >= link.per_hour:
            raise TooFast("This form takes no more reports for now. Try again later.")


def _place(
    system: System, version: str, shown: Mapping[str, str], at: datetime
) -> tuple[ReportCluster, float, list[str]]:
    """The cluster it belongs to, how alike it is, and the words they have in common."""
    words = words_of(shown["text"], shown["answer"])
    keys = keys_of(words, within=f"{system.pk}\x1f{version}")
    ids = ReportBand.objects.filter(key__in=keys).order_by("-cluster").values("cluster").distinct()
    rows = ReportCluster.objects.filter(
        pk__in=list(ids.values_list("cluster", flat=True)[:MOST_ALIKE])
    )
    found = {row.pk: row for row in rows}
    best = likest(words, [(pk, row.words) for pk, row in found.items()])
    if best is not None:
        cluster = found[best[0]]
        cluster.count, cluster.last_at = cluster.count + 1, max(cluster.last_at, at)
        cluster.first_at = min(cluster.first_at, at)
        cluster.save(update_fields=["count", "last_at", "first_at"])
        return cluster, best[1], shared(words, cluster.words)
    cluster = ReportCluster.objects.create(
        system=system, version=version, title=one_line(shown["text"], 200), words=list(words),
        count=1, first_at=at, last_at=at,
    )  # fmt: skip
    ReportBand.objects.bulk_create(ReportBand(key=key, cluster=cluster) for key in set(keys))
    return cluster, 1.0, list(words)


def _alert_when_many(cluster: ReportCluster, at: datetime) -> None:
    """A receipt of the format `report` when as many people as the rule says spoke of it within
    its time; again when they do after that time."""
    rule = rule_of(cluster.system)
    since = at - timedelta(minutes=rule.within_minutes)
    if cluster.dismissed_at or (cluster.alerted_at and cluster.alerted_at > since):
        return
    recent = cluster.reports.filter(reported_at__gt=since)
    people = recent.values("reporter").distinct().count()
    if people < rule.people:
        return
    worst = min([rule.severity, *recent.values_list("severity", flat=True)])
    ReportCluster.objects.filter(pk=cluster.pk).update(alerted_at=at)
    _send(cluster, people, rule, worst)


def _send(cluster: ReportCluster, people: int, rule: ReportRule, severity: str) -> None:
    name = cluster.system.name + (f" {cluster.version}" if cluster.version else "")
    who = "Somebody reports" if people == 1 else f"{people} people report"
    document: dict[str, Any] = {
        "system": cluster.system.slug,
        "kind": "cluster",
        "cluster": str(cluster.pk),
        "title": one_line(f"{who} wrong answers of {name}: {cluster.title}", 200),
        "text": f"{who} the same within {rule.within_minutes} minutes: {cluster.title}",
        "severity": severity,
        "url": settings.AIRE_BASE_URL.rstrip("/")
        + reverse("incidents:reports:detail", args=[cluster.pk]),
    }
    Receipt.objects.create(
        source=own_source(),
        format=FORMAT,
        headers={"content-type": "application/json"},
        body=json.dumps(document, ensure_ascii=False).encode("utf-8", "replace"),
        state=Receipt.State.NEW,
    )
    hint_on_commit("absorb")


def explain(report: PeopleReport, words: list[str]) -> str:
    """Why it is where it is, in a sentence. `words` are its cluster's."""
    if not report.shared:
        return "It has no words that tell it apart."
    mine = words_of(report.text, report.answer)
    share = measure(mine, words)
    return (
        f"Shares {len(report.shared)} of {len(set(mine) | set(words))} words with the first of "
        f"them ({share:.0%}; from {ALIKE:.0%} on it is the same): {', '.join(report.shared[:12])}."
    )


def _record(actor: Actor, action: str, system: System, **detail: Any) -> None:
    record(actor=actor, action=action, target_kind="system", target_ref=system.slug, **detail)
