"""The law of an incident holds in the services, in the API and in the database itself."""

from __future__ import annotations

import threading
from itertools import product

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.models import User
from core.actor import Actor
from core.errors import Conflict, Invalid
from incidents import services
from incidents.lifecycle import INCIDENT
from incidents.models import Incident, IncidentEvent
from tests.cast import actor_of, api_client, make_user
from tests.incidents.cast import make_incident, move

STATES = [state.name for state in INCIDENT.states]
WAY_TO = {
    "open": (),
    "acknowledged": ("acknowledged",),
    "mitigated": ("mitigated",),
    "resolved": ("resolved",),
    "closed": ("resolved", "closed"),
    "cancelled": ("cancelled",),
}
ALLOWED = set(INCIDENT.pairs())
FORBIDDEN = [pair for pair in product(STATES, STATES) if pair not in ALLOWED]


def incident_in(state: str) -> Incident:
    incident = make_incident()
    for step in WAY_TO[state]:
        incident = move(incident, step, note="x")
    return incident


@pytest.mark.django_db
@pytest.mark.parametrize(("state", "to"), FORBIDDEN)
def test_a_move_outside_the_table_is_a_conflict_that_names_the_moves(
    teammate: User, state: str, to: str
) -> None:
    incident = incident_in(state)
    answer = api_client(teammate).post(
        f"/api/v1/incidents/{incident.ref}/transition/", {"to": to, "note": "x"}, format="json"
    )
    assert answer.status_code == 409
    assert answer.json()["allowed"] == [move.to for move in INCIDENT.moves_from(state)]
    incident.refresh_from_db()
    assert incident.status == state


@pytest.mark.django_db
@pytest.mark.parametrize(("state", "to"), sorted(ALLOWED))
def test_every_move_of_the_table_is_possible_and_told(teammate: User, state: str, to: str) -> None:
    incident = incident_in(state)
    answer = api_client(teammate).post(
        f"/api/v1/incidents/{incident.ref}/transition/", {"to": to, "note": "why"}, format="json"
    )
    assert answer.status_code == 200
    assert answer.json()["status"] == to
    last = incident.events.filter(kind="status").latest("recorded_at", "id")
    assert (last.detail["was"], last.detail["to"], last.actor) == (state, to, teammate)


@pytest.mark.django_db
def test_a_status_that_does_not_exist_is_told_as_such(teammate: User) -> None:
    incident = make_incident()
    address = f"/api/v1/incidents/{incident.ref}/transition/"
    answer = api_client(teammate).post(address, {"to": "gone"}, format="json")
    assert answer.status_code == 400
    assert "to" in answer.json()["errors"]


@pytest.mark.django_db
def test_a_stale_version_is_refused(teammate: User) -> None:
    incident = make_incident()
    stale = incident.version
    services.change_severity(incident_id=incident.pk, severity="sev1", actor=actor_of(teammate))
    answer = api_client(teammate).post(
        f"/api/v1/incidents/{incident.ref}/transition/",
        {"to": "acknowledged", "expected_version": stale},
        format="json",
    )
    assert answer.status_code == 409
    incident.refresh_from_db()
    assert incident.status == "open"


@pytest.mark.django_db
@pytest.mark.parametrize("to", ["cancelled"])
def test_a_move_that_needs_a_note_is_invalid_without_one(to: str) -> None:
    with pytest.raises(Invalid) as refused:
        move(make_incident(), to)
    assert list(refused.value.errors) == ["note"]


@pytest.mark.django_db
@pytest.mark.parametrize(("state", "to"), [("open", "closed"), ("closed", "open")])
def test_the_database_refuses_a_status_that_the_table_does_not_lead_to(state: str, to: str) -> None:
    incident = incident_in(state)
    with pytest.raises(DatabaseError, match="Invalid transition"), transaction.atomic():
        Incident.objects.filter(pk=incident.pk).update(status=to)
    incident.refresh_from_db()
    assert incident.status == state


@pytest.mark.django_db
def test_the_database_keeps_the_timeline_as_it_was_written() -> None:
    incident = make_incident()
    for change in (
        lambda rows: rows.update(text="nothing happened"),
        lambda rows: rows.delete(),
    ):
        with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
            change(IncidentEvent.objects.filter(incident=incident))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE incidents_incidentevent SET actor_label = 'somebody else'")
    assert incident.events.get(kind="opened").text.endswith("as SEV2.")


@pytest.fixture
def two(transactional_db: None) -> tuple[User, User]:
    return make_user("Ana", "responder"), make_user("Ben", "responder")


def test_of_two_acknowledging_at_once_one_wins_and_the_other_is_told_by_whom(
    two: tuple[User, User],
) -> None:
    incident = make_incident()
    both = threading.Barrier(2)
    told: dict[str, str] = {}

    def acknowledge(actor: Actor) -> None:
        both.wait(timeout=10)
        try:
            services.transition_incident(incident_id=incident.pk, to="acknowledged", actor=actor)
            told[actor.label] = "won"
        except Conflict as conflict:
            told[actor.label] = conflict.message
        finally:
            connection.close()

    threads = [threading.Thread(target=acknowledge, args=(actor_of(user),)) for user in two]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    winner = next(name for name, words in told.items() if words == "won")
    loser = next(name for name in told if name != winner)
    assert told[loser] == f"{incident.ref} was already acknowledged by {winner}."
    assert incident.events.filter(kind="status").count() == 1
