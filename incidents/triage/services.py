"""Ticks, findings about causes, and the onset with its bounds: the only writers of them."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import transaction
from django.db.models import F, OuterRef, Subquery

from core import clock
from core.actor import Actor, program
from core.errors import Conflict, Invalid, NotFound
from incidents.evidence.services import sample_on
from incidents.models import Incident, IncidentCause
from incidents.services.causes import change_cause
from incidents.services.rows import join, lock_incident
from incidents.services.work import set_times
from incidents.timeline import add_event
from incidents.triage.models import CauseEvidence, OnsetEstimate, TriageTick
from incidents.triage.onset import Candidate, candidates
from taxonomy.triage import check_named

STATES = {"open": "suspected", "supported": "likely", "refuted": "ruled-out"}
MAX_FINDINGS = 50
LOOKS = 20
"""Incidents whose onset is looked at again in one round."""
MAX_FOUND, MAX_TEXT = 500, 2_000


def tick_check(
    *, incident_id: int, item: str, actor: Actor, done: bool = True, found: str = ""
) -> None:
    """Tick an item of a checklist (`class/id`), with what was found, or take the tick back. Told
    twice it is one line of the timeline."""
    check = check_named(item)
    if check is None:
        raise NotFound("There is no such check.")
    if len(found) > MAX_FOUND or "\x00" in found:
        raise Invalid("It was not ticked.", errors={"found": [f"At most {MAX_FOUND} characters."]})
    with transaction.atomic():
        incident = lock_incident(incident_id)
        tick = TriageTick.objects.filter(incident=incident, item=item).first()
        if done == (tick is not None) and (tick is None or tick.found == found.strip()):
            return
        if not done and tick is not None:
            tick.delete()
            text = f"Not checked after all: {check.text}"
        else:
            said = {"found": found.strip(), "by_label": actor.label[:200], "at": clock.now()}
            TriageTick.objects.update_or_create(incident=incident, item=item, defaults=said)
            text = f"Checked: {check.text}" + (f" ({found.strip()})" if found.strip() else "")
        add_event(incident=incident, kind="check", actor=actor, text=text, item=item)
        join(incident, actor, "Made a check.")


def add_finding(
    *,
    incident_id: int,
    cause_id: int,
    stance: str,
    text: str,
    actor: Actor,
    sample: int | None = None,
) -> CauseEvidence:
    """What speaks for or against a cause."""
    if stance not in CauseEvidence.Stance.values:
        raise Invalid("Nothing was kept.", errors={"stance": ["Choose for or against."]})
    if not text.strip() or len(text) > MAX_TEXT or "\x00" in text:
        sentence = f"Say what was found, in up to {MAX_TEXT:,} characters."
        raise Invalid("Nothing was kept.", errors={"text": [sentence]})
    with transaction.atomic():
        incident = lock_incident(incident_id)
        cause = _cause_on(incident, cause_id)
        if cause.findings.count() >= MAX_FINDINGS:
            raise Conflict(f"{cause.cause.name} has {MAX_FINDINGS} findings already.")
        made = CauseEvidence.objects.create(
            cause=cause,
            stance=stance,
            text=text.strip(),
            sample=sample_on(incident, sample) if sample is not None else None,
            by_label=actor.label[:200],
        )
        add_event(
            incident=incident,
            kind="cause",
            actor=actor,
            text=f"{made.get_stance_display()}, {cause.cause.name}: {made.text}",
            cause=cause.cause.slug,
        )
    return made


def judge_hypothesis(*, incident_id: int, cause_id: int, state: str, actor: Actor) -> None:
    """Open, supported or refuted. Supporting or refuting needs a finding that says why."""
    if state not in STATES:
        raise Invalid("Nothing changed.", errors={"state": [f"Choose: {', '.join(STATES)}."]})
    with transaction.atomic():
        incident = lock_incident(incident_id)
        cause = _cause_on(incident, cause_id)
        stance = {"supported": "for", "refuted": "against"}.get(state)
        if stance and not cause.evidence and not cause.findings.filter(stance=stance).exists():
            raise Conflict(
                f"Say first what speaks {stance} it; the next reader has to see why it is {state}."
            )
        if state_of(cause) != state:
            change_cause(
                incident_id=incident.pk, cause_id=cause.pk, confidence=STATES[state], actor=actor
            )


def state_of(cause: IncidentCause) -> str:
    if cause.confidence in ("likely", "confirmed"):
        return "supported"
    return "refuted" if cause.confidence == "ruled-out" else "open"


def estimate_onset(
    *,
    incident_id: int,
    earliest: datetime,
    likeliest: datetime,
    latest: datetime,
    basis: str,
    actor: Actor,
    by_hand: bool = True,
) -> OnsetEstimate:
    """Say when it began, between which bounds and on what ground; the likeliest becomes the
    incident's onset. What is said not `by_hand` moves earlier by itself when truth comes late."""
    errors: dict[str, list[str]] = {}
    if not earliest <= likeliest <= latest:
        errors["likeliest"] = ["Has to lie between the earliest and the latest."]
    if latest > clock.now():
        errors["latest"] = ["Lies in the future."]
    if not basis.strip() or len(basis) > 500 or "\x00" in basis:
        errors["basis"] = ["Say on what ground, in up to 500 characters."]
    if errors:
        raise Invalid("The onset was not saved.", errors=errors)
    with transaction.atomic():
        incident = lock_incident(incident_id)
        made = OnsetEstimate.objects.create(
            incident=incident,
            earliest=earliest,
            likeliest=likeliest,
            latest=latest,
            basis=basis.strip(),
            by_label=actor.label[:200],
            by_hand=by_hand,
            at=clock.now(),
        )
        set_times(incident_id=incident.pk, actor=actor, onset_at=likeliest)
        add_event(
            incident=incident,
            kind="times",
            actor=actor,
            text=f"Onset between {_words(earliest)} and {_words(latest)}: {made.basis}",
        )
    return made


def _words(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def follow_onset(*, incident_id: int, actor: Actor) -> OnsetEstimate:
    """Take what the indicators say, and let it move earlier by itself from now on."""
    incident = Incident.objects.get(pk=incident_id)
    found = candidates(incident)
    if not found:
        raise Conflict("No indicator says when it began: nothing was measured around it.")
    return _take(incident, found[0], actor)


def move_onsets() -> int:
    """Look again at the onsets that follow the indicators: measurements, labels and appeals come
    late and correct them. Those that were looked at longest ago come first, so that each has its
    turn however many there are. Answers how many moved."""
    newest = OnsetEstimate.objects.filter(incident=OuterRef("incident")).values("pk")[:1]
    rows = OnsetEstimate.objects.filter(pk=Subquery(newest), by_hand=False, incident__drill=False)
    rows = rows.exclude(incident__status="cancelled").select_related("incident")
    moved = 0
    for row in rows.order_by(F("looked_at").asc(nulls_first=True), "-incident__opened_at")[:LOOKS]:
        incident = row.incident
        last = _followed(incident)
        found = candidates(incident) if last else []
        OnsetEstimate.objects.filter(pk=row.pk).update(looked_at=clock.now())
        if last is None or not found or found[0].onset.likeliest >= last.likeliest:
            continue
        with transaction.atomic():
            # Again, under the lock: reading the indicators takes its time.
            if _followed(lock_incident(incident.pk)) == last:
                _take(incident, found[0], program())
                moved += 1
    return moved


def _followed(incident: Incident) -> OnsetEstimate | None:
    """Its last estimate; None where somebody has corrected it by hand since: theirs stays."""
    last: OnsetEstimate | None = incident.onsets.first()
    if last is None or last.by_hand or last.likeliest != incident.onset_at:
        return None
    return last


def _take(incident: Incident, candidate: Candidate, actor: Actor) -> OnsetEstimate:
    onset = candidate.onset
    return estimate_onset(
        incident_id=incident.pk,
        earliest=onset.earliest,
        likeliest=onset.likeliest,
        latest=onset.latest,
        basis=candidate.basis,
        actor=actor,
        by_hand=False,
    )


def _cause_on(incident: Incident, cause_id: int) -> IncidentCause:
    cause: IncidentCause | None = (
        incident.causes.select_related("cause").filter(pk=cause_id).first()
    )
    if cause is None:
        raise NotFound("There is no such cause on this incident.")
    return cause
