"""DATABASE_URL as people write it."""

from __future__ import annotations

from typing import Any

import psycopg.conninfo
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aire_web.runtime.refusal import Refusal
from aire_web.runtime.urls import database_settings, socket_url


def expected(**given: Any) -> dict[str, Any]:
    empty = {"NAME": "", "USER": "", "PASSWORD": "", "HOST": "", "PORT": "", "OPTIONS": {}}
    return {**empty, **given}


@pytest.mark.parametrize(
    ("url", "settings"),
    [
        (
            "postgres://ann:pw@db.example.org:6432/aire?sslmode=require&connect_timeout=3",
            expected(
                NAME="aire",
                USER="ann",
                PASSWORD="pw",
                HOST="db.example.org",
                PORT="6432",
                OPTIONS={"sslmode": "require", "connect_timeout": "3"},
            ),
        ),
        (
            "postgresql://an%40n:p%3Aw%2F%23+@h/a%20b",
            expected(NAME="a b", USER="an@n", PASSWORD="p:w/#+", HOST="h"),
        ),
        (
            "postgresql:///aire?host=/run/some%20where&user=postgres",
            expected(NAME="aire", USER="postgres", HOST="/run/some where"),
        ),
        (
            "postgresql://ann@%2Frun%2Fpg:5433/aire",
            expected(NAME="aire", USER="ann", HOST="/run/pg", PORT="5433"),
        ),
        ("postgresql://[::1]:5432/aire", expected(NAME="aire", HOST="::1", PORT="5432")),
        (
            "postgresql://a:1,b:2/aire?target_session_attrs=read-write",
            expected(
                NAME="aire",
                HOST="a,b",
                PORT="1,2",
                OPTIONS={"target_session_attrs": "read-write"},
            ),
        ),
        (" postgresql://h/aire\n", expected(NAME="aire", HOST="h")),
    ],
)
def test_a_url_is_read_as_libpq_reads_it(url: str, settings: dict[str, Any]) -> None:
    assert database_settings(url) == settings


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("mysql://h/aire", "must start with postgresql://, not with mysql://"),
        ("aire", "must start with postgresql://"),
        ("", "must start with postgresql://"),
        ("postgresql://h", "names no database"),
        ("postgresql://h/", "names no database"),
        ("postgresql://h:5x/aire", "the port must be a number"),
        ("postgresql://h:70000/aire", "the port must be a number"),
        ("postgresql://h/aire?sslmode", "name=value"),
    ],
)
def test_a_url_that_cannot_be_meant_is_refused_in_words(url: str, sentence: str) -> None:
    with pytest.raises(Refusal, match=sentence):
        database_settings(url)


def test_a_refusal_does_not_repeat_the_password() -> None:
    with pytest.raises(Refusal) as refusal:
        database_settings("mysql://ann:hunter2@h/aire")
    assert "hunter2" not in str(refusal.value)


names = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=30)


@given(folder=names.map("/{}".format), database=names, user=names)
def test_a_socket_url_comes_back_whole_here_and_in_libpq(
    folder: str, database: str, user: str
) -> None:
    url = socket_url(folder, database, user)
    read = database_settings(url)
    assert (read["HOST"], read["NAME"], read["USER"]) == (folder, database, user)
    libpq = psycopg.conninfo.conninfo_to_dict(url)
    assert (libpq["host"], libpq["dbname"], libpq["user"]) == (folder, database, user)
