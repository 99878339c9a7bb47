"""Answering the checks of a system and closing its review: the only writers of readiness."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from accounts.audit import record
from accounts.checks import Findings
from accounts.models import User
from catalog.models import System
from catalog.readiness.checks import Check, all_checks, checks_for
from catalog.readiness.models import ReadinessAnswer, ReadinessReview
from catalog.readiness.scoring import Answer, Given, Score, score
from core import clock
from core.actor import Actor
from core.errors import Conflict
from core.urls import safe_href

MAX_EVIDENCE = 10_000
MAX_NOTE = 10_000
MAX_WAIVED_DAYS = 366
"""A waiver is an exception with an end: longer ones are a decision to change the check."""


def answer_check(
    *,
    system: System,
    check: str,
    answer: str,
    evidence: str = "",
    evidence_url: str = "",
    owner: str = "",
    waived_until: date | None = None,
    waiver: str = "",
    actor: Actor,
) -> ReadinessAnswer:
    """Say what is true of one check, on what evidence, and who answers for it (an address). A
    blocking check that is not met may be waived until a day, with a reason. Raises `Invalid`
    with what is wrong by field."""
    findings = Findings()
    asked = _asked(findings, system, check)
    if answer not in list(Answer):
        findings.add("answer", f"Choose one of {', '.join(Answer)}.")
    shown, url = _shown(findings, answer, evidence, evidence_url)
    reason = findings.line("waiver", waiver, limit=500)
    person = _owner(findings, owner)
    _check_waiver(findings, asked, waived_until, reason)
    findings.raise_any()
    said = {
        "answer": answer,
        "evidence": shown,
        "evidence_url": url,
        "owner": person,
        "waived_until": waived_until,
        "waiver": reason,
        "answered_by_label": actor.label[:200],
        "answered_at": clock.now(),
    }
    with transaction.atomic():
        row, _ = ReadinessAnswer.objects.update_or_create(
            system=system, check_slug=check, defaults=said
        )
        record(
            actor=actor,
            action="readiness.answer",
            target_kind="system",
            target_ref=system.slug,
            check=check,
            answer=answer,
            waived_until=waived_until.isoformat() if waived_until else None,
        )
    return row


def close_review(*, system: System, note: str = "", actor: Actor) -> ReadinessReview:
    """Keep the score of today as a review. It may be closed with blocking checks open: then it
    has not passed. Raises `Conflict` while nothing was answered."""
    findings = Findings()
    said = findings.text("note", note, limit=MAX_NOTE)
    findings.raise_any()
    with transaction.atomic():
        System.objects.select_for_update().get(pk=system.pk)
        if not system.readiness.exists():
            raise Conflict("Nothing is answered yet. Answer what you know first.")
        found = score_of(system)
        review = ReadinessReview.objects.create(
            system=system,
            by_id=actor.user_id,
            by_label=actor.label[:200],
            ml_test_score=found.ml_test_score,
            share=found.share,
            passed=found.passes,
            blocking=list(found.blocking),
            waived=list(found.waived),
            note=said,
        )
        record(
            actor=actor,
            action="readiness.review",
            target_kind="system",
            target_ref=system.slug,
            passed=found.passes,
        )
    return review


def score_of(system: System) -> Score:
    """The score as the answers stand now. One query."""
    rows = ReadinessAnswer.objects.filter(system=system)
    given = {row.check_slug: Given(Answer(row.answer), row.waived_until) for row in rows}
    return score(checks_for(system.kind), given, today=clock.now().date())


def _asked(findings: Findings, system: System, slug: str) -> Check | None:
    check = all_checks().get(slug)
    if check is None or not check.is_for(system.kind):
        findings.add("check", f"A system of this kind is not asked “{slug[:40]}”.")
        return None
    return check


def _shown(findings: Findings, answer: str, evidence: str, link: str) -> tuple[str, str]:
    """What shows it, in words and as a link; yes and partly need either."""
    words = findings.text("evidence", evidence, limit=MAX_EVIDENCE)
    url = findings.line("evidence_url", link, limit=2048)
    if answer in (Answer.YES, Answer.PARTLY) and not (words or url):
        findings.add("evidence", "Say what shows it, or give a link.")
    if url and not safe_href(url):
        findings.add("evidence_url", "This is not a web address.")
    return words, url


def _owner(findings: Findings, email: str) -> User | None:
    if not email.strip():
        return None
    person = User.objects.filter(email__iexact=email.strip(), is_active=True).first()
    if person is None:
        findings.add("owner", f"Nobody active has the address {email[:254]}.")
    return person


def _check_waiver(findings: Findings, check: Check | None, until: date | None, reason: str) -> None:
    if until is None:
        if reason:
            findings.add("waived_until", "A waiver needs an end.")
        return
    today = clock.now().date()
    if check is not None and not check.blocking:
        findings.add("waived_until", "Only a blocking check can be waived.")
    if not today <= until or (until - today).days > MAX_WAIVED_DAYS:
        findings.add("waived_until", "Choose a day within a year from today.")
    if not reason:
        findings.add("waiver", "Say why.")
