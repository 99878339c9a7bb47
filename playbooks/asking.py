"""Telling those who can approve that a run waits for them."""

from __future__ import annotations

from itertools import islice

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import User
from incidents.models import Incident
from notifications.message import Action, Message
from notifications.services import notify
from playbooks.models import PlaybookRun
from playbooks.rules import Demand

MOST = 10


def ask_approvers(run: PlaybookRun, demand: Demand) -> None:
    """The playbook's owner and whoever holds a role in the incident, as far as their word counts;
    where they are too few, whoever can agree of the teams of the systems, else of everybody.
    Others see it on the incident's page, on their first page and in its channel."""
    for user in _approvers(run, demand):
        notify(
            user=user,
            message=_message(run),
            kind="notice",
            origin=f"playbook-run:{run.pk}",
            obligation_key=f"playbook-run:{run.pk}:approve:{user.pk}",
            subject_key=run.incident.subject_key,
        )


def run_url(run: PlaybookRun) -> str:
    path = reverse("playbooks:run", args=[run.ref])
    return f"{settings.AIRE_BASE_URL.rstrip('/')}{path}"


def _approvers(run: PlaybookRun, demand: Demand) -> list[User]:
    holders = [role.user for role in run.incident.roles.select_related("user")]
    owner = run.playbook.owner
    people = {user.pk: user for user in [*([owner] if owner else []), *holders]}
    found: dict[int, User] = {}
    for some in (people.values(), _of_the_teams(run), User.objects.filter(is_active=True)):
        able = (
            user
            for user in some
            if user.has_role(demand.role)
            and not (demand.another and user.pk == run.started_by_id)
            and _sees(user, run)
        )
        found |= {user.pk: user for user in islice(able, MOST)}
        if len(found) >= demand.count:
            break
    return list(found.values())


def _of_the_teams(run: PlaybookRun) -> QuerySet[User]:
    teams = run.incident.systems.exclude(team=None).values("team")
    return User.objects.filter(is_active=True, teams__in=teams).distinct().order_by("pk")


def _sees(user: User, run: PlaybookRun) -> bool:
    return Incident.objects.visible_to(user).filter(pk=run.incident_id).exists()


def _message(run: PlaybookRun) -> Message:
    url = run_url(run)
    return Message(
        kind="notice",
        headline=f"{run.incident.severity.upper()} · {run.incident.ref}",
        title=f"{run.playbook.name} waits for approval",
        facts=(("Run", run.ref), ("Started by", run.started_label)),
        why="You own the playbook, have a role in the incident, or can agree.",
        url=url,
        drill=run.incident.drill,
        actions=(
            Action("playbook-approve", "Approve", run.ref, url),
            Action("playbook-refuse", "Refuse", run.ref, url),
        ),
    )
