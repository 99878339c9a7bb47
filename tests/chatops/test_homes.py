"""Somebody's own page in the chat, and the daily digest of a channel."""

from __future__ import annotations

from datetime import timedelta

from accounts.models import Team, User
from catalog.models import System
from chatops.surface import Buttons, Row
from chatops.talking import digest, home
from core import clock
from incidents.services import add_task, page_someone, set_private
from oncall.schedule_services import save_schedule
from tests.cast import TESTER, actor_of
from tests.chatops.cast import words
from tests.incidents.cast import make_incident, move


def test_the_home_shows_my_pages_my_incidents_and_my_work(teammate: User, owner: User) -> None:
    paged = make_incident("Paged for this")
    page_someone(incident_id=paged.pk, user=teammate, actor=actor_of(owner), reason="the index")
    mine = make_incident("Opened by me", by=teammate)
    other = make_incident("Somebody else's")
    add_task(incident_id=mine.pk, title="Call the bank", actor=TESTER, owner=teammate)
    rotation = {"name": "Only", "users": [teammate.email], "starts": "2026-01-01T00:00:00Z"}
    save_schedule(slug="ml", name="ML", time_zone="UTC", rotations=[rotation], actor=TESTER)
    blocks = home(user=teammate).blocks
    said = words(blocks)
    for part in ("Paged for this", "the index", "Opened by me", "Call the bank", f"ML: {teammate}"):
        assert part in said
    assert other.title not in said
    pressed = [block.button for block in blocks if isinstance(block, Row) and block.button]
    assert ("incident.acknowledge", paged.ref) in [(one.action, one.value) for one in pressed]


def test_nothing_private_is_in_the_home_of_others(teammate: User, owner: User) -> None:
    hidden = make_incident("Hidden", by=owner)
    add_task(incident_id=hidden.pk, title="Secret work", actor=TESTER)
    set_private(incident_id=hidden.pk, private=True, actor=actor_of(owner))
    said = words(home(user=teammate).blocks)
    assert "Hidden" not in said
    assert "Nothing else is open either" in said
    assert "Hidden" in words(home(user=owner).blocks)


def test_a_viewer_is_offered_nothing_that_changes(stranger: User) -> None:
    for block in home(user=stranger).blocks:
        if isinstance(block, Buttons):
            assert [one.label for one in block.items] == ["Open incidents", "What can I write?"]


def test_the_digest_counts_what_everybody_may_see(
    teammate: User, owner: User, system: System, team: Team
) -> None:
    make_incident("Of the team", systems=[system])
    make_incident("Of somebody else")
    hidden = make_incident("Hidden", by=owner, systems=[system])
    set_private(incident_id=hidden.pk, private=True, actor=actor_of(owner))
    make_incident("A drill", systems=[system], drill=True)
    move(make_incident("Over", systems=[system]), "resolved")
    everything, own = digest(), digest(team=team)
    assert everything.text.startswith("2 open incidents, 3 opened and 1 resolved")
    assert own.text.startswith("1 open incident of Assistants, 2 opened and 1 resolved")
    for part in ("Hidden", "A drill"):
        assert part not in words(everything.blocks) + words(own.blocks)
    assert "Of somebody else" not in words(own.blocks)


def test_a_quiet_day_is_said_to_be_quiet(db: None) -> None:
    later = digest(at=clock.now() + timedelta(days=2))
    assert later.text == "0 open incidents, 0 opened and 0 resolved since yesterday."
