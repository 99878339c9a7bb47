"""Which change is looked at first, and the reasons that are given for it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.suspecting import Altered, Scene, Suspect, rank_suspects
from tests.incidents.replayed import BEGAN, CASES, Replayed, mixed, place_of, scene_of


def change(key: str, *, hours: float = 1, **more: object) -> Altered:
    wanted = {"system": "Search", "distance": 0, "kind": "code"}
    return Altered(key=key, occurred_at=BEGAN - timedelta(hours=hours), **{**wanted, **more})  # type: ignore[arg-type]


def order(changes: list[Altered], **scene: object) -> list[str]:
    return [one.key for one in rank_suspects(changes, Scene(began=BEGAN, **scene))]  # type: ignore[arg-type]


def only(one: Altered, **scene: object) -> Suspect:
    return rank_suspects([one], Scene(began=BEGAN, **scene))[0]  # type: ignore[arg-type]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_change_of_a_public_incident_is_among_the_first_three(case: Replayed) -> None:
    scene = scene_of(case)
    places = [place_of(rank_suspects(mixed(case, seed=seed), scene)) for seed in range(20)]
    assert sum(place <= 3 for place in places) >= 0.8 * len(places)


def test_the_nearer_in_time_stands_first() -> None:
    assert order([change("old", hours=30), change("new", hours=2)]) == ["new", "old"]


def test_the_nearer_in_the_graph_stands_first() -> None:
    assert order([change("far", distance=3), change("here")]) == ["here", "far"]


def test_a_version_that_the_alerts_name_outweighs_time() -> None:
    named = change("named", hours=100, kind="prompt", version="v32")
    assert order([change("near"), named], text="Grounded 91 % with prompt v32") == ["named", "near"]
    assert order([change("near"), named], text="Grounded 91 % with v320") == ["near", "named"]
    assert order([change("near"), named], values=frozenset({"v32"})) == ["named", "near"]


@pytest.mark.parametrize("version", ["", "3", "latest", "production"])
def test_a_version_that_names_nothing_is_found_nowhere(version: str) -> None:
    found = only(change("it", version=version), text=f"latest production 3 {version}")
    assert not any("name" in reason for reason in found.reasons)


def test_the_kind_of_change_that_makes_such_failures_stands_first() -> None:
    pointed = {"retrieval.index-stale": "the alerts look like a stale index."}
    found = order([change("code"), change("index", hours=6, kind="index")], pointed=pointed)
    assert found == ["index", "code"]


def test_what_came_after_the_onset_or_was_taken_back_falls_behind() -> None:
    back = [
        change("bad", hours=5, version="v2", previous_version="v1"),
        change("undone", hours=4, version="v1", previous_version="v2"),
    ]
    assert order([*back, change("other", hours=20)])[-1] == "bad"
    assert order([change("late", hours=-0.5), change("other", hours=300)]) == ["other", "late"]
    assert only(change("late", hours=-0.5)).reasons == ("It came 30 min after the onset.",)


def test_each_rank_has_a_reason_in_words() -> None:
    found = only(change("it", distance=2, summary="Refunds are cited"), text="Refunds are invented",
                 earlier={"code": 2})  # fmt: skip
    assert "It came 1 h before the onset." in found.reasons
    assert "What failed depends on Search over 2 steps." in found.reasons
    assert "2 times before, this kind of change was behind it here." in found.reasons


@given(
    st.lists(
        st.builds(
            Altered,
            key=st.uuids().map(str),
            system=st.text(max_size=20),
            distance=st.integers(0, 5),
            kind=st.sampled_from(["code", "model", "prompt", "nonsense", ""]),
            occurred_at=st.floats(-1e4, 1e4).map(lambda hours: BEGAN - timedelta(hours=hours)),
            version=st.text(max_size=20),
            previous_version=st.text(max_size=20),
            summary=st.text(max_size=80),
        ),
        max_size=12,
        unique_by=lambda one: one.key,
    ),
    st.text(max_size=300),
)
def test_whatever_stands_in_it_all_are_ranked_once(changes: list[Altered], text: str) -> None:
    found = rank_suspects(changes, Scene(began=BEGAN, text=text))
    assert sorted(one.key for one in found) == sorted(one.key for one in changes)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert rank_suspects(changes[::-1], Scene(began=BEGAN, text=text)) == found
