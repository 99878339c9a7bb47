"""The pages of this room cost the same with many rows, and show hostile text as text."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from alerts.events import AlertsFiring
from alerts.models import Alert
from alerts.trace import trace
from catalog.models import System
from catalog.services import record_change
from core import clock
from core.actor import program
from incidents import handlers, paging_handlers, selectors, services
from incidents.models import Incident, IncidentAlert
from oncall import escalations, stepping
from oncall.events import PageCreated
from oncall.models import (
    EscalationPolicy,
    PolicyStep,
    PolicyTarget,
    Rotation,
    RotationMember,
    Schedule,
)
from taxonomy.models import Cause
from tests.cast import actor_of, api_client, make_system, make_user, sign_in
from tests.incidents.cast import make_incident, move

pytestmark = pytest.mark.django_db
EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


@pytest.fixture
def policy(teammate: User) -> EscalationPolicy:
    """Pages the teammate at once, and again after ten minutes."""
    made = EscalationPolicy.objects.create(slug="default", name="Default")
    for position, wait in enumerate((0, 600)):
        step = PolicyStep.objects.create(policy=made, position=position, after_seconds=wait)
        PolicyTarget.objects.create(step=step, user=teammate)
    return made


def queries_of(do: Callable[[], Any]) -> int:
    with CaptureQueriesContext(
        connection,
    ) as caught:
        do()
    return len(caught)


def fill(incident: Incident, by: User, system: System, make_alert: Any, many: int) -> None:
    """Some of everything that an incident page shows."""
    slugs = Cause.objects.values_list("slug", flat=True)[:many]
    for slug in slugs:
        services.attach_cause(incident_id=incident.pk, cause=slug, actor=actor_of(by))
    for number in range(many):
        other = make_user(f"Helper {number} of {incident.pk}", "responder")
        services.add_note(incident_id=incident.pk, text=f"Note {number}", actor=actor_of(other))
        services.add_task(incident_id=incident.pk, title="Look", actor=actor_of(by), owner=other)
        services.page_someone(incident_id=incident.pk, user=other, actor=actor_of(by))
        IncidentAlert.objects.create(incident=incident, alert=make_alert(system=system))
        record_change(
            system=system,
            kind="prompt",
            summary=f"Change {number}",
            occurred_at=clock.now() - timedelta(hours=2),
            actor=actor_of(by),
        )


def test_an_incident_page_costs_the_same_however_much_is_on_it(
    teammate: User, system: System, make_alert: Callable[..., Alert]
) -> None:
    client = sign_in(teammate)
    counts = []
    fill(make_incident("Before", systems=[system]), teammate, system, make_alert, 1)
    for many in (1, 8):
        incident = make_incident(f"With {many}", systems=[system])
        fill(incident, teammate, system, make_alert, many)
        counts.append(queries_of(lambda ref=incident.ref: client.get(f"/incidents/{ref}/")))
    assert counts[0] == counts[1]
    reading = queries_of(lambda: selectors.incident_page(teammate, incident.ref))
    assert reading <= 20
    # The session, the reader, and the blocks of higher rooms, each a few of its own.
    assert counts[0] <= 20 + 2 + 20


def test_asking_whether_anything_changed_costs_little(teammate: User) -> None:
    incident = make_incident()
    client = sign_in(teammate)
    address = f"/incidents/{incident.ref}/?fragment=live&seen="
    headers = {"HX-Request": "true"}
    tag = selectors.state_tag(teammate, incident.ref)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address + tag, headers=headers).status_code == 204
    assert len(caught) <= 6
    services.add_note(incident_id=incident.pk, text="News", actor=actor_of(teammate))
    fresh = client.get(address + tag, headers=headers)
    assert fresh.status_code == 200
    assert "News" in fresh.content.decode()
    assert "<html" not in fresh.content.decode()


# The first page asks once for what is quiet and once for storms.
@pytest.mark.parametrize(
    ("address", "most"), [("/", 15), ("/incidents/", 12), ("/api/v1/incidents/", 12)]
)
def test_lists_cost_the_same_with_many_rows(teammate: User, address: str, most: int) -> None:
    systems = [make_system(f"system-{number}") for number in range(3)]
    client: Client = api_client(teammate) if "api" in address else sign_in(teammate)
    client.get(address)  # a key notes its first use
    counts = []
    for _ in range(2):
        for number in range(4):
            incident = make_incident(f"Row {number}", systems=systems)
            services.assign_role(
                incident_id=incident.pk, role="lead", user=teammate, actor=actor_of(teammate)
            )
            services.page_someone(incident_id=incident.pk, user=teammate, actor=program())
            move(make_incident(f"Over {number}", systems=systems), "resolved")
        counts.append(queries_of(lambda: client.get(address)))
    assert counts[0] == counts[1]
    assert counts[0] <= most + 2  # the session and the reader


def link(incident: Incident, alert: Alert, *, opened: bool) -> None:
    """As when the alert fires and the incident is opened for it, or there already."""
    found = handlers._members([AlertsFiring("group", [str(alert.pk)])])
    handlers._link(incident, found["group"], opened=opened)


def test_a_trace_costs_the_same_however_many_were_paged(
    teammate: User, make_alert: Callable[..., Alert]
) -> None:
    counts = []
    for many in (1, 6):
        alert = make_alert()
        incident = make_incident()
        link(incident, alert, opened=True)
        for number in range(many):
            other = make_user(f"Paged {number} of {incident.pk}", "responder")
            services.page_someone(incident_id=incident.pk, user=other, actor=program())
        counts.append(queries_of(lambda alert=alert: trace(alert, teammate)))
    assert counts[0] == counts[1]


@pytest.mark.django_db(transaction=True)
def test_the_trace_tells_the_story_to_those_who_may_know(
    owner: User, teammate: User, policy: EscalationPolicy, make_alert: Callable[..., Alert]
) -> None:
    alert = make_alert()
    incident = make_incident("Leak", by=owner, private=True, page=True, policy=policy)
    link(incident, alert, opened=True)
    stepping.run_due_steps()
    move(incident, "acknowledged", owner)
    told = [line.text for line in trace(alert, owner)]
    assert told[0] == f"It opened {incident.ref}: Leak"
    assert any(text.startswith(f"Paged {teammate.name}.") for text in told)
    assert told[-1] == f"{owner.name}: acknowledged."
    assert not [line for line in trace(alert, make_user("Nosy", "manager")) if "Leak" in line.text]


@pytest.mark.django_db(transaction=True)
def test_an_alert_that_joins_later_does_not_claim_earlier_pages(
    owner: User, policy: EscalationPolicy, make_alert: Callable[..., Alert]
) -> None:
    incident = make_incident(page=True, policy=policy)
    stepping.run_due_steps()
    alert = make_alert()
    link(incident, alert, opened=False)
    lines = [line for line in trace(alert, owner) if line.kind in ("incident", "page")]
    assert [line.kind for line in lines] == ["incident"]
    assert lines[0].text.endswith("1 page had gone out for it before.")


@pytest.mark.django_db(transaction=True)
def test_the_page_says_who_is_next_and_what_became_of_each_page(
    teammate: User, policy: EscalationPolicy
) -> None:
    incident = make_incident(page=True, policy=policy)
    stepping.run_due_steps()
    shown = selectors.incident_page(teammate, incident.ref).paging
    assert shown.is_running
    assert shown.next is not None
    assert (shown.next.who, shown.next.step_label) == (teammate.name, "step 2 of 2")
    assert [line.who for line in shown.pages] == [teammate.name]
    assert [line.channel for line in shown.pages[0].deliveries]
    page = sign_in(teammate).get(f"/incidents/{incident.ref}/").content.decode()
    assert f"Next: <strong>{teammate.name}</strong>" in page


@pytest.mark.django_db(transaction=True)
def test_the_first_page_asks_whoever_is_paged_to_acknowledge(
    teammate: User, owner: User, policy: EscalationPolicy
) -> None:
    incident = make_incident("Prices invented", page=True, policy=policy)
    stepping.run_due_steps()
    page = sign_in(teammate).get("/").content.decode()
    assert "You are paged" in page
    assert f'action="/incidents/{incident.ref}/acknowledge/"' in page
    assert "You are paged" not in sign_in(owner).get("/").content.decode()
    sign_in(teammate).post(f"/incidents/{incident.ref}/acknowledge/")
    assert "You are paged" not in sign_in(teammate).get("/").content.decode()


def test_hostile_words_are_shown_as_words(teammate: User, system: System) -> None:
    incident = make_incident(EVIL, by=teammate, summary=EVIL, systems=[system])
    actor = actor_of(teammate)
    services.add_note(incident_id=incident.pk, text=f"{EVIL} [x](javascript:alert(3))", actor=actor)
    services.add_task(incident_id=incident.pk, title=EVIL, actor=actor)
    services.change_severity(incident_id=incident.pk, severity="sev1", actor=actor, reason=EVIL)
    record_change(
        system=system,
        kind="prompt",
        summary=EVIL,
        url="https://x.example/",
        occurred_at=clock.now() - timedelta(hours=1),
        actor=actor,
    )
    client = sign_in(teammate)
    parts = ("", "acknowledge/", "edit/", "transition/?to=cancelled", "merge/")
    addresses = [f"/incidents/{incident.ref}/{part}" for part in parts]
    for address in ("/", "/incidents/", f"/systems/{system.slug}/", *addresses):
        page = client.get(address).content.decode()
        assert "alert(1)" in page, address
        for raw in ("<script>alert", "<img src=x", 'href="javascript:'):
            assert raw not in page, address


@pytest.mark.parametrize(
    "query",
    ["status=burning", "q=a%00b", "opened_after=yesterday", "system=%00", "cursor=x", "show=%00"],
)
def test_filters_that_cannot_be_read_show_nothing_and_break_nothing(
    teammate: User, query: str
) -> None:
    make_incident("Plainly there")
    page = sign_in(teammate).get(f"/incidents/?{query}", follow=True)
    assert page.status_code == 200
    assert ("Plainly there" in page.content.decode()) == query.startswith(("show", "cursor"))


def test_whoever_is_paged_belongs_to_the_incident(teammate: User, owner: User) -> None:
    incident = make_incident("Leak", by=owner, private=True)
    page = escalations.page_person(
        subject_key=incident.subject_key, card={}, user=teammate, because="x", actor=program()
    )
    told = {"subject_key": incident.subject_key, "page_id": str(page.pk), "who": teammate.name}
    paging_handlers.on_page_created(
        PageCreated(
            **told,
            user_id=teammate.pk,
            because="x",
            round=0,
            step=0,
            step_label="",
            is_fallback=False,
        )
    )
    assert sign_in(teammate).get(f"/incidents/{incident.ref}/").status_code == 200


@pytest.fixture
def rotation(teammate: User, owner: User) -> Schedule:
    """The teammate is on call this week, the owner next week."""
    schedule = Schedule.objects.create(slug="primary", name="Primary")
    started = clock.now() - timedelta(days=1)
    layer = Rotation.objects.create(
        schedule=schedule, name="first", starts=started, handoff=started.time().replace(second=0)
    )
    for position, user in enumerate((teammate, owner)):
        RotationMember.objects.create(rotation=layer, position=position, user=user)
    return schedule


@pytest.mark.django_db(transaction=True)
def test_while_a_schedule_is_paged_the_pages_stay_within_their_budgets(
    teammate: User, owner: User, rotation: Schedule, policy: EscalationPolicy
) -> None:
    second = policy.steps.get(position=1)
    second.targets.update(user=None, schedule=rotation)
    incident = make_incident(page=True, policy=policy)
    stepping.run_due_steps()
    paging = selectors.incident_page(owner, incident.ref).paging
    assert paging.next is not None
    assert paging.next.who == teammate.name
    assert queries_of(lambda: selectors.incident_page(owner, incident.ref)) <= 20
    assert queries_of(lambda: selectors.now_page(owner)) <= 12


def test_the_first_page_says_whether_the_reader_is_on_call(
    teammate: User, owner: User, stranger: User, rotation: Schedule
) -> None:
    mine = sign_in(teammate).get("/").content.decode()
    assert "You are on call: <strong>Primary</strong>, first, until" in mine
    assert "You are not on call. Next: Primary," in sign_in(owner).get("/").content.decode()
    assert "You are not on call.</span>" in sign_in(stranger).get("/").content.decode()


def test_counts_are_whole_when_the_first_page_shows_only_some(teammate: User) -> None:
    for number in range(22):
        make_incident(f"Number {number}", severity="sev1" if number % 2 else "sev3")
    page = selectors.now_page(teammate)
    assert (len(page.incidents), page.more) == (20, True)
    assert page.counts == {"sev1": 11, "sev2": 0, "sev3": 11, "sev4": 0}
