"""A secret goes to the scheme, host and port that it was given for and nowhere else."""

from __future__ import annotations

import pytest

from core.connecting import Option, filled_options, why_not_sent_to


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("https://api.example.org", "https://api.example.org/v2"),
        ("https://api.example.org", "https://API.example.org:443/"),
        ("http://10.0.0.1:80", "http://10.0.0.1"),
    ],
)
def test_another_path_of_the_same_place_needs_no_new_secret(old: str, new: str) -> None:
    assert why_not_sent_to(old, new) == ""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("https://api.example.org", "http://api.example.org", "not encrypted any more"),
        ("https://api.example.org", "http://api.example.org:443", "not encrypted any more"),
        ("http://api.example.org", "https://api.example.org", "another scheme or port"),
        ("https://api.example.org", "https://api.example.org:8443", "another scheme or port"),
        ("https://api.example.org", "https://api.example.org.evil.net", "another host"),
        ("https://api.example.org", "https://api.example.org@evil.net", "another host"),
        ("https://api.example.org", "https://api.example.org:port", "another host"),
        ("https://api.example.org", "", "another host"),
    ],
)
def test_a_secret_is_not_sent_elsewhere_nor_in_the_clear(old: str, new: str, said: str) -> None:
    assert said in why_not_sent_to(old, new)


def test_options_are_those_that_are_known_with_their_defaults() -> None:
    options = (Option("ref", "Branch", default="main"), Option("labels", "Labels"))
    assert filled_options(options, {"labels": " a ", "ref": "", "evil": "x"}) == {
        "ref": "main",
        "labels": "a",
    }
