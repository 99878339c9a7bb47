"""What the services for people and teams promise."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from accounts.models import AuditEntry, Role, Team, User
from accounts.services import (
    deactivate_user,
    delete_team,
    save_team,
    save_user,
    set_own_profile,
)
from catalog.models import System
from core.errors import Conflict, Invalid, NotFound
from tests.cast import TESTER, actor_of, make_user, sign_in

GOOD_PASSWORD = "correct horse battery"


def save(**changes: object) -> User:
    wanted = {"email": "new@example.org", "name": "New", "role": "viewer", "time_zone": "UTC"}
    return save_user(**{**wanted, "actor": TESTER, **changes})


@pytest.mark.django_db
def test_the_same_address_in_other_letters_is_the_same_person() -> None:
    first = save(email="Ana@Example.org")
    second = save(email="ana@example.ORG", name="Ana Ruiz")
    assert (second.pk, second.name, second.email) == (first.pk, "Ana Ruiz", "ana@example.org")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "not an address"),
        ("email", ""),
        ("name", " \x00 "),
        ("name", "x" * 121),
        ("role", "root"),
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../../etc/passwd"),
        ("password", "short"),
        ("password", "password1234"),
        ("password", "\x00" * 20),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_kept(field: str, value: str) -> None:
    with pytest.raises(Invalid) as caught:
        save(**{field: value})
    assert list(caught.value.errors) == [field]
    assert not User.objects.exists()


@pytest.mark.django_db
def test_the_same_state_again_leaves_no_audit_line_and_keeps_sessions() -> None:
    user = save(password=GOOD_PASSWORD)
    hash_before, lines = user.password, AuditEntry.objects.count()
    again = save(password=GOOD_PASSWORD)
    assert (again.password, AuditEntry.objects.count()) == (hash_before, lines)


@pytest.mark.django_db
def test_the_audit_line_names_what_changed_and_never_the_password() -> None:
    save()
    save(role="manager", password=GOOD_PASSWORD)
    line = AuditEntry.objects.latest("id")
    assert line.action == "user.update"
    assert line.detail == {"role": "manager", "password": "set"}
    assert line.target_ref == "new@example.org"


@pytest.mark.parametrize("change", [{"role": "manager"}, {"is_active": False}])
def test_the_last_active_admin_stays_one(owner: User, change: dict[str, object]) -> None:
    state = {"email": owner.email, "name": owner.name, "role": owner.role}
    with pytest.raises(Invalid, match="last active admin"):
        save(**{**state, **change})
    owner.refresh_from_db()
    assert owner.has_role(Role.ADMIN)


def test_with_a_second_admin_the_first_may_step_down(owner: User) -> None:
    make_user("Second Admin", Role.ADMIN)
    assert save(email=owner.email, role="viewer").role == "viewer"


@pytest.mark.django_db(transaction=True)
def test_two_admins_who_demote_each_other_at_once_leave_one() -> None:
    admins = [make_user("First Admin", Role.ADMIN), make_user("Second Admin", Role.ADMIN)]

    def demote(user: User) -> None:
        try:
            save(email=user.email, name=user.name, role="viewer")
        except Invalid:
            pass
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(demote, admins))
    assert User.objects.filter(role=Role.ADMIN, is_active=True).count() == 1


def test_deactivating_ends_the_session_at_once_and_for_good(owner: User, teammate: User) -> None:
    browser = sign_in(teammate)
    assert browser.get("/settings/").status_code == 200
    deactivate_user(user=teammate, actor=actor_of(owner))
    assert browser.get("/settings/").status_code == 302
    save(email=teammate.email, name=teammate.name, role=teammate.role)
    assert browser.get("/settings/").status_code == 302


def test_a_profile_takes_only_known_themes_and_zones(stranger: User) -> None:
    actor = actor_of(stranger)
    saved = set_own_profile(
        user=stranger, name="Sam", time_zone="Asia/Kolkata", theme="dark", actor=actor
    )
    assert (saved.name, saved.time_zone, saved.theme) == ("Sam", "Asia/Kolkata", "dark")
    with pytest.raises(Invalid) as caught:
        set_own_profile(user=stranger, name="", time_zone="X/Y", theme="pink", actor=actor)
    assert set(caught.value.errors) == {"name", "time_zone", "theme"}


def test_a_profile_keeps_the_single_keys_where_nothing_is_said_of_them(stranger: User) -> None:
    said = {"user": stranger, "name": "Sam", "time_zone": "UTC", "theme": ""}
    actor = actor_of(stranger)
    assert set_own_profile(**said, actor=actor).single_keys is True
    assert set_own_profile(**said, single_keys=False, actor=actor).single_keys is False
    assert set_own_profile(**said, actor=actor).single_keys is False


def test_a_team_has_exactly_the_members_named_last(owner: User, teammate: User) -> None:
    save_team(slug="ops", name="Ops", member_emails=[owner.email], actor=TESTER)
    team = save_team(slug="ops", name="Operations", member_emails=[teammate.email], actor=TESTER)
    assert (team.name, [member.email for member in team.members.all()]) == (
        "Operations",
        [teammate.email],
    )


@pytest.mark.parametrize("slug", ["new", "Ops", "-ops", "ops-", "o ps", "", "x" * 64, "op\x00s"])
def test_a_team_needs_a_free_dns_label(owner: User, slug: str) -> None:
    with pytest.raises(Invalid) as caught:
        save_team(slug=slug, name="Ops", member_emails=[], actor=TESTER)
    assert list(caught.value.errors) == ["slug"]


def test_an_unknown_member_is_named_in_the_refusal(owner: User) -> None:
    with pytest.raises(Invalid, match=r"nobody@example\.org"):
        save_team(slug="ops", name="Ops", member_emails=["nobody@example.org"], actor=TESTER)
    assert not Team.objects.exists()


def test_a_team_that_owns_a_system_cannot_be_deleted(system: System, team: Team) -> None:
    with pytest.raises(Conflict, match="still owns systems"):
        delete_team(slug=team.slug, actor=TESTER)
    assert Team.objects.filter(pk=team.pk).exists()


def test_a_team_that_owns_nothing_can_be_deleted_once(team: Team) -> None:
    delete_team(slug=team.slug, actor=TESTER)
    with pytest.raises(NotFound):
        delete_team(slug=team.slug, actor=TESTER)
