"""The catalog's pages: who may do what, what they show, what they cost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils.html import format_html

from accounts.models import Role, Team, User
from catalog.models import Change, System
from catalog.panels import Fact, Panel, panels, system_facts
from catalog.services import change_system, record_change, retire_system
from tests.cast import TESTER, make_system, make_user, sign_in

EVIL = "<script>alert(1)</script>"
EVERYBODY = {"viewer", "responder", "manager", "admin"}
RESPONDERS = EVERYBODY - {"viewer"}
MANAGERS = {"manager", "admin"}
MATRIX = [
    ("get", "/systems/", EVERYBODY),
    ("get", "/systems/checkout-assistant/", EVERYBODY),
    ("get", "/systems/checkout-assistant/changes/", EVERYBODY),
    ("get", "/systems/checkout-assistant/changes/new/", RESPONDERS),
    ("post", "/systems/checkout-assistant/changes/new/", RESPONDERS),
    ("get", "/systems/new/", MANAGERS),
    ("post", "/systems/new/", MANAGERS),
    ("get", "/systems/checkout-assistant/edit/", MANAGERS),
    ("post", "/systems/checkout-assistant/edit/", MANAGERS),
    ("post", "/systems/checkout-assistant/retire/", MANAGERS),
]
NEW = {
    "name": "Travel planner", "slug": "", "kind": "agent", "tier": "2", "stage": "canary",
    "description": "Plans **trips**", "team_slug": "", "depends_on": ["checkout-assistant"],
    "runbooks": "Stop it | https://wiki.example.org/stop", "labels": "region = eu\nteam=trips",
}  # fmt: skip


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize(("method", "path", "allowed"), MATRIX)
def test_each_role_opens_exactly_its_pages(
    system: System,
    as_role: Callable[[str], Client],
    method: str,
    path: str,
    allowed: set[str],
    role: str,
) -> None:
    answer = getattr(as_role(role), method)(path)
    assert answer.status_code in ({200, 302} if role in allowed else {403})


@pytest.mark.django_db
@pytest.mark.parametrize(("method", "path", "allowed"), MATRIX)
def test_without_signing_in_every_page_leads_to_the_sign_in(
    method: str, path: str, allowed: set[str]
) -> None:
    answer = getattr(Client(), method)(path)
    assert answer["Location"].startswith("/accounts/login/?next=")


def test_a_post_without_the_csrf_token_is_refused(system: System, owner: User) -> None:
    browser = sign_in(owner, enforce_csrf_checks=True)
    assert browser.post(f"/systems/{system.slug}/retire/").status_code == 403
    system.refresh_from_db()
    assert system.stage == "production"


def test_retiring_by_a_link_is_not_possible(system: System, owner: User) -> None:
    assert sign_in(owner).get(f"/systems/{system.slug}/retire/").status_code == 405


def test_a_system_is_made_in_the_browser_with_a_slug_of_its_name(
    system: System, owner: User
) -> None:
    data = {**NEW, "owner_product": owner.email}
    answer = sign_in(owner).post("/systems/new/", data)
    assert answer["Location"] == "/systems/travel-planner/"
    made = System.objects.get(slug="travel-planner")
    assert (made.kind, made.tier, made.labels) == ("agent", 2, {"region": "eu", "team": "trips"})
    assert made.runbooks == [{"title": "Stop it", "url": "https://wiki.example.org/stop"}]
    assert [other.slug for other in made.depends_on.all()] == [system.slug]
    assert made.owners.get().user == owner


def test_the_edit_form_shows_the_present_state_and_saving_it_changes_nothing(
    system: System, owner: User, team: Team
) -> None:
    browser = sign_in(owner)
    shown = browser.get(f"/systems/{system.slug}/edit/").context["form"]
    data = {name: shown[name].value() or "" for name in shown.fields}
    browser.post(f"/systems/{system.slug}/edit/", {**data, "depends_on": []})
    again = System.objects.get(pk=system.pk)
    assert (again.name, again.tier, again.team) == (system.name, 1, team)
    assert again.owners.get().user == owner


def seen(browser: Client, system: System) -> dict[str, Any]:
    """What a browser sends back of the form that it shows: each field, and what it showed."""
    shown = browser.get(f"/systems/{system.slug}/edit/").context["form"]
    data: dict[str, Any] = {}
    for name in shown.fields:
        value = shown[name].value()
        sent = value if isinstance(value, list) else "" if value is None else str(value)
        if isinstance(sent, str):
            sent = sent.replace("\n", "\r\n")
        data |= {name: sent, f"initial-{name}": sent}
    return data


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(
    system: System, owner: User, teammate: User
) -> None:
    change_system(slug=system.slug, description="Line one\nline two", actor=TESTER)
    browser, address = sign_in(owner), f"/systems/{system.slug}/edit/"
    mine = seen(browser, system)
    change_system(
        slug=system.slug, tier=4, description="Theirs", owners={"product": teammate.email},
        actor=TESTER,
    )  # fmt: skip
    # Different fields: both are kept, also among the owners.
    owners = {"owner_operations": owner.email}
    saved = browser.post(address, {**mine, "intended_use": "Only here", **owners})
    assert saved.status_code == 302
    now = System.objects.get(pk=system.pk)
    assert (now.tier, now.description, now.intended_use) == (4, "Theirs", "Only here")
    assert {one.discipline for one in now.owners.all()} == {"product", "operations"}
    # The same field: nothing is saved until the reader has seen theirs.
    mine["description"] = "Line one\r\nline two, and mine"
    told = browser.post(address, mine)
    assert told.status_code == 409
    page = told.content.decode()
    assert "changed while you were writing" in page
    assert "and mine" in page
    assert System.objects.get(pk=system.pk).description == "Theirs"
    form = told.context["form"]
    again = {**mine, **{f"initial-{name}": form.data.get(f"initial-{name}", "")
                        for name in form.fields if name != "depends_on"}}  # fmt: skip
    assert browser.post(address, again).status_code == 302
    assert System.objects.get(pk=system.pk).description.endswith("and mine")


def test_a_text_of_several_lines_is_changed_when_nobody_else_was_there(
    system: System, owner: User
) -> None:
    labels = {"team": "search", "zone": "eu"}
    change_system(slug=system.slug, description="One\ntwo", labels=labels, actor=TESTER)
    browser, address = sign_in(owner), f"/systems/{system.slug}/edit/"
    mine = {
        **seen(browser, system),
        "description": "One\r\ntwo\r\nthree",
        "labels": "a = b\r\nc = d",
    }
    assert browser.post(address, mine).status_code == 302
    now = System.objects.get(pk=system.pk)
    assert now.description.split() == ["One", "two", "three"]
    assert now.labels == {"a": "b", "c": "d"}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"slug": "Bad Slug"}, "lower-case letters"),
        ({"slug": "checkout-assistant", "depends_on": []}, "already"),
        ({"slug": "new"}, "AIRE uses itself"),
        ({"name": "???"}, "lower-case letters"),
        ({"runbooks": "no divider"}, "Each line needs"),
        ({"runbooks": "x | javascript:alert(1)"}, "is not an http or https address"),
        ({"owner_product": "nobody@example.org"}, "is not one of the available choices"),
        ({"name": "x\x00y"}, "Null characters are not allowed"),
    ],
)
def test_what_is_wrong_is_said_on_the_form(
    system: System, owner: User, change: dict[str, str], sentence: str
) -> None:
    answer = sign_in(owner).post("/systems/new/", {**NEW, **change})
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert System.objects.count() == 1


def test_a_change_is_noted_in_the_browser(system: System, teammate: User) -> None:
    data = {
        "kind": "model",
        "summary": "New base model",
        "version": "4.1",
        "url": "https://ci.example.org/1",
    }
    answer = sign_in(teammate).post(f"/systems/{system.slug}/changes/new/", data, follow=True)
    page = answer.content.decode()
    assert "New base model" in page
    assert 'href="https://ci.example.org/1"' in page
    assert Change.objects.get().author_label == "Tariq Teammate"


def test_the_page_names_gaps_dependencies_both_ways_and_their_distance(
    system: System, owner: User
) -> None:
    make_system("index", kind="infra")
    make_system("retriever", depends_on=["index"])
    make_system("answers", depends_on=["retriever"], owners={"product": owner.email})
    page = sign_in(owner).get("/systems/answers/").content.decode()
    assert page.count("Nobody named") == 4
    assert "4 to name" in page
    assert "2 steps away" in page
    assert 'href="/systems/answers/"' in sign_in(owner).get("/systems/index/").content.decode()


def test_hostile_text_is_escaped_everywhere(owner: User) -> None:
    evil = make_system(
        "evil", name=EVIL, description=f"{EVIL} [x](javascript:alert(1))",
        labels={"a": EVIL}, runbooks=[{"title": EVIL, "url": "https://example.org/"}],
    )  # fmt: skip
    record_change(system=evil, kind="model", summary=EVIL, version=EVIL, actor=TESTER)
    System.objects.filter(pk=evil.pk).update(runbooks=[{"title": EVIL, "url": "javascript:x"}])
    browser = sign_in(owner)
    for path in ("", "evil/", "evil/edit/", "evil/changes/", "evil/changes/new/", "new/"):
        page = browser.get(f"/systems/{path}").content.decode()
        assert EVIL not in page, path
        assert 'href="javascript:' not in page


def test_filters_live_in_the_address(system: System, team: Team, stranger: User) -> None:
    make_system("planner", kind="agent", tier=4, stage="canary", description="Books flights")
    browser = sign_in(stranger)

    def found(**query: object) -> list[str]:
        rows = browser.get("/systems/", query).context["rows"]
        return [row[0].slug for row in rows]

    assert found() == [system.slug, "planner"]
    assert found(kind="agent") == ["planner"]
    assert found(tier=1) == [system.slug]
    assert found(stage="canary") == ["planner"]
    assert found(team=team.slug) == [system.slug]
    assert found(q="flights") == ["planner"]
    assert found(q="check") == [system.slug]
    assert found(kind="agent", tier=1) == []


def test_each_filter_starts_out_as_any(system: System, stranger: User) -> None:
    page = sign_in(stranger).get("/systems/").content.decode()
    for name in ("kind", "tier", "stage", "team"):
        assert f'<option value="" selected>Any {name}</option>' in page


def test_retired_systems_show_only_when_asked_for(system: System, stranger: User) -> None:
    retire_system(slug=system.slug, actor=TESTER)
    browser = sign_in(stranger)
    assert browser.get("/systems/").context["rows"] == []
    assert len(browser.get("/systems/", {"stage": "retired"}).context["rows"]) == 1
    assert "No system matches" in browser.get("/systems/?kind=llm").content.decode()


@pytest.mark.parametrize(
    "query",
    [{"q": "\x00"}, {"q": "'\"(!&|:*"}, {"q": "x" * 5000}, {"tier": "9" * 40}, {"kind": EVIL},
     {"team": "\x00"}, {"cursor": "bent"}, {"stage": ["a", "b"]}],
)  # fmt: skip
def test_no_filter_breaks_the_list(system: System, stranger: User, query: dict[str, str]) -> None:
    answer = sign_in(stranger).get("/systems/", query)
    assert answer.status_code in (200, 400)
    assert EVIL not in answer.content.decode()


def test_lists_cost_the_same_at_sixty_systems_as_at_one(
    system: System, owner: User, django_assert_max_num_queries
) -> None:
    for number in range(60):
        make_system(
            f"system-{number}", team_slug="assistants", depends_on=[system.slug],
            owners={"engineering": owner.email, "product": owner.email},
        )  # fmt: skip
        record_change(system=system, kind="model", summary=f"{number}", actor=TESTER)
    browser = sign_in(owner)
    for path, most in (("", 11), (f"{system.slug}/", 17), (f"{system.slug}/changes/", 9)):
        with django_assert_max_num_queries(most):
            answer = browser.get(f"/systems/{path}")
        assert answer.status_code == 200


def test_the_list_goes_on_at_the_next_page_without_repeating(
    system: System, stranger: User
) -> None:
    for number in range(55):
        make_system(f"system-{number:02}")
    browser = sign_in(stranger)
    first = browser.get("/systems/")
    second = browser.get(first.context["pager"].next_url)
    slugs = [row[0].slug for page in (first, second) for row in page.context["rows"]]
    assert len(slugs) == len(set(slugs)) == 56


def test_higher_rooms_add_blocks_to_the_page_and_facts_to_the_row(
    system: System, stranger: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_system("planner")
    asked: list[int] = []

    def facts(systems, user):
        asked.append(len(systems))
        assert user == stranger
        return {system.pk: Fact("2 open incidents", "/incidents/?system=x", "danger")}

    shown = Panel(
        "open", "Open incidents", lambda system, user, request: format_html("<i>{}</i>", EVIL)
    )
    empty = Panel("none", "Nothing to say", lambda system, user, request: "")
    monkeypatch.setattr(panels, "_items", {"open": shown, "none": empty})
    monkeypatch.setattr(system_facts, "_items", {"incidents": facts})
    browser = sign_in(stranger)
    page = browser.get("/systems/").content.decode()
    assert page.count("2 open incidents") == 1
    assert asked == [2]
    detail = browser.get(f"/systems/{other.slug}/").content.decode()
    assert "<i>&lt;script&gt;" in detail
    assert "Nothing to say" not in detail


def test_a_deactivated_owner_is_shown_as_a_gap(system: System, owner: User) -> None:
    User.objects.filter(pk=owner.pk).update(is_active=False)
    page = sign_in(make_user("Some One")).get(f"/systems/{system.slug}/").content.decode()
    assert "Deactivated" in page
    assert "5 to name" in page


@pytest.mark.parametrize("slug", ["missing", "a" * 200])
def test_an_unknown_system_is_not_found(stranger: User, slug: str) -> None:
    assert sign_in(stranger).get(f"/systems/{slug}/").status_code == 404
