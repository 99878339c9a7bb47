"""Every route of the URL configuration: reachable for everybody, whole, still and alone."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.browser.axe import COLOURS, EVERYTHING, findings
from tests.browser.desk import PHONE, WIDE, Desk, Watched
from tests.browser.facts import FACTS
from tests.browser.routes import ALSO, ROUTES
from tests.browser.served import served

pytestmark = pytest.mark.browser


def address(desk: Desk, name: str) -> str:
    route = ROUTES[name]
    found = {argument: desk.rows(FACTS[fact])[0][0] for argument, fact in route.facts.items()}
    return reverse(name, kwargs=found) + route.query


def names(*kinds: str) -> list[str]:
    return [name for name, route in ROUTES.items() if route.kind in kinds]


# Pages that are refused whatever one asks: the refusal is what is looked at.
REFUSED = {"slack:link": 400}


def look_through(watched: Watched, path: str, size: tuple[int, int], expected: int) -> list[str]:
    """Opens the page and looks at it; in the dark once, since colours know no width."""
    status = watched.go(path)
    assert status == expected if expected else status < 500
    if status >= 400:
        # The browser tells of each such answer; that this is one is meant.
        watched.errors = [e for e in watched.errors if "Failed to load resource" not in e]
    where = f"{path} at {size[0]} px"
    wrong = [f"{where}: {one}" for one in watched.complaints()]
    wrong += [f"{where}: {one}" for one in findings(watched.page, EVERYTHING)]
    if size == PHONE:
        return wrong
    watched.page.emulate_media(color_scheme="dark")
    return wrong + [f"{where}, dark: {one}" for one in findings(watched.page, COLOURS)]


def look_twice(desk: Desk, path: str, *, signed_in: bool = True, expected: int = 0) -> None:
    wrong = []
    for size in (WIDE, PHONE):
        with desk.visit(signed_in=signed_in, size=size) as watched:
            wrong += look_through(watched, path, size, expected)
    assert not wrong, "\n".join(wrong)


def test_no_route_is_forgotten() -> None:
    assert set(served()) == set(ROUTES)


def test_each_argument_of_a_route_is_filled_by_a_fact() -> None:
    used = {fact for route in ROUTES.values() for fact in route.facts.values()}
    assert used <= set(FACTS)


@pytest.mark.parametrize("name", names("page"))
def test_a_page_is_fit_for_everybody(desk: Desk, name: str) -> None:
    look_twice(desk, address(desk, name), expected=REFUSED.get(name, 200))


@pytest.mark.parametrize("name", names("public"))
def test_a_page_for_people_without_an_account_is_fit_for_everybody(desk: Desk, name: str) -> None:
    look_twice(desk, address(desk, name), signed_in=False)


@pytest.mark.parametrize("path", ALSO)
def test_a_page_that_shows_little_or_nothing_is_fit_for_everybody(desk: Desk, path: str) -> None:
    look_twice(desk, path)


def got(desk: Desk, name: str) -> tuple[int, str, str]:
    """Status, media type and text of a plain GET by somebody signed in."""
    answer = desk.plain.get(desk.origin + address(desk, name), max_redirects=0)
    return answer.status, answer.headers.get("content-type", ""), answer.text()


@pytest.mark.parametrize("name", names("action"))
def test_an_action_does_nothing_when_it_is_only_looked_at(desk: Desk, name: str) -> None:
    assert got(desk, name)[0] == 405


@pytest.mark.parametrize("name", names("leads"))
def test_what_is_not_for_now_leads_elsewhere(desk: Desk, name: str) -> None:
    assert got(desk, name)[0] in (302, 404)


@pytest.mark.parametrize("name", names("part"))
def test_a_part_of_a_page_is_not_a_whole_page(desk: Desk, name: str) -> None:
    status, _, text = got(desk, name)
    assert status == 200
    assert "<html" not in text


@pytest.mark.parametrize("name", names("other"))
def test_what_is_not_for_people_is_not_a_page(desk: Desk, name: str) -> None:
    status, media, _ = got(desk, name)
    if name == "ack:link":
        assert status == 404  # a link that was never signed leads to nothing
        return
    assert status in (200, 401, 403)
    assert "html" not in media
