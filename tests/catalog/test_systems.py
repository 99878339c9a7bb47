"""What saving, changing and retiring a system promise."""

from __future__ import annotations

from itertools import pairwise

import pytest

from accounts.models import AuditEntry, Team, User
from catalog.models import System, SystemDependency
from catalog.selectors import dependents_of, owner_slots, system_for, upstream_of
from catalog.services import change_system, create_system, retire_system, save_system, system_state
from core.errors import Conflict, Invalid, NotFound
from tests.cast import TESTER, make_system

pytestmark = pytest.mark.django_db


def test_the_same_slug_is_brought_to_exactly_the_new_state(
    system: System, owner: User, teammate: User
) -> None:
    make_system("search-index", kind="infra")
    saved = make_system(
        system.slug,
        name="Checkout",
        kind="rag",
        owners={"product": teammate.email.upper()},
        depends_on=["search-index"],
        runbooks=[{"title": "Restart", "url": "https://wiki.example.org/restart"}],
        labels={"region": "eu"},
    )
    state = system_state(saved)
    assert saved.pk == system.pk
    assert (state.name, state.kind, state.tier, state.team_slug) == ("Checkout", "rag", 3, None)
    assert state.owners == {"product": teammate.email}
    assert state.depends_on == ["search-index"]
    assert state.labels == {"region": "eu"}


def test_the_same_state_again_writes_nothing(system: System) -> None:
    before = AuditEntry.objects.count()
    state = system_state(system_for_everyone(system))
    fields = {name: getattr(state, name) for name in state.__slots__}
    save_system(**fields, actor=TESTER)
    assert AuditEntry.objects.count() == before


def test_the_audit_line_names_what_changed(system: System) -> None:
    change_system(slug=system.slug, tier=2, description="New", actor=TESTER)
    line = AuditEntry.objects.latest("id")
    assert (line.action, line.target_ref) == ("system.update", system.slug)
    assert line.detail["changed"] == ["description", "tier"]


@pytest.mark.parametrize(
    ("field", "value", "where"),
    [
        ("slug", "Checkout", "slug"),
        ("slug", "new", "slug"),
        ("slug", "a\x00b", "slug"),
        ("name", "", "name"),
        ("kind", "robot", "kind"),
        ("tier", 0, "tier"),
        ("tier", 5, "tier"),
        ("tier", True, "tier"),
        ("stage", "beta", "stage"),
        ("team_slug", "nobody", "team"),
        ("owners", {"engineering": "nobody@example.org"}, "owners"),
        ("owners", {"astrology": "x@example.org"}, "owners"),
        ("depends_on", ["missing"], "depends_on"),
        ("depends_on", ["planner"], "depends_on"),
        ("runbooks", [{"title": "x", "url": "javascript:alert(1)"}], "runbooks"),
        ("runbooks", [{"title": "x", "url": "https://a:b@example.org"}], "runbooks"),
        ("runbooks", [{"title": "x", "url": "//example.org"}], "runbooks"),
        ("runbooks", [{"title": "x", "url": "https://e.org"}] * 21, "runbooks"),
        ("labels", {"x" * 64: "y"}, "labels"),
        ("labels", {"": "y"}, "labels"),
        ("description", "x" * 10_001, "description"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(field: str, value: object, where: str) -> None:
    with pytest.raises(Invalid) as caught:
        make_system("planner", **{field: value}) if field != "slug" else make_system(value)
    assert set(caught.value.errors) == {where}
    assert not System.objects.exists()


def test_every_finding_is_said_at_once() -> None:
    with pytest.raises(Invalid) as caught:
        make_system("planner", kind="robot", tier=9, stage="beta")
    assert set(caught.value.errors) == {"kind", "tier", "stage"}


def test_names_lose_control_characters_and_line_ends() -> None:
    assert make_system("planner", name=" Plan\x00\x1b[31mner\n two ").name == "Plan[31mner two"


def test_a_taken_slug_cannot_be_created_again(system: System) -> None:
    with pytest.raises(Conflict):
        create_system(slug=system.slug, name="Other", kind="llm", actor=TESTER)
    system.refresh_from_db()
    assert system.name == "Checkout assistant"


def test_changing_one_part_leaves_the_others(system: System, team: Team, owner: User) -> None:
    changed = change_system(slug=system.slug, stage="canary", actor=TESTER)
    state = system_state(changed)
    assert (state.stage, state.team_slug) == ("canary", team.slug)
    assert state.owners == {"engineering": owner.email}


def test_an_unknown_system_cannot_be_changed() -> None:
    for slug in ("missing", "a\x00b"):
        with pytest.raises(NotFound):
            change_system(slug=slug, tier=1, actor=TESTER)


def test_retiring_twice_is_the_same_as_once(system: System) -> None:
    retire_system(slug=system.slug, actor=TESTER)
    lines = AuditEntry.objects.count()
    assert retire_system(slug=system.slug, actor=TESTER).stage == "retired"
    assert AuditEntry.objects.count() == lines


def test_a_circle_of_dependencies_is_kept_and_ends() -> None:
    one, two, three = make_system("one"), make_system("two"), make_system("three")
    for slug, needs in (("one", "two"), ("two", "three"), ("three", "one")):
        change_system(slug=slug, depends_on=[needs], actor=TESTER)
    assert upstream_of([one.pk]) == {two.pk: 1, three.pk: 2}
    assert dependents_of([one.pk]) == {three.pk: 1, two.pk: 2}


def test_the_walk_takes_the_shortest_way_and_stops_at_its_limit() -> None:
    chain = [make_system(f"s{number}") for number in range(8)]
    for lower, upper in pairwise(chain):
        SystemDependency.objects.create(system=lower, depends_on=upper)
    SystemDependency.objects.create(system=chain[0], depends_on=chain[2])
    reached = upstream_of([chain[0].pk])
    assert reached[chain[2].pk] == 1
    assert chain[7].pk not in reached
    assert upstream_of([chain[0].pk], max_distance=1) == {chain[1].pk: 1, chain[2].pk: 1}
    assert upstream_of([]) == {}


def test_a_dense_net_of_dependencies_is_walked_in_one_query(
    django_assert_num_queries,
) -> None:
    net = [make_system(f"s{number}") for number in range(30)]
    SystemDependency.objects.bulk_create(
        SystemDependency(system=one, depends_on=other)
        for one in net
        for other in net
        if one != other
    )
    with django_assert_num_queries(1):
        assert set(upstream_of([net[0].pk]).values()) == {1}


def test_owner_slots_show_gaps_and_the_deactivated(system: System, owner: User) -> None:
    User.objects.filter(pk=owner.pk).update(is_active=False)
    slots = owner_slots(System.objects.get(pk=system.pk))
    assert [slot.discipline for slot in slots][:2] == ["engineering", "data-science"]
    assert [slot.gap for slot in slots] == [True] * 5
    assert slots[0].user == owner


def test_somebody_deactivated_sees_no_system(system: System, stranger: User) -> None:
    assert system_for(stranger, system.slug) == system
    stranger.is_active = False
    with pytest.raises(NotFound):
        system_for(stranger, system.slug)


def system_for_everyone(system: System) -> System:
    return System.objects.get(pk=system.pk)
