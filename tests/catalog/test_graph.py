"""Dependencies in layers: nothing overlaps, nothing is lost, circles are named."""

from __future__ import annotations

import itertools
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from catalog import selectors
from catalog.graph import MOST_IN_LAYER, Node, arrange, circle_through, draw, layers_of
from catalog.models import System
from tests.cast import make_system, sign_in

edges = st.sets(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=40)


@given(edges)
def test_a_circle_is_a_way_over_edges_back_to_the_start(found: set[tuple[int, int]]) -> None:
    way = circle_through(0, found)
    assert set(itertools.pairwise(way)) <= found
    assert not way or way[0] == way[-1] == 0
    reached, new = set(), {other for one, other in found if one == 0}
    while new - reached:
        reached |= new
        new = {other for one, other in found if one in reached}
    assert bool(way) == (0 in reached)


@given(st.dictionaries(st.integers(1, 300), st.integers(-5, 5), max_size=220))
def test_boxes_never_overlap_and_what_is_not_drawn_is_counted(layers: dict[int, int]) -> None:
    nodes = [Node(key, f"s{key}", "/", layer) for key, layer in layers.items()]
    drawing = arrange(nodes, {(key, key + 1) for key in layers})
    assert len({(box.x, box.y) for box in drawing.boxes}) == len(drawing.boxes)
    columns = Counter(layers.values())
    assert drawing.hidden == {
        layer: count - MOST_IN_LAYER for layer, count in columns.items() if count > MOST_IN_LAYER
    }
    assert len(drawing.boxes) == sum(min(count, MOST_IN_LAYER) for count in columns.values())
    order = sorted(drawing.boxes, key=lambda box: box.x)
    assert [box.node.layer for box in order] == sorted(box.node.layer for box in drawing.boxes)


def test_what_is_on_both_sides_stands_on_the_nearer_one() -> None:
    assert layers_of({1: 1, 2: 3}, {2: 1, 3: 2}) == {1: -1, 2: 1, 3: 2}


def test_names_are_text_in_the_drawing() -> None:
    svg = draw(arrange([Node(1, "<script>", "/x", 0)], ()), title='"><b>')
    assert "<script>" not in svg
    assert "<b>" not in svg


@pytest.mark.django_db
def test_the_page_links_each_box_and_costs_the_same_for_many(
    system: System, stranger: User, django_assert_max_num_queries
) -> None:  # fmt: skip
    for number in range(40):
        make_system(f"user-{number}", depends_on=[system.slug])
    browser = sign_in(stranger)
    with django_assert_max_num_queries(14):
        page = browser.get(f"/systems/{system.slug}/dependencies/").content.decode()
    assert page.count('class="graph-node') == 41
    assert "40 systems depend on it" in page


@pytest.mark.django_db
def test_the_reach_counts_those_that_are_not_listed_too(
    system: System, stranger: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selectors, "MAX_SHOWN", 2)
    for number in range(3):
        make_system(f"user-{number}", depends_on=[system.slug])
    around = selectors.surroundings(stranger, system.slug)
    assert (len(around.dependents), around.reach.systems) == (2, 3)


@pytest.mark.django_db
def test_owners_that_are_missing_are_listed(
    system: System, stranger: User, owner: User, teammate: User
) -> None:
    sides = ["engineering", "data-science", "product", "operations", "responsible-ai"]
    whole = make_system("whole", owners=dict.fromkeys(sides, owner.email))
    browser = sign_in(stranger)
    page = browser.get("/systems/gaps/").content.decode()
    assert system.name in page
    assert whole.name not in page
    page = browser.get("/systems/gaps/", {"gap": "engineering"}).content.decode()
    assert system.name not in page
