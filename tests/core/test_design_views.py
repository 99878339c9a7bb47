"""The living page of the look, and the error pages, draw in every circumstance."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied
from django.template.loader import render_to_string
from django.test import RequestFactory

from core.design_views import design

INLINE = re.compile(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=", re.IGNORECASE)


def page_for(user: object) -> str:
    request = RequestFactory().get("/settings/design/")
    request.user = user  # type: ignore[assignment]
    return design(request).content.decode()


def staff() -> SimpleNamespace:
    return SimpleNamespace(name="Ana Ruiz", is_authenticated=True, is_staff=True, theme="dark")


def test_the_design_page_shows_every_kind_of_emptiness_and_mark() -> None:
    html = page_for(staff())
    for kind in ("first", "nomatch", "clear", "denied", "stale"):
        assert f"empty-{kind}" in html
    for level in (1, 2, 3, 4):
        assert f'class="mark sev{level}"' in html


def test_no_page_carries_inline_scripts_or_styles() -> None:
    pages = [page_for(staff()), *(render_to_string(f"{code}.html") for code in (404, 500))]
    assert [INLINE.findall(html) for html in pages] == [[], [], []]


def test_the_accounts_theme_is_drawn_at_once() -> None:
    assert '<html lang="en" data-theme="dark">' in page_for(staff())


def test_the_design_page_is_for_staff() -> None:
    with pytest.raises(PermissionDenied):
        page_for(SimpleNamespace(is_authenticated=True, is_staff=False))


@pytest.mark.parametrize("code", ["400", "403", "403_csrf", "404", "500", "503"])
def test_an_error_page_needs_no_request_and_no_database(code: str) -> None:
    html = render_to_string(f"{code}.html")
    assert "<h1>" in html
    assert 'class="btn' in html
