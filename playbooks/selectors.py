"""Reads of playbooks and runs, each fully loaded for its page and through what the reader may
see."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery

from accounts.models import User
from core import clock
from core.errors import NotFound
from core.pages import Page, paginate
from incidents.lifecycle import ACTIVE
from incidents.models import Incident
from playbooks.definition import PlaybookSpec
from playbooks.facts import dependents_behind, facts_of, last_acted_at
from playbooks.lifecycle import RUN
from playbooks.matching import Fit, fit
from playbooks.models import Approval, Connection, Playbook, PlaybookRun, RunStep
from playbooks.rules import Demand, cooling_until, demand_of
from playbooks.services.playbooks import spec_of

RUN_ORDER = ("-id",)
LIST_ORDER = ("name", "id")
PAGE_SIZE = 50
SHOWN = 6
SHOWN_RUNS = 10
MOST = 500
REF = re.compile(r"(?:RUN-)?([1-9][0-9]{0,17})", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class Shown:
    """A playbook with what its definition says."""

    playbook: Playbook
    spec: PlaybookSpec


@dataclass(frozen=True, slots=True)
class Proposal:
    """A playbook that fits an incident, and why."""

    playbook: Playbook
    spec: PlaybookSpec
    fit: Fit


@dataclass(frozen=True, slots=True)
class ShownStep:
    """A step, and what it sends as text: request line, headers and body."""

    step: RunStep
    request: str


@dataclass(frozen=True, slots=True)
class Outlook:
    """What running a plan would take: who has to agree, until when it cools down, how many systems
    stand behind those that it touches."""

    demand: Demand
    cooling_until: datetime | None
    dependents: int
    spec: PlaybookSpec

    @property
    def agreement(self) -> str:
        """A sentence, as the approval card has it afterwards."""
        if not self.demand.any:
            return self.demand.because or "Nobody has to agree: it runs at once."
        has = "have" if self.demand.count > 1 else "has"
        other = ", and not whoever starts it" if self.demand.another else ""
        who = self.demand.who
        return f"{who[0].upper()}{who[1:]} {has} to agree{other}."


@dataclass(frozen=True, slots=True)
class Waiting:
    """A run that waits for a person, and in a few words for what."""

    run: PlaybookRun
    what: str
    since: datetime
    mine: bool


@dataclass(frozen=True, slots=True)
class RunPage:
    """One run with what this reader may do about it."""

    run: PlaybookRun
    spec: PlaybookSpec
    steps: list[RunStep]
    approvals: list[Approval]
    user: User

    @property
    def tag(self) -> str:
        """Changes whenever the page would look different, apart from ages."""
        parts = [self.run.status, str(len(self.run.said)), str(len(self.approvals))]
        return ".".join([*parts, *(step.status for step in self.steps)])

    @property
    def shown(self) -> list[ShownStep]:
        """What goes out may hold more than viewers should read, such as a container's settings."""
        may_read = self.user.can_respond
        return [ShownStep(step, _request_text(step) if may_read else "") for step in self.steps]

    @property
    def demand(self) -> Demand | None:
        return Demand(**self.run.demand) if self.run.demand else None

    @property
    def agreed(self) -> int:
        return sum(one.agrees for one in self.approvals)

    @property
    def label(self) -> str:
        return RUN.label(self.run.status)

    @property
    def waits_for(self) -> str:
        """What a person has to do before it goes on; "" where nobody has to."""
        if self.run.status == "waiting":
            return "Approve or refuse"
        if self.run.status == "held":
            judged = self.run.all_done and not self.run.undoing_since
            word = "Say whether it helped" if judged else "Look what went wrong"
            return "Say what became of it" if self.uncertain else word
        return "Answer its question" if self._open is not None else ""

    @property
    def may_begin(self) -> bool:
        return self._may("running") and self.run.status == "ready"

    @property
    def may_answer(self) -> bool:
        """Approve or refuse it."""
        demand = self.demand
        if self.run.status != "waiting" or demand is None or not self.user.has_role(demand.role):
            return False
        if demand.another and self.user.pk == self.run.started_by_id:
            return False
        return all(one.user_id != self.user.pk for one in self.approvals)

    @property
    def may_stop(self) -> bool:
        return self._may("stopped")

    @property
    def may_undo(self) -> bool:
        return self._may("undoing") and self.run.can_undo

    @property
    def uncertain(self) -> bool:
        """Of a step nobody knows whether it was carried out."""
        return any(step.is_lost for step in self.steps)

    @property
    def uncertain_step(self) -> RunStep | None:
        """Of which a person has to say whether it was carried out."""
        uncertain = RunStep.Status.UNCERTAIN
        return next((step for step in self.steps if step.status == uncertain), None)

    @property
    def may_settle(self) -> bool:
        """Say what became of an uncertain step."""
        return self.user.can_respond and self.run.status in ("held", "stopped")

    @property
    def may_confirm(self) -> bool:
        """Say that it helped, where the objective does not know or says otherwise."""
        judged = self.run.status == "held" and self.run.all_done and not self.run.undoing_since
        return judged and self.user.can_respond

    @property
    def may_go_on(self) -> bool:
        return self.user.can_respond and self.run.status == "held" and not self.uncertain

    @property
    def open_step(self) -> RunStep | None:
        """The check that waits for a person, for whoever may answer it."""
        return self._open if self.user.can_respond else None

    @property
    def _open(self) -> RunStep | None:
        if self.run.status != "running":
            return None
        left = [s for s in self.steps if s.status not in ("done", "skipped") and not s.undoes_id]
        return left[0] if left and left[0].is_check and not left[0].definition.get("slo") else None

    def _may(self, to: str) -> bool:
        moves = {move.to for move in RUN.moves_from(self.run.status)}
        return self.user.can_respond and to in moves


def _request_text(step: RunStep) -> str:
    sending = step.sending
    if not sending or step.connection is None:
        return ""
    base, path = step.connection.base_url, sending["path"]
    address = f"{base.rstrip('/')}{path}" if path else base
    lines = [f"{sending['method']} {address}"]
    lines += [f"{name}: {value}" for name, value in sending["headers"].items()]
    if sending["body"] is not None:
        lines += ["", json.dumps(sending["body"], indent=2, ensure_ascii=False)]
    return "\n".join(lines)


def visible_playbooks(user: User) -> QuerySet[Playbook]:
    return Playbook.objects.visible_to(user).select_related("owner").prefetch_related("systems")


def playbook_for(user: User, slug: str) -> Playbook:
    found = None if "\x00" in slug else visible_playbooks(user).filter(slug=slug).first()
    if found is None:
        raise NotFound(f"There is no playbook “{slug[:63]}”.")
    return found


def playbooks_page(user: User, *, cursor: str | None = None) -> Page[Playbook]:
    """With `last_run`: when the newest run was made that this reader may see."""
    newest = PlaybookRun.objects.visible_to(user).filter(playbook=OuterRef("pk")).order_by("-id")
    rows = visible_playbooks(user).annotate(last_run=Subquery(newest.values("created_at")[:1]))
    return paginate(rows, order=LIST_ORDER, cursor=cursor, size=PAGE_SIZE)


def shown(playbooks: Sequence[Playbook]) -> list[Shown]:
    return [Shown(one, spec_of(one.definition)) for one in playbooks]


def visible_runs(user: User) -> QuerySet[PlaybookRun]:
    steps = Prefetch("steps", RunStep.objects.select_related("connection"))
    return (
        PlaybookRun.objects.visible_to(user)
        .select_related("playbook", "incident")
        .defer("incident__search")
        .prefetch_related(steps, "approvals")
    )


def run_for(user: User, ref: str) -> PlaybookRun:
    """Raises `NotFound`, with the same words for what is not there and what may not be seen."""
    found = REF.fullmatch(ref.strip())
    run = visible_runs(user).filter(pk=int(found[1])).first() if found else None
    if run is None:
        raise NotFound(f"There is no run {ref[:40]}, or you may not see its incident.")
    return run


def run_page(user: User, ref: str) -> RunPage:
    return page_of(user, run_for(user, ref))


def page_of(user: User, run: PlaybookRun) -> RunPage:
    """Of a run that came from `visible_runs`; no further query."""
    return RunPage(
        run=run,
        spec=spec_of(run.definition),
        steps=list(run.steps.all()),
        approvals=list(run.approvals.all()),
        user=user,
    )


def runs_page(
    user: User, *, playbook: Playbook | None = None, cursor: str | None = None
) -> Page[PlaybookRun]:
    """The runs, newest first."""
    rows = visible_runs(user)
    if playbook is not None:
        rows = rows.filter(playbook=playbook)
    return paginate(rows, order=RUN_ORDER, cursor=cursor, size=PAGE_SIZE)


def runs_of(user: User, incident: Incident) -> list[PlaybookRun]:
    return list(visible_runs(user).filter(incident=incident).order_by("-id")[:SHOWN_RUNS])


def proposals(user: User, incident: Incident) -> list[Proposal]:
    """The playbooks that fit best, none for an incident that is over."""
    if incident.status not in ACTIVE or incident.merged_into_id:
        return []
    playbooks = list(Playbook.objects.visible_to(user).filter(enabled=True)[:MOST])
    if not playbooks:
        return []
    facts = facts_of(incident)
    found = [
        Proposal(playbook, spec, how)
        for playbook in playbooks
        if (how := fit(spec := spec_of(playbook.definition), facts)) is not None
    ]
    return sorted(found, key=lambda one: (-one.fit.weight, one.playbook.name))[:SHOWN]


def outlook_of(run: PlaybookRun) -> Outlook:
    """Of a run that is planned and not begun. Three queries."""
    spec = spec_of(run.definition)
    systems = list(run.incident.systems.values_list("pk", flat=True))
    dependents = dependents_behind(systems)
    demand = demand_of(spec, dependents=dependents, rehearsal=run.rehearsal, allowed="")
    last = None if run.rehearsal else last_acted_at(run, systems)
    return Outlook(demand, cooling_until(spec, last, clock.now()), dependents, spec)


def waiting_runs(user: User, *, incident: Incident | None = None) -> list[Waiting]:
    """Runs that wait for people, the longest first; `mine` are those that this reader can help."""
    asks = Q(status__in=("waiting", "held")) | Q(status="running", state=PlaybookRun.State.IDLE)
    rows = visible_runs(user).filter(asks)
    if incident is not None:
        rows = rows.filter(incident=incident)
    found = []
    for page in (page_of(user, run) for run in rows.order_by("id")[:SHOWN_RUNS]):
        if what := page.waits_for:
            mine = page.may_answer if page.run.status == "waiting" else user.can_respond
            found.append(Waiting(page.run, what, page.run.acted_at or page.run.created_at, mine))
    return found


def connection_for(slug: str) -> Connection:
    found = Connection.objects.filter(slug=slug).first()
    if found is None:
        raise NotFound("There is no such connection.")
    return found
