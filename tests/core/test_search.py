"""Reading what somebody typed into the search, and putting the providers' answers together."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.postgres.search import SearchVector
from django.db import OperationalError
from django.db.models import Value
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from core import search
from core.search import MAX_QUERY, Found, Group, Hit, Provider, Query, find, read_query

TEXT = SearchVector(
    Value("Checkout assistant answers in the wrong language since v3.1"), config="simple"
)
WRONG = Hit("thing", "Wrong", "/wrong/")


@pytest.fixture
def providers(monkeypatch: pytest.MonkeyPatch) -> list[Provider]:
    mine: list[Provider] = []
    monkeypatch.setattr(search, "providers", mine)
    return mine


def provider(name: str, *hits: Hit, **more: Any) -> Provider:
    return Provider(name, name.title(), lambda user, query, limit: hits[:limit], **more)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("wrong", True),
        ("WRONG language", True),
        ("checkout lang", True),
        ("lang checkout", False),
        ("langu or nothing", False),
        ("nothing or langu", True),
        ('"wrong language"', True),
        ('"language wrong"', False),
        ("checkout -wrong", False),
        ("checkout -nothing", True),
        ("since v3.", True),
        ("nothing or -nothing", False),
        ("since or -nothing", True),
        ("c", False),
        ("check''out", False),
        ("wrong' | 'x", False),
        ("-", False),
        ("or", False),
        ("& | ! ( ) <-> :*", False),
        ("wrong :*", True),
    ],
)
def test_words_are_found_as_somebody_means_them(stranger: User, asked: str, found: bool) -> None:
    rows = User.objects.annotate(text=TEXT).filter(pk=stranger.pk, text=read_query(asked).words)
    assert rows.exists() is found


@given(st.text(max_size=60))
def test_whatever_is_typed_is_one_line_that_a_database_can_take(text: str) -> None:
    query = read_query(text)
    assert query.text == " ".join(query.text.split())
    assert query.text.isprintable()
    assert len(query.text) <= MAX_QUERY


def test_a_long_text_is_cut_and_says_so() -> None:
    assert read_query("a" * 10_000) == Query("a" * MAX_QUERY, cut=True)
    assert read_query("a\x00b\n c") == Query("a b c")


@pytest.mark.parametrize("text", [" \x00 ", "-wrong", '-"wrong language" -x', "--", "or", "(&|)"])
def test_nothing_to_find_asks_nobody(providers: list[Provider], stranger: User, text: str) -> None:
    def never(*_: Any) -> list[Hit]:
        raise AssertionError

    providers.append(Provider("things", "Things", never))
    assert find(stranger, text, limit=5).groups == ()


def test_a_group_says_that_there_is_more_and_where(
    providers: list[Provider], stranger: User
) -> None:
    filters = (("status", "all"),)
    providers.append(provider("things", WRONG, WRONG, list_name="now", list_filters=filters))
    (group,) = find(stranger, "a b", limit=1).groups
    assert (group.hits, group.more, group.list_url) == ((WRONG,), True, "/?status=all&q=a+b")
    (group,) = find(stranger, "a b", limit=2).groups
    assert (group.more, group.list_url) == (False, "")


def test_a_list_that_is_not_there_is_not_linked(providers: list[Provider], stranger: User) -> None:
    providers.append(provider("things", WRONG, WRONG, list_name="no-such:list"))
    (group,) = find(stranger, "a", limit=1).groups
    assert group.list_url == ""


def test_a_room_that_is_too_slow_does_not_take_the_others_away(
    providers: list[Provider], stranger: User
) -> None:
    def slow(*_: Any) -> list[Hit]:
        raise OperationalError("canceling statement due to statement timeout")

    providers.extend([Provider("slow", "Slow", slow), provider("things", WRONG)])
    late, things = find(stranger, "a", limit=5).shown
    assert (late.late, late.hits) == (True, ())
    assert things.hits == (WRONG,)


def test_the_group_of_what_was_named_stands_first(stranger: User) -> None:
    named = Hit("thing", "Named", "/named/", exact=True)
    groups = (Group("a", "A", (WRONG,)), Group("b", "B", ()), Group("c", "C", (named,)))
    found = Found(Query("named"), groups)
    assert [group.name for group in found.shown] == ["c", "a"]
    assert found.exact is named
