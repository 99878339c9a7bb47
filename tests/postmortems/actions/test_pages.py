"""The pages of follow-ups: found by owner, team and age; worked without JavaScript."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import selectors as people
from accounts.models import Team, User
from accounts.services import deactivate_user
from core import clock
from postmortems.models import Action
from tests.cast import actor_of, make_team, make_user, sign_in
from tests.incidents.cast import make_incident, move
from tests.postmortems.actions.cast import attach, make_action, move_action

pytestmark = pytest.mark.django_db
EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>"


def refs(client: Client, query: str) -> set[str]:
    page = client.get(f"/actions/{query}").context["page"]
    return {action.ref for action in page.items}


def test_the_list_is_narrowed_by_owner_team_age_and_lateness(
    teammate: User, owner: User, team: Team
) -> None:
    mine = make_action(teammate, owner=teammate, team=team)
    nobodys = make_action(teammate)
    late = make_action(teammate, owner=owner)
    Action.objects.filter(pk=late.pk).update(
        due_on=clock.now().date() - timedelta(days=1), created_at=clock.now() - timedelta(days=91)
    )
    done = move_action(make_action(teammate, owner=teammate), "done", teammate)
    client = sign_in(teammate)
    for query, wanted in (
        ("", {mine, nobodys, late}),
        ("?owner=me", {mine}),
        ("?owner=none", {nobodys}),
        (f"?owner={owner.email}", {late}),
        ("?my_team=1", {mine}),
        (f"?team={team.slug}", {mine}),
        ("?overdue=1", {late}),
        ("?older_than=90", {late}),
        ("?status=done", {done}),
        ("?status=all", {mine, nobodys, late, done}),
        (f"?incident={mine.incident.ref}", {mine}),
        (f"?q={late.ref}", {late}),
        ("?type=detect", set()),
    ):
        assert refs(client, query) == {action.ref for action in wanted}, query


def test_what_a_leaver_owned_is_listed_as_nobodys(teammate: User, owner: User) -> None:
    action = make_action(owner, owner=teammate)
    deactivate_user(user=teammate, actor=actor_of(owner))
    client = sign_in(owner)
    assert refs(client, "?owner=none") == {action.ref}
    assert "Tariq Teammate has left" in client.get("/actions/?owner=none").content.decode()


@pytest.mark.parametrize(
    "query", ["?status=x", "?team=no", "?due_before=x", "?older_than=x", "?cause=no.such"]
)
def test_a_filter_that_cannot_be_read_shows_nothing_and_says_so(teammate: User, query: str) -> None:
    make_action(teammate)
    page = sign_in(teammate).get(f"/actions/{query}")
    assert page.status_code == 200
    assert "could not be read" in page.content.decode()
    assert list(page.context["page"].items) == []


BOARDS = [f"/actions/board/?by={by}" for by in ("status", "owner", "team", "age")]


@pytest.mark.parametrize("address", ["/actions/", *BOARDS])
def test_list_and_board_cost_the_same_however_much_is_owed(teammate: User, address: str) -> None:
    client, counts = sign_in(teammate), []
    for many in (2, 7):
        for number in range(many):
            person = make_user(f"Helper {number} {many}", "responder")
            make_action(teammate, owner=person, team=make_team(f"t{number}-{many}", person))
        with CaptureQueriesContext(connection) as caught:
            assert client.get(address).status_code == 200
        counts.append(len(caught))
    assert counts[0] == counts[1]
    assert counts[0] <= 8


def test_the_board_has_a_column_for_each_age_and_the_rest_in_numbers(teammate: User) -> None:
    for _ in range(14):
        make_action(teammate)
    old = make_action(teammate)
    Action.objects.filter(pk=old.pk).update(created_at=clock.now() - timedelta(days=200))
    columns = sign_in(teammate).get("/actions/board/?by=age").context["columns"]
    assert [(column.title, column.total, len(column.actions)) for column in columns] == [
        ("Less than 14 days", 14, 12),
        ("14 to 30 days", 0, 0),
        ("30 to 90 days", 0, 0),
        ("More than 90 days", 1, 1),
    ]


def test_an_action_is_promised_edited_and_finished_in_the_browser(teammate: User) -> None:
    incident = make_incident(by=teammate)
    attach(incident, "drift.concept", teammate)
    client = sign_in(teammate)
    form = {"title": "Watch it", "type": "detect", "priority": "p1", "cause": "drift.concept"}
    assert client.get(f"/actions/new/{incident.ref}/?cause=drift.concept").status_code == 200
    made = client.post(f"/actions/new/{incident.ref}/", form)
    action = Action.objects.get()
    assert made.headers["Location"] == f"/actions/{action.ref}/"
    edit = {**form, "title": "Watch it well", "due_on": "2027-01-31", "owner": teammate.pk}
    client.post(f"/actions/{action.ref}/edit/", edit)
    move = f"/actions/{action.ref}/transition/"
    refused = client.post(move, {"to": "done"})
    assert refused.status_code == 422
    assert "link the evaluation case or the SLI" in refused.content.decode()
    client.post(move, {"to": "done", "proof_kind": "evaluation", "proof": "https://e.example/1"})
    action.refresh_from_db()
    assert (action.title, action.status, action.owner) == ("Watch it well", "done", teammate)
    page = client.get(f"/actions/{action.ref}/").content.decode()
    assert 'href="https://e.example/1"' in page


def test_wont_do_asks_for_the_reason(teammate: User) -> None:
    action = make_action(teammate)
    client, move = sign_in(teammate), f"/actions/{action.ref}/transition/"
    assert "Won&#x27;t do" in client.get(f"{move}?to=wont_do").content.decode()
    assert client.post(move, {"to": "wont_do"}).status_code == 422
    client.post(move, {"to": "wont_do", "reason": "The system goes away"})
    assert "The system goes away" in client.get(f"/actions/{action.ref}/").content.decode()


def test_proposals_are_answered_on_the_page_of_the_incident(teammate: User) -> None:
    incident = make_incident(by=teammate)
    attach(incident, "data.schema-change", teammate)
    client = sign_in(teammate)
    assert "data contract" not in client.get(f"/incidents/{incident.ref}/").content.decode()
    move(incident, "mitigated", teammate)
    page = client.get(f"/incidents/{incident.ref}/").content.decode()
    assert "Put a versioned data contract" in page
    assert "Required" in page
    take = f"/actions/accept/{incident.ref}/data.schema-change:prevent:1/"
    assert client.get(take).status_code == 200
    assert client.post(take, {"due_on": "2027-01-01", "done_criterion": ""}).status_code == 422
    client.post(take, {"due_on": "2027-01-01", "done_criterion": "CI fails", "owner": teammate.pk})
    assert Action.objects.get().title.startswith("Put a versioned data contract")
    drop = f"/actions/decline/{incident.ref}/data.schema-change:detect:1/"
    client.post(drop, {"reason": "The feed ends"})
    page = client.get(f"/incidents/{incident.ref}/").content.decode()
    assert "The feed ends" in page
    gone = client.get(f"/actions/accept/{incident.ref}/drift.concept:prevent:1/")
    assert gone.status_code == 404


def test_two_people_editing_one_action_lose_nothing(teammate: User, owner: User) -> None:
    action = make_action(teammate, title="As it was")
    client = sign_in(teammate)
    shown = client.get(f"/actions/{action.ref}/edit/").context["form"]
    seen = {field.html_initial_name: field.value() or "" for field in shown}
    typed = {name: shown[name].value() or "" for name in shown.fields}
    typed["due_on"] = seen["initial-due_on"] = str(action.due_on)
    sign_in(owner).post(
        f"/actions/{action.ref}/edit/",
        {"title": "Theirs", "type": "prevent", "priority": "p2", "due_on": str(action.due_on)},
    )
    answer = client.post(f"/actions/{action.ref}/edit/", {**seen, **typed, "title": "Mine"})
    assert answer.status_code == 409
    assert "Somebody else changed: title" in answer.content.decode()
    assert 'value="Mine"' in answer.content.decode()
    action.refresh_from_db()
    assert action.title == "Theirs"


def test_hostile_words_are_only_words(teammate: User) -> None:
    action = make_action(
        teammate, title=EVIL, detail=EVIL, done_criterion=EVIL, external_url="https://x.example/"
    )
    client = sign_in(teammate)
    for address in ("/actions/", "/actions/board/", f"/actions/{action.ref}/"):
        page = client.get(address).content.decode()
        assert "<script>alert(1)" not in page
        assert "<img" not in page


def test_a_private_follow_up_of_others_looks_like_nothing(
    teammate: User, owner: User, stranger: User
) -> None:
    secret = make_action(owner, make_incident(by=owner, private=True), title="Secret")
    client = sign_in(teammate)
    assert refs(client, "?status=all") == set()
    for path in ("", "edit/", "transition/?to=done"):
        assert client.get(f"/actions/{secret.ref}/{path}").status_code == 404
    assert client.post(f"/actions/{secret.ref}/edit/", {"title": "x"}).status_code == 404
    assert secret.ref not in client.get("/search/?q=Secret").content.decode()
    manager = make_user("Mia Manager", "manager")
    lines = people.audit_entries(manager, kind="action")
    assert not lines.filter(target_ref=secret.ref).exists()
    assert people.audit_entries(owner, kind="action").filter(target_ref=secret.ref).exists()


def test_a_reader_looks_and_changes_nothing(stranger: User, teammate: User) -> None:
    action = make_action(teammate)
    client = sign_in(stranger)
    assert client.get(f"/actions/{action.ref}/").status_code == 200
    for path in ("edit/", "transition/"):
        assert client.post(f"/actions/{action.ref}/{path}", {"to": "done"}).status_code == 403
    assert client.get(f"/actions/new/{action.incident.ref}/").status_code == 403


def test_search_finds_an_action_by_its_reference(teammate: User) -> None:
    action = make_action(teammate, title="Zebra crossing")
    client = sign_in(teammate)
    assert "Zebra crossing" in client.get("/search/?q=zebra").content.decode()
    answer = client.get(f"/search/?q={action.ref.lower()}")
    assert action.ref in answer.content.decode() or answer.status_code == 302
