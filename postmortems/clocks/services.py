"""The verbs of regulatory clocks: start, report, decide that nothing is reportable. A clock is
never paused. Holds and drafts have modules of their own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from accounts.audit import record
from accounts.models import Role, User
from accounts.permissions import require_role
from core import clock
from core.actor import Actor
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.live import tick
from incidents.models import Incident
from incidents.services.rows import join, lock_incident
from incidents.timeline import add_event
from postmortems.clocks import reminders
from postmortems.clocks.holds import place_hold
from postmortems.clocks.rules import Rule, Trigger, due_times, rule_named
from postmortems.models import ClockDecision, ClockPhase, RegulatoryClock

MAX_WORDS = 10_000
EARLIEST = timedelta(days=10 * 366)


def start_clock(
    *,
    incident_id: int,
    rule: str,
    trigger: str,
    role: str,
    aware_at: datetime,
    actor: Actor,
    aware_who: str = "",
    aware_evidence: str = "",
    jurisdictions: Sequence[str] = (),
) -> RegulatoryClock:
    """Start the clock of a rule from the moment of awareness. Where the rule asks for it, the
    evidence is held from then on. Raises `Invalid` for rules that have no clock, `Conflict` when
    the same one runs already."""
    found = rule_named(rule)
    chosen = _checked(found, trigger, role, aware_at, aware_who, aware_evidence)
    with transaction.atomic():
        incident = lock_incident(incident_id)
        if incident.clocks.filter(rule=rule, trigger=trigger, state="running").exists():
            raise Conflict(f"This clock runs already on {incident.ref}.")
        started = RegulatoryClock.objects.create(
            incident=incident,
            rule=found.id,
            rule_version=found.version,
            trigger=chosen.id,
            terms=_terms(found, chosen),
            jurisdictions=list(jurisdictions) or found.jurisdictions,
            role=role,
            aware_at=aware_at,
            aware_who=aware_who.strip() or actor.label[:200],
            aware_evidence=aware_evidence.strip(),
            owner_id=actor.user_id,
            started_by_id=actor.user_id,
            started_at=clock.now(),
        )
        phases = _make_phases(started, chosen, found.recipient)
        reminders.plan(phases)
        if found.holds_evidence:
            place_hold(incident_id=incident.pk, actor=actor, reason=f"{found.name}: {_HOLD}")
        first = next((phase.due_at for phase in phases if phase.due_at), None)
        due = f"; the first report is due {first:%Y-%m-%d %H:%M} UTC" if first else ""
        _tell(started, actor, f"Regulatory clock started: {found.name}{due}.", "clock.start")
        join(incident, actor, "Started a regulatory clock.")
    return started


_HOLD = "do not alter the system in a way that affects a later evaluation of the causes."


def submit_phase(
    *,
    clock_id: int,
    phase: str,
    actor: Actor,
    receipt: str,
    submitted_at: datetime | None = None,
) -> RegulatoryClock:
    """Write down that a report went out, and what shows it. Reports that follow this one are due
    from now on by its time. The last report ends the clock."""
    at = submitted_at or clock.now()
    errors: dict[str, list[str]] = {}
    if not receipt.strip() or len(receipt) > MAX_WORDS:
        errors["receipt"] = ["Say what shows that it was sent: a reference number, a copy, a link."]
    if at > clock.now():
        errors["submitted_at"] = ["Lies in the future."]
    with transaction.atomic():
        found = _locked(clock_id)
        row = found.phases.filter(key=phase).first()
        if row is None:
            raise NotFound("This clock has no such report.")
        if at < found.aware_at:
            errors["submitted_at"] = ["Is before anybody was aware of it."]
        if errors:
            raise Invalid("The report was not noted.", errors=errors)
        if row.submitted_at:
            raise Conflict(f"{row.label} is noted already, with {row.receipt[:80]}.")
        row.submitted_at, row.submitted_by_id, row.receipt = at, actor.user_id, receipt.strip()
        row.save(update_fields=["submitted_at", "submitted_by", "receipt"])
        reminders.drop(row)
        _renew_due_times(found)
        late = " It was late." if row.is_late else ""
        _tell(found, actor, f"{found.name}: {row.label} was sent.{late}", "clock.submit")
        if not found.phases.filter(submitted_at=None, due_at__isnull=False).exists():
            _end_if_complete(found)
    return found


def end_clock(*, clock_id: int, actor: Actor) -> RegulatoryClock:
    """Close a clock whose reports with a due time are all in; what has none is done, too."""
    with transaction.atomic():
        found = _locked(clock_id)
        open_one = found.phases.filter(submitted_at=None, due_at__isnull=False).first()
        if open_one is not None:
            raise Conflict(f"{open_one.label} is not sent yet, and a clock cannot be paused.")
        if not found.phases.filter(submitted_at__isnull=False).exists():
            raise Conflict("No report was sent. Decide that it is not reportable instead.")
        _end(found, RegulatoryClock.State.REPORTED)
        _tell(found, actor, f"{found.name}: everything is reported.", "clock.end")
    return found


def propose_not_reportable(*, clock_id: int, reasons: str, actor: Actor) -> ClockDecision:
    """Say why nothing is to be reported. The clock runs on until somebody else approves."""
    if len(reasons.strip()) < 10 or len(reasons) > MAX_WORDS:
        raise Invalid(
            "The decision was not proposed.",
            errors={"reasons": ["Give the reasons, so that somebody can check them later."]},
        )
    with transaction.atomic():
        found = _locked(clock_id)
        if found.decisions.filter(outcome="proposed").exists():
            raise Conflict("A decision waits for its approver already.")
        made = ClockDecision.objects.create(
            clock=found,
            reasons=reasons.strip(),
            proposed_by_id=actor.user_id,
            proposed_at=clock.now(),
        )
        _tell(found, actor, f"{found.name}: proposed as not reportable.", "clock.propose")
        reminders.tell_approvers(found)
    return made


def answer_decision(
    *, clock_id: int, approve: bool, by: User, actor: Actor, note: str = ""
) -> ClockDecision:
    """Approve or refuse, by a manager who did not propose it. Refusing needs a note."""
    require_role(by, Role.MANAGER)
    if not approve and not note.strip():
        raise Invalid("Not refused.", errors={"note": ["Say why it has to be reported."]})
    with transaction.atomic():
        found = _locked(clock_id)
        open_one = found.decisions.select_for_update().filter(outcome="proposed").first()
        if open_one is None:
            raise Conflict("No decision waits for an answer.")
        if approve and open_one.proposed_by_id == by.pk:
            raise Forbidden("Somebody else has to approve what you proposed.")
        open_one.outcome = "approved" if approve else "refused"
        open_one.decided_by, open_one.decided_at = by, clock.now()
        open_one.note = note.strip()[:MAX_WORDS]
        open_one.save(update_fields=["outcome", "decided_by", "decided_at", "note"])
        if approve:
            _end(found, RegulatoryClock.State.NOT_REPORTABLE)
        said = "is not reportable, approved" if approve else "has to be reported, refused"
        _tell(found, actor, f"{found.name}: {said} by {by}.", "clock.decide")
    return open_one


def hand_over(*, clock_id: int, owner: User, actor: Actor) -> RegulatoryClock:
    """Give the clock to somebody else, who may see the incident."""
    with transaction.atomic():
        found = _locked(clock_id)
        if not Incident.objects.visible_to(owner).filter(pk=found.incident_id).exists():
            raise Invalid("Not handed over.", errors={"owner": ["They may not see the incident."]})
        found.owner = owner
        found.save(update_fields=["owner"])
        _tell(found, actor, f"{found.name}: {owner} looks after the clock.", "clock.owner")
    return found


def _checked(
    rule: Rule, trigger: str, role: str, aware_at: datetime, who: str, evidence: str
) -> Trigger:
    errors: dict[str, list[str]] = {}
    if not rule.has_clock:
        raise Invalid(
            "No clock was started.", errors={"rule": [f"{rule.name} has no clock. {rule.event}"]}
        )
    if role not in rule.roles:
        errors["role"] = [f"Choose one of: {', '.join(rule.roles)}."]
    if aware_at > clock.now():
        errors["aware_at"] = ["Lies in the future."]
    elif aware_at < clock.now() - EARLIEST:
        errors["aware_at"] = ["Is more than ten years ago."]
    if len(who) > 200:
        errors["aware_who"] = ["Is longer than 200 characters."]
    if len(evidence) > MAX_WORDS or "\x00" in who + evidence:
        errors["aware_evidence"] = ["Cannot be stored: too long, or with unreadable characters."]
    if errors:
        raise Invalid("No clock was started.", errors=errors)
    return rule.trigger_named(trigger)


def _terms(rule: Rule, trigger: Trigger) -> dict[str, Any]:
    """The rule as it is now, with the chosen trigger in place of all of them."""
    whole = rule.model_dump(mode="json", exclude={"triggers"})
    return {**whole, "trigger": trigger.model_dump(mode="json")}


def _make_phases(started: RegulatoryClock, trigger: Trigger, recipient: str) -> list[ClockPhase]:
    return ClockPhase.objects.bulk_create(
        ClockPhase(
            clock=started,
            key=due.phase.id,
            position=position,
            label=due.phase.label,
            recipient=due.phase.recipient or recipient,
            says=due.phase.says,
            due_at=due.at,
        )
        for position, due in enumerate(due_times(trigger, started.aware_at))
    )


def _renew_due_times(found: RegulatoryClock) -> None:
    """A report that counts from another one is due by the time of that one now."""
    rows = {row.key: row for row in found.phases.all()}
    sent = {row.key: row.submitted_at for row in rows.values() if row.submitted_at}
    trigger = Trigger.model_validate(found.terms["trigger"], by_name=True)
    for due in due_times(trigger, found.aware_at, sent):
        row = rows[due.phase.id]
        if row.due_at != due.at and not row.submitted_at:
            row.due_at = due.at
            row.save(update_fields=["due_at"])
            reminders.drop(row)
            reminders.plan([row])


def _end_if_complete(found: RegulatoryClock) -> None:
    """Ends by itself only where no report is left, not even one without a due time."""
    if not found.phases.filter(submitted_at=None).exists():
        _end(found, RegulatoryClock.State.REPORTED)


def _end(found: RegulatoryClock, state: str) -> None:
    found.state, found.ended_at = state, clock.now()
    found.save(update_fields=["state", "ended_at"])
    for row in found.phases.all():
        reminders.drop(row)


def _locked(clock_id: int) -> RegulatoryClock:
    """A running clock. Its incident is locked first, as everywhere."""
    known = RegulatoryClock.objects.filter(pk=clock_id).values_list("incident_id", flat=True)
    incident_id = known.first()
    if incident_id is None:
        raise NotFound("There is no such clock.")
    incident = lock_incident(incident_id)
    found = RegulatoryClock.objects.select_for_update().get(pk=clock_id)
    found.incident = incident
    if not found.is_running:
        raise Conflict(f"This clock has ended: {found.get_state_display().lower()}.")
    return found


def _tell(found: RegulatoryClock, actor: Actor, text: str, action: str) -> None:
    RegulatoryClock.objects.filter(pk=found.pk).update(version=F("version") + 1)
    incident = found.incident
    add_event(incident=incident, kind="times", text=text, actor=actor, clock=found.pk)
    tick(incident.subject_key)
    record(
        actor=actor,
        action=action,
        target_kind="incident",
        target_ref=incident.ref,
        rule=found.rule,
        rule_version=found.rule_version,
        said=text,
    )
