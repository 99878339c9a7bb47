"""Follow-ups from promise to verified end, through the services."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Team, User
from accounts.services import deactivate_user
from catalog.models import System
from core import clock
from core.errors import Conflict, Invalid
from incidents.models import Incident
from postmortems.actions import services
from postmortems.actions.selectors import visible_actions
from postmortems.models import Action
from tests.cast import actor_of
from tests.incidents.cast import make_incident
from tests.postmortems.actions.cast import make_action, move_action

pytestmark = pytest.mark.django_db


def test_an_action_gets_date_and_team_from_its_incident(
    teammate: User, team: Team, system: System
) -> None:
    incident = make_incident(by=teammate, severity="sev1", systems=[system])
    action = make_action(teammate, incident)
    assert action.due_on == clock.now().date() + timedelta(days=15)
    assert action.team == team
    assert [event.text for event in action.events.all()] == ["Tariq Teammate promised it."]
    assert incident.events.filter(text__contains=action.ref).exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 301}, "title"),
        ({"title": "a\x00b"}, "title"),
        ({"type": "hope"}, "type"),
        ({"priority": "p0"}, "priority"),
        ({"cause": "no.such"}, "cause"),
        ({"cause": "a\x00"}, "cause"),
        ({"due_on": clock.now().date().replace(year=2999)}, "due_on"),
        ({"proof_kind": "evaluation"}, "proof"),
        ({"proof_kind": "rumour", "proof": "x"}, "proof_kind"),
        ({"external_url": "javascript:alert(1)"}, "external_url"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_cannot_be_is_refused_by_field(
    teammate: User, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        make_action(teammate, **wrong)
    assert field in refused.value.errors
    assert not Action.objects.exists()


def test_only_somebody_who_may_respond_can_owe_it(teammate: User, stranger: User) -> None:
    with pytest.raises(Invalid) as refused:
        make_action(teammate, owner=stranger)
    assert "owner" in refused.value.errors


def test_done_and_open_again_keeps_the_times_true(teammate: User) -> None:
    action = move_action(make_action(teammate), "done", teammate)
    assert action.done_at is not None
    action = move_action(action, "in_progress", teammate, reason="The check is flaky")
    assert (action.done_at, action.closed_at) == (None, None)


def test_deciding_not_to_needs_a_reason_that_stays(teammate: User) -> None:
    action = make_action(teammate)
    with pytest.raises(Invalid) as refused:
        move_action(action, "wont_do", teammate, reason="  ")
    assert "reason" in refused.value.errors
    assert move_action(action, "wont_do", teammate, reason="Retired next week").reason


def test_the_database_knows_the_same_law(teammate: User) -> None:
    action = make_action(teammate)
    for wrong in ({"status": "wont_do"}, {"status": "done"}, {"done_at": clock.now()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Action.objects.filter(pk=action.pk).update(**wrong)


def test_a_detecting_action_of_a_quality_failure_is_done_when_something_measures_it(
    teammate: User,
) -> None:
    action = make_action(teammate, type="detect", cause="generation.sycophancy")
    with pytest.raises(Conflict, match="link the evaluation case or the SLI"):
        move_action(action, "done", teammate)
    done = move_action(
        action, "done", teammate, proof_kind="evaluation", proof="https://evals.example.org/7"
    )
    assert (done.status, done.proof_kind) == ("done", "evaluation")


def test_who_saw_an_older_version_overwrites_nothing(teammate: User) -> None:
    action = make_action(teammate)
    services.change_action(action_id=action.pk, actor=actor_of(teammate), title="Mine")
    with pytest.raises(Conflict):
        services.change_action(
            action_id=action.pk, actor=actor_of(teammate), title="Theirs", expected_version=1
        )
    action.refresh_from_db()
    assert action.title == "Mine"


def test_what_is_over_is_changed_only_after_reopening(teammate: User) -> None:
    action = move_action(make_action(teammate), "done", teammate)
    with pytest.raises(Conflict, match="Reopen"):
        services.change_action(action_id=action.pk, actor=actor_of(teammate), title="Other")


def test_an_action_of_somebody_who_has_left_can_still_be_edited(
    teammate: User, owner: User
) -> None:
    action = make_action(owner, owner=teammate)
    deactivate_user(user=teammate, actor=actor_of(owner))
    changed = services.change_action(
        action_id=action.pk, actor=actor_of(owner), title="A better title"
    )
    assert changed.title == "A better title"
    assert changed.owner == teammate


def test_the_owner_of_a_private_follow_up_may_read_its_incident(
    teammate: User, owner: User
) -> None:
    incident = make_incident(by=owner, private=True)
    action = make_action(owner, incident)
    assert not visible_actions(teammate).filter(pk=action.pk).exists()
    services.change_action(action_id=action.pk, actor=actor_of(owner), owner=teammate)
    assert visible_actions(teammate).filter(pk=action.pk).exists()
    assert Incident.objects.visible_to(teammate).filter(pk=incident.pk).exists()
