"""Time off, public holidays, swaps and planned changes on stored schedules."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import User
from core import clock
from core.actor import Actor, Via
from core.errors import Conflict, Forbidden, Invalid
from notifications.models import InboxItem
from oncall import services
from oncall.cover_services import set_time_off
from oncall.duty_rules import on_duty
from oncall.models import Override, Schedule, SwapRequest
from oncall.rotation import on_call, shadowing
from oncall.snapshot import rules_at, rules_of
from tests.cast import api_client, sign_in
from tests.fakes.channel import FakeChannel

pytestmark = pytest.mark.django_db
ACTOR = Actor(label="A test", via=Via.APPLY)
Make = Callable[..., User]
WEEK = timedelta(weeks=1)
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def schedule(*people: User, zone: str = "UTC", **more: object) -> Schedule:
    rotation = {
        "name": "Weekly",
        "users": [person.email for person in people],
        "starts": MONDAY,
        "handoff": "09:00",
        "shift_length": "1w",
    }
    rotation |= {key: more.pop(key) for key in ("changes", "ends") if key in more}
    return services.save_schedule(
        slug="primary",
        name="Primary",
        time_zone=zone,
        rotations=[rotation],
        actor=ACTOR,
        **more,  # type: ignore[arg-type]
    )


def who(at: datetime) -> tuple[str, str, str]:
    """Who, why and instead of whom, the same on the way of a page as on the pages."""
    (loaded,) = rules_at(at, slugs=["primary"])
    duties = on_call(rules_of(loaded), at)
    paged = on_duty(loaded.pk, at)
    assert paged is not None
    assert paged.at(at) == list(duties)
    if not duties:
        return ("nobody", "", "")
    duty = duties[0]
    return (duty.user.name, duty.because, duty.instead_of.name if duty.instead_of else "")


def test_time_off_moves_cover_to_the_next_and_nobodys_turn(person: Make) -> None:
    ana, ben, cy = person("Ana"), person("Ben"), person("Cy")
    schedule(ana, ben, cy)
    wednesday = MONDAY + timedelta(days=2)
    services.add_time_off(
        user=ana, starts=wednesday, ends=wednesday + timedelta(days=1), reason="Moving", actor=ACTOR
    )
    assert who(MONDAY) == ("Ana", "rotation", "")
    assert who(wednesday) == ("Ben", "cover", "Ana")
    assert who(wednesday + timedelta(days=1)) == ("Ana", "rotation", "")
    assert who(MONDAY + WEEK) == ("Ben", "rotation", "")


def test_a_public_holiday_moves_cover_from_midnight_in_the_persons_own_zone(person: Make) -> None:
    ana, ben = person("Ana", time_zone="Asia/Tokyo"), person("Ben")
    schedule(ana, ben, holidays_move_cover=True)
    services.set_holiday_place(user=ana, country="JP", actor=ACTOR)
    # Showa Day, 29 April 2026, in a week of Ana's: it begins at 15:00 UTC of the day before.
    begins = datetime(2026, 4, 28, 15, 0, tzinfo=UTC)
    assert who(begins - timedelta(seconds=1)) == ("Ana", "rotation", "")
    assert who(begins) == ("Ben", "cover", "Ana")
    assert who(begins + timedelta(days=1)) == ("Ana", "rotation", "")
    services.set_holiday_place(user=ana, country="", actor=ACTOR)
    assert who(begins) == ("Ana", "rotation", "")


def test_what_is_entered_already_is_left_alone_when_there_is_no_room_for_more(
    person: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = person("Ana")
    monkeypatch.setattr("oncall.cover_services.MAX_TIME_OFF", 2)
    first, second = ((MONDAY + n * WEEK, MONDAY + (n + 1) * WEEK, "Sea") for n in (0, 2))
    services.add_time_off(user=ana, starts=second[0], ends=second[1], reason="Sea", actor=ACTOR)
    kept = ana.time_off.get().pk
    for periods in ([first, second], [(*first[:2], "Hills"), second]):
        set_time_off(user=ana, periods=periods, actor=ACTOR)
        assert [(row.starts, row.ends, row.reason) for row in ana.time_off.order_by("starts")] == (
            periods
        )
    assert ana.time_off.order_by("starts")[1].pk == kept


def test_a_place_that_is_not_known_is_refused(person: Make) -> None:
    with pytest.raises(Invalid) as refused:
        services.set_holiday_place(user=person("Ana"), country="XX", actor=ACTOR)
    assert set(refused.value.errors) == {"country"}
    with pytest.raises(Invalid) as refused:
        services.set_holiday_place(user=person("Ben"), country="DE", subdivision="ZZ", actor=ACTOR)
    assert set(refused.value.errors) == {"subdivision"}


def test_a_planned_change_counts_from_the_first_hand_off_then(person: Make) -> None:
    ana, ben, cy = person("Ana"), person("Ben"), person("Cy")
    change = {"since": MONDAY + timedelta(days=3), "users": [cy.email, ben.email]}
    schedule(ana, ben, changes=[change], ends=MONDAY + 4 * WEEK)
    assert who(MONDAY + timedelta(days=6))[0] == "Ana"
    assert [who(MONDAY + n * WEEK)[0] for n in (1, 2, 3, 4)] == ["Cy", "Ben", "Cy", "nobody"]


def test_whoever_is_on_a_shadow_rotation_looks_on(person: Make) -> None:
    ana, ben = person("Ana"), person("Ben")
    schedule(ana)
    base = {"starts": MONDAY, "handoff": "09:00", "shift_length": "1d"}
    services.save_schedule(
        slug="primary",
        name="Primary",
        time_zone="UTC",
        rotations=[
            {"name": "Weekly", "users": [ana.email], **base},
            {"name": "New", "users": [ben.email], "shadow": True, **base},
        ],
        actor=ACTOR,
    )
    assert who(MONDAY)[0] == "Ana"
    (loaded,) = rules_at(MONDAY)
    assert [duty.user for duty in shadowing(rules_of(loaded), MONDAY)] == [ben]


def next_monday() -> datetime:
    weeks = (clock.now() - MONDAY) // WEEK
    return MONDAY + (weeks + 1) * WEEK


def test_a_swap_is_asked_taken_once_and_told(person: Make, pigeon: FakeChannel) -> None:
    ana, ben, cy = person("Ana"), person("Ben"), person("Cy")
    schedule(ana, ben, cy)
    at = next_monday()
    asker = {"Ana": ana, "Ben": ben, "Cy": cy}[who(at)[0]]
    taker, third = [p for p in (ana, ben, cy) if p != asker]
    swap = services.request_swap(
        schedule_slug="primary", asker=asker, starts=at, ends=at + timedelta(days=1), actor=ACTOR
    )
    assert set(InboxItem.objects.values_list("user", flat=True)) == {taker.pk, third.pk}
    with pytest.raises(Conflict, match="themselves"):
        services.take_swap(swap_id=swap.pk, schedule_slug="primary", taker=asker, actor=ACTOR)
    services.take_swap(swap_id=swap.pk, schedule_slug="primary", taker=taker, actor=ACTOR)
    assert who(at) == (taker.name, "swap", asker.name)
    assert who(at + timedelta(days=1))[0] == asker.name
    assert InboxItem.objects.filter(user=asker).count() == 1
    with pytest.raises(Conflict, match="already"):
        services.take_swap(swap_id=swap.pk, schedule_slug="primary", taker=third, actor=ACTOR)


def two_shifts(*people: User) -> tuple[User, datetime, User, datetime]:
    """Whose the next two weeks are, and when they begin."""
    at = next_monday()
    by_name = {person.name: person for person in people}
    return by_name[who(at)[0]], at, by_name[who(at + WEEK)[0]], at + WEEK


def test_a_shift_is_offered_for_one_of_theirs_and_both_stand_in(
    person: Make, pigeon: FakeChannel
) -> None:
    ana, ben, cy = person("Ana"), person("Ben"), person("Cy")
    schedule(ana, ben, cy)
    asker, mine, partner, theirs = two_shifts(ana, ben, cy)
    third = next(one for one in (ana, ben, cy) if one not in (asker, partner))
    browser = sign_in(asker)
    path = "/on-call/schedules/primary/exchange/"
    form = browser.get(path).context["form"]
    give = next(key for key, _ in form.fields["give"].choices if mine.isoformat() in key)
    take = next(key for key, _ in form.fields["take"].choices if theirs.isoformat() in key)
    assert browser.post(path, {"give": take, "take": give}).status_code == 422
    assert browser.post(path, {"give": give, "take": take}).status_code == 302
    assert set(InboxItem.objects.values_list("user", flat=True)) == {partner.pk}
    swap = SwapRequest.objects.get()
    home = sign_in(third).get("/on-call/").content.decode()
    assert "Somebody asks for a swap" not in home
    assert "Exchange" in sign_in(partner).get("/on-call/schedules/primary/").content.decode()
    with pytest.raises(Conflict, match="alone"):
        services.take_swap(swap_id=swap.pk, schedule_slug="primary", taker=third, actor=ACTOR)
    sign_in(partner).post(f"/on-call/schedules/primary/swaps/{swap.pk}/take/")
    assert who(mine) == (partner.name, "swap", asker.name)
    assert who(theirs) == (asker.name, "swap", partner.name)
    assert who(theirs + WEEK)[0] == third.name


def test_whoever_an_exchange_was_offered_to_declines_it(person: Make, pigeon: FakeChannel) -> None:
    ana, ben = person("Ana"), person("Ben")
    schedule(ana, ben)
    asker, mine, partner, theirs = two_shifts(ana, ben)
    back = services.InReturn(partner, theirs, theirs + WEEK)
    wanted = {"schedule_slug": "primary", "asker": asker, "actor": ACTOR}
    with pytest.raises(Invalid, match="not on call then"):
        services.request_swap(starts=theirs, ends=theirs + WEEK, in_return=back, **wanted)  # type: ignore[arg-type]
    swap = services.request_swap(starts=mine, ends=mine + WEEK, in_return=back, **wanted)  # type: ignore[arg-type]
    services.withdraw_swap(swap_id=swap.pk, schedule_slug="primary", by=partner, actor=ACTOR)
    assert SwapRequest.objects.get().state == "withdrawn"
    assert InboxItem.objects.filter(user=asker).count() == 1
    assert who(mine)[0] == asker.name


def test_an_exchange_whose_shift_has_moved_meanwhile_is_refused(
    person: Make, pigeon: FakeChannel
) -> None:
    ana, ben, cy = person("Ana"), person("Ben"), person("Cy")
    schedule(ana, ben, cy)
    asker, mine, partner, theirs = two_shifts(ana, ben, cy)
    third = next(one for one in (ana, ben, cy) if one not in (asker, partner))
    back = services.InReturn(partner, theirs, theirs + WEEK)
    whole = {"starts": mine, "ends": mine + WEEK, "schedule_slug": "primary", "actor": ACTOR}
    swap = services.request_swap(asker=asker, in_return=back, **whole)  # type: ignore[arg-type]
    # Everybody can be asked beside the one to whom it is offered.
    services.request_swap(asker=asker, **whole)  # type: ignore[arg-type]
    services.add_override(
        schedule_slug="primary", user=third, starts=theirs, ends=theirs + WEEK, actor=ACTOR
    )
    with pytest.raises(Conflict, match="has changed since"):
        services.take_swap(swap_id=swap.pk, schedule_slug="primary", taker=partner, actor=ACTOR)
    assert who(mine)[0] == asker.name
    InboxItem.objects.all().delete()
    services.withdraw_swap(swap_id=swap.pk, schedule_slug="primary", by=asker, actor=ACTOR)
    assert InboxItem.objects.get().user == partner


def test_a_manager_exchanges_two_shifts_at_once_and_nobody_else_may(
    person: Make, pigeon: FakeChannel
) -> None:
    ana, ben, manager = person("Ana"), person("Ben"), person("Mia", "manager")
    schedule(ana, ben)
    first, mine, second, theirs = two_shifts(ana, ben)
    sent = {
        "asker": first.email,
        "starts": mine.isoformat(),
        "ends": (mine + WEEK).isoformat(),
        "partner": second.email,
        "return_starts": theirs.isoformat(),
        "return_ends": (theirs + WEEK).isoformat(),
    }
    path = "/api/v1/schedules/primary/swaps/"
    assert api_client(second).post(path, sent, format="json").status_code == 403
    without = {key: value for key, value in sent.items() if not key.startswith("return")}
    refused = api_client(manager).post(path, without, format="json")
    assert (refused.status_code, set(refused.json()["errors"])) == (400, {"return_starts"})
    alone = {key: value for key, value in sent.items() if key not in ("asker", "partner")}
    refused = api_client(first).post(path, alone, format="json")
    assert (refused.status_code, set(refused.json()["errors"])) == (400, {"partner"})
    made = api_client(manager).post(path, sent, format="json")
    assert (made.status_code, made.json()["state"]) == (201, "taken")
    assert (who(mine)[0], who(theirs)[0]) == (second.name, first.name)
    assert set(InboxItem.objects.values_list("user", flat=True)) == {first.pk, second.pk}


def titles(user: User) -> list[str]:
    items = InboxItem.objects.filter(user=user).order_by("created_at").select_related("delivery")
    return [item.delivery.message["title"] for item in items]


def test_whoever_asked_hears_what_a_manager_makes_of_their_swap(
    person: Make, pigeon: FakeChannel
) -> None:
    ana, ben, manager = person("Ana"), person("Ben"), person("Mia", "manager")
    schedule(ana, ben)
    asker, mine, other, _ = two_shifts(ana, ben)
    boss, path = api_client(manager), "/api/v1/schedules/primary/"
    asked = {"starts": mine.isoformat(), "ends": (mine + WEEK).isoformat()}

    def ask() -> int:
        swap: int = api_client(asker).post(f"{path}swaps/", asked).json()["id"]
        InboxItem.objects.all().delete()
        return swap

    swap = ask()
    assert boss.post(f"{path}swaps/{swap}/withdraw/").status_code == 204
    assert titles(asker) == ["Mia has withdrawn the swap you asked for in Primary"]
    assert (titles(other), titles(manager)) == ([], [])
    swap = ask()
    assert boss.post(f"{path}swaps/{swap}/take/", {"user": other.email}).status_code == 200
    assert titles(asker) == [f"{other} takes your shift in Primary"]
    assert titles(other) == [f"Mia has put you in for {asker} in Primary"]
    InboxItem.objects.all().delete()
    override = Override.objects.get()
    assert boss.delete(f"{path}overrides/{override.pk}/").status_code == 204
    undone = f"Mia has taken back that {other} stands in for {asker} in Primary"
    assert (titles(asker), titles(other), titles(manager)) == ([undone], [undone], [])


def test_nobody_is_told_what_they_did_themselves_or_what_is_over(
    person: Make, pigeon: FakeChannel
) -> None:
    ana, ben = person("Ana"), person("Ben")
    schedule(ana, ben)
    asker, mine, other, _ = two_shifts(ana, ben)
    path = "/api/v1/schedules/primary/"
    asked = {"starts": mine.isoformat(), "ends": (mine + WEEK).isoformat()}
    swap = api_client(asker).post(f"{path}swaps/", asked).json()["id"]
    InboxItem.objects.all().delete()
    api_client(asker).post(f"{path}swaps/{swap}/withdraw/")
    assert not InboxItem.objects.exists()
    then = clock.now() - 2 * WEEK
    over = services.add_override(
        schedule_slug="primary", user=ana, replaces=ben, starts=then, ends=then + WEEK, actor=ACTOR
    )
    api_client(other).delete(f"{path}overrides/{over.pk}/")
    assert not InboxItem.objects.exists()


def test_only_whoever_asked_or_a_manager_withdraws(person: Make) -> None:
    ana, ben, manager = person("Ana"), person("Ben"), person("Mia", "manager")
    schedule(ana, ben)
    at = next_monday()
    swap = services.request_swap(
        schedule_slug="primary", asker=ana, starts=at, ends=at + WEEK, actor=ACTOR
    )
    with pytest.raises(Forbidden):
        services.withdraw_swap(swap_id=swap.pk, schedule_slug="primary", by=ben, actor=ACTOR)
    services.withdraw_swap(swap_id=swap.pk, schedule_slug="primary", by=manager, actor=ACTOR)
    assert SwapRequest.objects.get().state == "withdrawn"


def test_an_override_removed_and_a_person_removed_mid_shift_leave_no_hole(person: Make) -> None:
    ana, ben, cy = person("Ana"), person("Ben"), person("Cy")
    schedule(ana, ben)
    now = clock.now()
    hour = timedelta(hours=1)
    turn = who(now)[0]
    over = services.add_override(
        schedule_slug="primary", user=cy, starts=now - hour, ends=now + hour, actor=ACTOR
    )
    assert who(now)[0] == "Cy"
    services.remove_override(schedule_slug="primary", override_id=over.pk, actor=ACTOR)
    assert who(now)[0] == turn
    rest = ben if turn == "Ana" else ana
    schedule(rest)
    assert who(now)[0] == who(now - hour)[0] == rest.name
    schedule()
    assert who(now)[0] == "nobody"


def test_a_zone_that_is_gone_is_said_on_every_page(person: Make) -> None:
    ana = person("Ana", "manager")
    schedule(ana)
    path = "/api/v1/schedules/primary/on-call/"
    Schedule.objects.update(time_zone="Atlantis/Deep")
    browser = sign_in(ana)
    for page in ("", "schedules/", "schedules/primary/", "schedules/primary/edit/", "load/"):
        assert browser.get(f"/on-call/{page}").status_code == 200, page
    assert browser.get("/on-call/schedules/primary/exchange/").status_code == 200
    shown = browser.get("/on-call/schedules/primary/").content.decode()
    assert "Atlantis/Deep" in shown
    assert "cannot be read" in shown
    assert api_client(ana).get(path).status_code in (200, 409)
    assert api_client(ana).get("/api/v1/schedules/primary/shifts/").status_code == 409
    assert api_client(ana).get("/api/v1/schedules/primary/quality/").status_code == 409


def test_a_shift_of_the_list_is_taken_with_one_press(person: Make) -> None:
    ana, ben = person("Ana"), person("Ben")
    schedule(ana, ben)
    browser = sign_in(ben)
    shown = browser.get("/on-call/schedules/primary/").context["shown"]
    shift = next(s for s in shown.shifts if s.user == ana and s.start > clock.now())
    sent = {
        "starts": shift.start.isoformat(),
        "ends": shift.end.isoformat(),
        "from_user": ana.pk,
    }
    assert browser.post("/on-call/schedules/primary/take/", sent).status_code == 302
    assert who(shift.start) == ("Ben", "swap", "Ana")
    assert (
        sign_in(person("Vic", "viewer")).post("/on-call/schedules/primary/take/", sent).status_code
        == 403
    )


def test_a_person_keeps_their_own_time_off_and_a_manager_anybodys(person: Make) -> None:
    ana, ben, manager = person("Ana"), person("Ben"), person("Mia", "manager")
    sent = {"starts": "2027-03-01T09:00", "ends": "2027-03-05T18:00", "reason": "<b>Sea</b>"}
    assert sign_in(ana).post("/on-call/time-off/add/", sent).status_code == 302
    assert "&lt;b&gt;Sea" in sign_in(ana).get("/on-call/time-off/").content.decode()
    other = {**sent, "person": ana.email}
    assert sign_in(ben).post("/on-call/time-off/add/", other).status_code == 404
    assert sign_in(ben).get(f"/on-call/time-off/?person={ana.email}").status_code == 404
    row = ana.time_off.get()
    assert sign_in(ben).post(f"/on-call/time-off/{row.pk}/remove/").status_code == 302
    assert ana.time_off.count() == 1
    removed = {"person": ana.email}
    sign_in(manager).post(f"/on-call/time-off/{row.pk}/remove/", removed)
    assert ana.time_off.count() == 0
    bad = {**sent, "ends": "2027-02-01T09:00"}
    assert sign_in(ana).post("/on-call/time-off/add/", bad).status_code == 422
