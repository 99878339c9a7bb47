"""The incident pages open, show what is there and do what their buttons say."""

from __future__ import annotations

import pytest

from accounts.models import User
from catalog.models import System
from incidents import services
from incidents.models import Incident
from tests.cast import actor_of, sign_in
from tests.incidents.cast import make_incident, move

pytestmark = pytest.mark.django_db


def test_the_first_page_says_all_clear_only_where_something_has_been(teammate: User) -> None:
    assert "No incidents yet" in sign_in(teammate).get("/").content.decode()
    incident = make_incident("It burnt")
    for status in ("acknowledged", "mitigated", "resolved"):
        move(incident, status, note="Done")
    assert "All clear" in sign_in(teammate).get("/").content.decode()


def test_the_list_shows_active_incidents_only_unless_asked(teammate: User, system: System) -> None:
    make_incident("Still burning", systems=[system])
    move(make_incident("Long gone"), "resolved")
    client = sign_in(teammate)
    active = client.get("/incidents/").content.decode()
    assert "Still burning" in active
    assert "Long gone" not in active
    everything = client.get("/incidents/?status=all").content.decode()
    assert "Long gone" in everything


@pytest.mark.parametrize("form", ["INC-{}", "inc-{}", "{}"])
def test_an_incident_is_found_by_each_form_of_its_reference(teammate: User, form: str) -> None:
    incident = make_incident()
    page = sign_in(teammate).get(f"/incidents/{form.format(incident.pk)}/")
    assert page.status_code == 200
    assert incident.title in page.content.decode()


def test_declaring_opens_an_incident_and_leads_to_it(teammate: User, system: System) -> None:
    client = sign_in(teammate)
    assert client.get("/incidents/new/").status_code == 200
    form = {"title": "Prices are invented", "severity": "sev1", "systems": [system.slug]}
    answer = client.post("/incidents/new/", form)
    incident = Incident.objects.get()
    assert answer.headers["Location"] == f"/incidents/{incident.ref}/"
    assert [row.slug for row in incident.systems.all()] == [system.slug]
    assert incident.opened_by == teammate


def test_an_empty_title_comes_back_with_what_to_mend(teammate: User) -> None:
    answer = sign_in(teammate).post("/incidents/new/", {"title": " ", "severity": "sev1"})
    assert answer.status_code == 422
    assert Incident.objects.count() == 0


def test_the_main_button_is_the_first_move_of_the_lifecycle(teammate: User) -> None:
    incident = make_incident()
    client = sign_in(teammate)
    for to, label in (("acknowledged", "Acknowledge"), ("mitigated", "Mark mitigated")):
        assert f">{label}</button>" in client.get(f"/incidents/{incident.ref}/").content.decode()
        client.post(f"/incidents/{incident.ref}/transition/", {"to": to})
        incident.refresh_from_db()
        assert incident.status == to


def test_a_move_that_needs_a_note_asks_for_it(teammate: User) -> None:
    incident = make_incident()
    client = sign_in(teammate)
    address = f"/incidents/{incident.ref}/transition/"
    assert "Cancel as false alarm" in client.get(f"{address}?to=cancelled").content.decode()
    assert client.post(address, {"to": "cancelled"}).status_code == 422
    client.post(address, {"to": "cancelled", "note": "A test of the sender."})
    incident.refresh_from_db()
    assert incident.status == "cancelled"


def test_looking_at_the_acknowledge_page_changes_nothing(teammate: User) -> None:
    incident = make_incident()
    client = sign_in(teammate)
    page = client.get(f"/incidents/{incident.ref}/acknowledge/")
    incident.refresh_from_db()
    assert incident.status == "open"
    assert "Acknowledge</button>" in page.content.decode()
    client.post(f"/incidents/{incident.ref}/acknowledge/")
    incident.refresh_from_db()
    assert incident.status == "acknowledged"


def test_who_comes_second_is_told_who_was_first(teammate: User, owner: User) -> None:
    incident = make_incident()
    move(incident, "acknowledged", owner)
    answer = sign_in(teammate).post(f"/incidents/{incident.ref}/acknowledge/", follow=True)
    assert f"already acknowledged by {owner.name}" in answer.content.decode()
    htmx = sign_in(teammate).post(
        f"/incidents/{incident.ref}/acknowledge/", headers={"HX-Request": "true"}
    )
    assert htmx.status_code == 409
    assert owner.name in htmx.content.decode()


def test_acknowledging_what_is_over_says_so(teammate: User) -> None:
    incident = make_incident()
    move(incident, "resolved")
    answer = sign_in(teammate).post(f"/incidents/{incident.ref}/acknowledge/", follow=True)
    assert "there is nothing to acknowledge" in answer.content.decode()


@pytest.mark.parametrize(
    ("verb", "form", "shown"),
    [
        ("note", {"text": "Rolled **back**"}, "<strong>back</strong>"),
        ("task", {"title": "Call the provider"}, "Call the provider"),
        ("severity", {"severity": "sev1", "reason": "spreads"}, "from SEV2 to SEV1: spreads"),
        ("role", {"role": "lead", "me": "1"}, "is lead"),
        ("private", {"private": "1"}, "Only its people see this now."),
        ("edit", {"title": "A better title", "summary": "Since noon"}, "A better title"),
    ],
)
def test_each_action_ends_on_the_page_with_its_effect(
    teammate: User, verb: str, form: dict[str, str], shown: str
) -> None:
    incident = make_incident(by=teammate)
    client = sign_in(teammate)
    answer = client.post(f"/incidents/{incident.ref}/{verb}/", form, follow=True)
    assert answer.status_code == 200
    assert answer.redirect_chain == [(f"/incidents/{incident.ref}/", 302)]
    assert shown in answer.content.decode()


def test_a_task_is_ticked_off_and_opened_again(teammate: User) -> None:
    incident = make_incident()
    task = services.add_task(incident_id=incident.pk, title="Look", actor=actor_of(teammate))
    client = sign_in(teammate)
    for done in ("1", "0"):
        client.post(f"/incidents/{incident.ref}/task/{task.pk}/", {"done": done})
        task.refresh_from_db()
        assert (task.done_at is not None) == (done == "1")


def test_untouched_times_keep_their_fractions_of_a_second(teammate: User) -> None:
    incident = make_incident()
    client = sign_in(teammate)
    moment = incident.detected_at
    assert moment is not None
    form = {
        "onset_at": "2026-11-20T10:00:00",
        "detected_at": moment.strftime("%Y-%m-%dT%H:%M:%S"),
    }
    client.post(f"/incidents/{incident.ref}/times/", form)
    incident.refresh_from_db()
    assert incident.detected_at == moment
    assert incident.onset_at is not None


def test_a_merged_incident_points_to_the_one_that_stays(teammate: User) -> None:
    incident, target = make_incident("Second report"), make_incident("First report")
    client = sign_in(teammate)
    client.post(f"/incidents/{incident.ref}/merge/", {"into": target.ref})
    page = client.get(f"/incidents/{incident.ref}/").content.decode()
    assert f'href="/incidents/{target.ref}/"' in page
    assert incident.ref in client.get(f"/incidents/{target.ref}/").content.decode()


def test_nothing_matching_is_told_apart_from_nothing_active(teammate: User) -> None:
    client = sign_in(teammate)
    assert "Incidents appear here" in client.get("/incidents/").content.decode()
    move(make_incident(), "resolved")
    assert "No active incidents" in client.get("/incidents/").content.decode()
    unmatched = client.get("/incidents/?q=zebra").content.decode()
    assert "No incident matches these filters" in unmatched
