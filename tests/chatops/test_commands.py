"""What somebody writes in chat, as the owner, a teammate and a stranger."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Role, User
from catalog.models import System
from chatops.registry import COMMANDS
from chatops.surface import Form, Reply
from core import clock
from incidents.models import Incident
from incidents.services import set_private
from oncall.models import Override, Page
from oncall.schedule_services import save_schedule
from postmortems.models import Postmortem
from tests.cast import TESTER, actor_of, make_user
from tests.chatops.cast import ask, asked, buttons, channel_of, press, told, words
from tests.incidents.cast import make_incident, move

ABOUT = [command.name for command in COMMANDS if command.about_incident]
NEEDS_ROLE = [command.name for command in COMMANDS if not command.anyone]
WORDS = {
    "ack": "", "mitigate": "", "resolve": "", "close": "", "reopen": "why", "cancel": "why",
    "sev": "1", "lead": "me", "role": "scribe me", "note": "hello", "task": "call",
    "update": "it works", "page": "me", "status": "", "cause": "", "postmortem": "", "playbook": "",
}  # fmt: skip


@pytest.fixture
def incident(db: None) -> Incident:
    return make_incident()


def test_an_incident_is_worked_in_its_channel_without_its_id(
    incident: Incident, teammate: User
) -> None:
    here = channel_of(incident)
    assert told(teammate, "ack looking", here).text == f"{incident.ref} is acknowledged."
    told(teammate, "sev 1 customers see it", here)
    told(teammate, "lead me", here)
    told(teammate, "task @tariq call the bank", here)
    told(teammate, "note 42 boxes failed", here)
    told(teammate, "update half of it works", here)
    told(teammate, "mitigate the old prompt is back", here)
    told(teammate, "resolve", here)
    incident.refresh_from_db()
    assert (incident.status, incident.severity) == ("resolved", "sev1")
    assert incident.roles.get(role="lead").user == teammate
    assert incident.tasks.get().owner == teammate
    assert incident.events.get(kind="note").text == "42 boxes failed"
    assert incident.updates.get().author == teammate
    assert set(incident.events.exclude(kind="opened").values_list("via", flat=True)) == {"slack"}


def test_an_incident_is_named_by_its_id_from_anywhere(incident: Incident, teammate: User) -> None:
    reply = told(teammate, f"ack {incident.pk} I am on it")
    assert reply.private
    incident.refresh_from_db()
    assert incident.status == "acknowledged"


def test_the_id_wins_over_the_channel(incident: Incident, teammate: User) -> None:
    other = make_incident("Another")
    told(teammate, f"ack {other.ref}", channel_of(incident))
    incident.refresh_from_db()
    other.refresh_from_db()
    assert (incident.status, other.status) == ("open", "acknowledged")


def test_without_either_there_is_a_choice_whose_press_carries_out_what_was_said(
    incident: Incident, teammate: User
) -> None:
    move(make_incident("Long over"), "resolved")
    mine = make_incident("Mine", by=teammate)
    reply = told(teammate, "note the index is stale")
    assert "Long over" not in words(reply.blocks)
    choices = buttons(reply)
    assert [button.value for button in choices] == [
        f"note {mine.ref} the index is stale",
        f"note {incident.ref} the index is stale",
    ]
    done = press(teammate, choices[1])
    assert isinstance(done, Reply)
    assert done.replaces
    assert incident.events.get(kind="note").text == "the index is stale"


def test_with_nothing_open_the_id_is_asked_for(db: None, teammate: User) -> None:
    assert "/aire ack [INC-42]" in told(teammate, "ack").text


def test_a_text_that_no_button_can_carry_asks_for_the_id(
    incident: Incident, teammate: User
) -> None:
    reply = told(teammate, "note " + "x" * 2_500)
    assert not buttons(reply)
    assert "write the id" in reply.text


@pytest.mark.parametrize("name", ABOUT)
def test_a_private_incident_is_as_if_it_were_not_there(
    incident: Incident, owner: User, teammate: User, name: str
) -> None:
    set_private(incident_id=incident.pk, private=True, actor=actor_of(owner))
    text = f"{name} {incident.ref} {WORDS[name]}".strip()
    hidden = told(teammate, text)
    missing = told(teammate, text.replace(incident.ref, "INC-999999"))
    assert hidden.text == missing.text.replace("INC-999999", incident.ref)
    assert "may not see it" in hidden.text
    assert incident.title not in words(hidden.blocks)
    in_its_channel = told(teammate, f"{name} {WORDS[name]}", channel_of(incident))
    assert "may not see it" in in_its_channel.text
    incident.refresh_from_db()
    assert incident.status == "open"
    assert not Page.objects.exists()


def test_a_private_incident_is_in_no_list_and_no_choice(
    incident: Incident, owner: User, teammate: User
) -> None:
    set_private(incident_id=incident.pk, private=True, actor=actor_of(owner))
    for text in ("list", "list mine", "ack", "status"):
        said = words(told(teammate, text).blocks)
        assert incident.ref not in said
        assert incident.title not in said
    assert incident.ref in words(told(owner, "list").blocks)


@pytest.mark.parametrize("name", NEEDS_ROLE)
def test_a_viewer_changes_nothing_and_is_told_why(
    incident: Incident, stranger: User, name: str
) -> None:
    for text in (name, f"{name} {WORDS.get(name, '')}"):
        reply = told(stranger, text, channel_of(incident))
        assert "This needs the role responder" in reply.text
    incident.refresh_from_db()
    assert (incident.status, incident.version) == ("open", 1)


def test_a_viewer_reads(incident: Incident, stranger: User) -> None:
    assert incident.ref in words(told(stranger, "list").blocks)
    standing = told(stranger, f"status {incident.ref}")
    assert incident.title in words(standing.blocks)
    assert not buttons(standing)


def test_whoever_was_deactivated_reads_nothing(incident: Incident) -> None:
    gone = make_user("Gone", Role.RESPONDER, is_active=False)
    for text in ("list", f"status {incident.ref}", f"ack {incident.ref}"):
        reply = told(gone, text)
        assert "not active" in reply.text
        assert incident.title not in words(reply.blocks)


def test_the_second_to_acknowledge_is_told_who_was_first(
    incident: Incident, teammate: User, owner: User
) -> None:
    told(teammate, f"ack {incident.ref}")
    assert f"already acknowledged by {teammate}" in told(owner, f"ack {incident.ref}").text


def test_what_the_state_does_not_allow_says_what_it_does(
    incident: Incident, teammate: User
) -> None:
    reply = told(teammate, f"close {incident.ref}")
    assert "cannot become closed" in reply.text
    assert "Possible now: acknowledged" in words(reply.blocks)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("resolv 1", "Did you mean /aire resolve?"),
        ("sev 9", "1, 2, 3 or 4"),
        ("list everything", "all, mine or team"),
        ("oncall nothing-like-it", "There is no schedule yet"),
        ("override", ""),
        ("lead INC-1 @", "Nobody who may respond"),
        ("help frobnicate", "There is no command frobnicate"),
        ("ack INC-999", "There is no incident INC-999"),
    ],
)
def test_wrong_words_are_answered_with_right_ones(
    incident: Incident, teammate: User, text: str, said: str
) -> None:
    answer = ask(teammate, text.replace("INC-1 ", f"{incident.ref} "))
    if said:
        assert isinstance(answer, Reply)
        assert said in words(answer.blocks)
    else:
        assert isinstance(answer, Form)


def test_a_refusal_names_the_usage(incident: Incident, teammate: User) -> None:
    reply = told(teammate, f"lead {incident.ref} @nobody-here")
    assert "/aire lead [INC-42] @person" in words(reply.blocks)


def test_typing_pages_nobody_and_the_button_does(
    incident: Incident, teammate: User, owner: User
) -> None:
    owner.time_zone = "Asia/Tokyo"
    owner.save()
    reply = told(teammate, f"page {incident.ref} @olga the index")
    assert not Page.objects.exists()
    assert f"Pages {owner} about {incident.ref} now" in reply.text
    local = clock.now() + timedelta(hours=9)
    assert f"{local:%H:%M} for {owner} (Asia/Tokyo)" in reply.text
    done = press(teammate, buttons(reply)[0])
    assert isinstance(done, Reply)
    assert Page.objects.get().user == owner
    assert Page.objects.get().because.endswith("the index")


def test_nobody_is_paged_for_what_is_over(incident: Incident, teammate: User) -> None:
    move(incident, "resolved")
    assert "nobody to page" in told(teammate, f"page {incident.ref} me").text


def test_status_shows_the_card_and_the_last_update(incident: Incident, teammate: User) -> None:
    told(teammate, f"update {incident.ref} Half of the <b>answers</b> are right")
    reply = told(teammate, f"status {incident.ref}")
    said = words(reply.blocks)
    for part in (incident.title, "Open", "Nobody yet", "Half of the <b>answers</b>", "Next update"):
        assert part in said
    assert buttons(reply)[0].action == "incident.acknowledge"


def test_who_is_on_call(db: None, teammate: User, owner: User) -> None:
    _schedule("ml-primary", teammate)
    _schedule("platform", owner)
    everybody = told(teammate, "oncall")
    assert f"Ml-primary: {teammate}" in everybody.text
    assert f"Platform: {owner}" in everybody.text
    one = told(teammate, "oncall plat")
    assert str(teammate) not in one.text
    assert "There are: ml-primary, platform" in told(teammate, "oncall nothing").text


def test_somebody_takes_over_a_schedule(db: None, teammate: User, owner: User) -> None:
    _schedule("ml-primary", teammate)
    told(teammate, "override ml-primary @olga 4h")
    override = Override.objects.get()
    assert override.user == owner
    assert override.ends - override.starts == timedelta(hours=4)
    for length in ("soon", "0m", "40d", "999999999w"):
        assert "4h or 2d" in told(teammate, f"override ml-primary me {length}").text
    assert "There is no schedule" in told(teammate, "override nope me 4h").text
    assert Override.objects.count() == 1


def test_a_postmortem_is_begun_once(incident: Incident, teammate: User) -> None:
    move(incident, "resolved", by=teammate)
    first = told(teammate, f"postmortem {incident.ref}")
    second = told(teammate, f"postmortem {incident.ref}")
    assert first.text == second.text
    assert Postmortem.objects.get().incident == incident


def test_link_says_whom_one_is_taken_for(db: None, stranger: User) -> None:
    reply = told(stranger, "link")
    assert reply.asks_link
    assert stranger.email in reply.text


def test_help_is_made_from_the_registry(db: None, stranger: User) -> None:
    overview = words(told(stranger, "help").blocks)
    assert overview == words(told(stranger, "").blocks)
    for command in COMMANDS:
        assert f"{command.name} {command.does}" in overview
        one = told(stranger, f"help {command.name}")
        assert f"/aire {command.name}" in one.text
        assert command.does in one.text


def test_cause_chooses_what_it_finds_alone(incident: Incident, teammate: User) -> None:
    form = asked(teammate, f"cause {incident.ref} data.feature-drift")
    assert form.name == "cause"
    assert form.state == {"incident": incident.ref}


def test_a_drill_asks_first(system: System, teammate: User) -> None:
    form = asked(teammate, f"drill hallucination-spike {system.slug}")
    chosen = {field.name: field.initial for field in form.fields}
    assert chosen == {"scenario": "hallucination-spike", "system": system.slug}
    assert "pages whoever" in words(form.blocks)


def test_hostile_text_stays_text(incident: Incident, teammate: User) -> None:
    told(teammate, f"note {incident.ref} <!channel> & <script>")
    assert incident.events.get(kind="note").text == "<!channel> & <script>"
    assert "no command /aire <!channel>" in told(teammate, "<!channel>").text
    told(teammate, f"note {incident.ref} a\x00b\ud800c")
    kept = incident.events.filter(kind="note").order_by("-recorded_at", "-id")[0].text
    assert "\x00" not in kept
    assert kept.startswith("a")


def _schedule(slug: str, user: User) -> None:
    rotation = {"name": "Only", "users": [user.email], "starts": "2026-01-01T00:00:00Z"}
    save_schedule(
        slug=slug, name=slug.capitalize(), time_zone="UTC", rotations=[rotation], actor=TESTER
    )
