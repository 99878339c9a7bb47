"""Shadow mode: everything runs and is recorded, nobody is paged; what is not in it still pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import Team, User
from alerts.services import save_source
from catalog.models import System
from core import clock
from core.actor import program
from incidents import services as incidents
from incidents.models import Incident, IncidentMember
from notifications.models import Delivery, InboxItem
from oncall.models import Escalation, Page
from oncall.selectors import waiting_pages
from oncall.shadow.services import active_scopes, begin_shadow, end_shadow, in_shadow
from tests.cast import make_system, make_team, sign_in
from tests.fakes.channel import FakeChannel
from tests.fakes.paging import later, work_off

pytestmark = pytest.mark.django_db(transaction=True)
ME = program("A test")


@pytest.fixture
def ana(person: Callable[..., User], pigeon: FakeChannel) -> User:
    return person("Ana", "admin")


@pytest.fixture
def llm(ana: User) -> System:
    team: Team = make_team("assistants", ana)
    return make_system("checkout", team_slug=team.slug)


def opened(*systems: System, **more: Any) -> Incident:
    incident = incidents.open_incident(
        title="It burns", severity="sev1", systems=systems, actor=ME, **more
    )
    work_off()
    return incident


def test_of_a_team_in_shadow_the_page_is_recorded_and_nothing_is_sent(
    ana: User, llm: System, pigeon: FakeChannel
) -> None:
    begin_shadow(scope="team:assistants", until=None, actor=ME)
    incident = opened(llm)
    later(24 * 3_600)
    work_off()
    assert pigeon.taken == []
    assert not InboxItem.objects.exists()
    assert {page.shadow for page in Page.objects.all()} == {True}
    assert Delivery.objects.filter(state="shadow", channel="pigeon").exists()
    assert waiting_pages(ana) == []
    assert not IncidentMember.objects.filter(incident=incident, user=ana).exists()
    assert incident.events.filter(text__startswith="Shadow mode: would have paged Ana").exists()


def test_what_is_not_in_shadow_pages(ana: User, llm: System, pigeon: FakeChannel) -> None:
    begin_shadow(scope="source:other", until=None, actor=ME)
    opened(llm, sources={"prometheus"})
    assert len(pigeon.taken) == 1


def test_a_source_in_shadow_among_others_pages() -> None:
    active = {"source:a", "team:x"}
    assert in_shadow(active, sources={"a"}, teams=set())
    assert in_shadow(active, sources={"a", "b"}, teams={"x"})
    assert not in_shadow(active, sources={"a", "b"}, teams=set())
    assert not in_shadow(active, sources=set(), teams={"x", "y"})
    assert not in_shadow(active, sources=set(), teams=set())


def test_a_person_who_is_asked_for_by_a_person_is_paged(
    ana: User, llm: System, pigeon: FakeChannel
) -> None:
    begin_shadow(scope="team:assistants", until=None, actor=ME)
    incident = opened(llm)
    incidents.page_someone(incident_id=incident.pk, user=ana, actor=ME)
    work_off()
    assert [taken.address for taken in pigeon.taken] == ["ana@example.org"]


def test_it_ends_on_its_date_and_by_hand(ana: User) -> None:
    soon = begin_shadow(scope="team:a", until=clock.now() + timedelta(hours=1), actor=ME)
    begin_shadow(scope="team:b", until=None, actor=ME)
    assert active_scopes() == {"team:a", "team:b"}
    type(soon).objects.filter(pk=soon.pk).update(until=clock.now() - timedelta(seconds=1))
    assert active_scopes() == {"team:b"}
    again = begin_shadow(scope="team:a", until=None, actor=ME)
    end_shadow(shadow_id=again.pk, actor=ME)
    assert active_scopes() == {"team:b"}


def test_the_page_says_who_would_have_been_paged_and_exports_it(
    ana: User, llm: System, person: Callable[..., User]
) -> None:
    begin_shadow(scope="team:assistants", until=None, actor=ME)
    opened(llm)
    opened(llm, private=True)
    client = Client()
    client.force_login(ana)
    shown = client.get("/on-call/shadow/").content.decode()
    assert "nobody is paged" in shown
    assert "It burns" in shown
    stranger = Client()
    stranger.force_login(person("Ben", "viewer"))
    rows = stranger.get("/on-call/shadow/pages.csv").content.decode().splitlines()
    assert len(rows) == 1 + Page.objects.exclude(escalation__card__private=True).count()
    assert stranger.post("/on-call/shadow/", {"scope": "team:assistants"}).status_code == 403
    assert Escalation.objects.filter(shadow=True).count() == 2


def test_the_pages_of_the_source_and_of_the_team_say_so_while_it_lasts(
    ana: User, llm: System
) -> None:
    save_source(slug="old-tool", name="Old tool", format="alertmanager", actor=ME)
    browser, said = sign_in(ana), "Shadow mode: nobody is paged"
    pages = {"source:old-tool": "/alerts/sources/old-tool/"}
    pages |= {"team:assistants": "/settings/teams/assistants/"}
    for scope, path in pages.items():
        assert said not in browser.get(path).content.decode()
        shadow = begin_shadow(scope=scope, until=None, reason="<i>Trying</i>", actor=ME)
        shown = browser.get(path).content.decode()
        assert said in shown
        assert "&lt;i&gt;Trying" in shown
        end_shadow(shadow_id=shadow.pk, actor=ME)
        assert said not in browser.get(path).content.decode()
