"""The tags say states in words, escape what came from outside and never break a page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.http import HttpResponse
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import path
from django.utils import timezone

from core import svg
from core.durations import age_words, exact_words, seconds_words
from core.templatetags import aire

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HOSTILE = '"><script>alert(1)</script>'


urlpatterns = [
    path("", lambda request: HttpResponse(), name="home"),
    path("alerts/", lambda request: HttpResponse(), name="alerts"),
]


def drawn(source: str, at: str = "/", **context: Any) -> str:
    request = RequestFactory().get(at)
    return Template(source).render(Context({"request": request, **context}))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (250, "4 min 10 s"),
        (11_530, "3 h 12 min"),
        (86_400, "1 d"),
        (190_800, "2 d 5 h"),
        (3_605, "1 h"),
        (-90, "-1 min 30 s"),
    ],
)
def test_a_span_is_said_in_its_two_largest_units(seconds: float, words: str) -> None:
    assert seconds_words(seconds) == words


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(seconds=2), "just now"),
        (timedelta(seconds=42), "42 s ago"),
        (timedelta(minutes=3, seconds=59), "3 min ago"),
        (timedelta(hours=5), "5 h ago"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=6), "6 days ago"),
        (timedelta(minutes=-5), "in 5 min"),
        (timedelta(days=59), "1 Jan 2026"),
    ],
)
def test_an_age_is_said_in_its_largest_unit(ago: timedelta, words: str) -> None:
    assert age_words(AT - ago, at=AT) == words


def test_an_exact_time_names_its_zone() -> None:
    assert exact_words(AT) == "Sun 1 Mar 2026, 12:00:00 UTC"


@pytest.mark.parametrize("value", [None, "", "soon", float("nan"), float("inf")])
def test_a_span_that_is_no_number_is_a_dash(value: object) -> None:
    assert aire.duration(value) == "–"


def test_a_span_may_be_a_timedelta() -> None:
    assert aire.duration(timedelta(minutes=4, seconds=10)) == "4 min 10 s"


def test_when_carries_the_exact_time_of_the_viewers_zone() -> None:
    with timezone.override("Europe/Berlin"):
        html = aire.when(AT)
    assert 'datetime="2026-03-01T12:00:00+00:00"' in html
    assert "13:00:00 CET" in html
    assert "data-age" in html


def test_a_time_that_is_not_there_says_what_it_was_told() -> None:
    assert "not yet" in aire.when(None, "not yet")
    assert "–" in aire.exact(None)


@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_a_severity_has_its_own_shape_its_number_and_its_word(level: int) -> None:
    mark = aire.severity_mark(f"sev{level}")
    others = {str(svg.severity_shape(other)) for other in {1, 2, 3, 4} - {level}}
    assert f">SEV{level}<" in mark
    assert f">{level}</text>" in mark
    assert not any(other in mark for other in others)


def test_a_compact_severity_keeps_its_word_for_readers() -> None:
    assert '<span class="sr-only">SEV2</span>' in aire.severity_mark("sev2", "compact")


@pytest.mark.parametrize("severity", [None, "", "sev9", HOSTILE])
def test_a_severity_that_is_not_known_is_said(severity: str | None) -> None:
    assert "No severity" in aire.severity_mark(severity)
    assert "<script>" not in aire.severity_mark(severity)


def test_every_incident_status_looks_different() -> None:
    statuses = ["open", "acknowledged", "mitigated", "resolved", "closed", "cancelled"]
    shapes = {aire.status_mark(status).split("<svg")[1].split("</svg>")[0] for status in statuses}
    assert len(shapes) == len(statuses)


def test_a_status_that_is_not_known_is_shown_as_it_is_and_escaped() -> None:
    assert "Set aside" in aire.status_mark("set_aside")
    assert "<script>" not in aire.status_mark(HOSTILE)
    assert "Unknown" in aire.status_mark(None)


def test_no_data_does_not_look_like_a_line_at_zero() -> None:
    assert "spark-none" in aire.sparkline([None, None], "Cost")
    assert "no data" in aire.sparkline([], "Cost")
    assert "spark-none" not in aire.sparkline([0, 0], "Cost")


def test_a_gap_breaks_the_line() -> None:
    line = svg.sparkline([1, 2, None, 3, 4], title="x").split('class="spark-line" d="')[1]
    assert line.split('"')[0].count("M") == 2


def test_a_picture_survives_numbers_that_are_none() -> None:
    assert "NaN" not in svg.sparkline([1, float("nan"), float("inf")], title="x")
    assert "nan" not in svg.bar(float("nan"), tone="ok", title="x")


@pytest.mark.parametrize(("percent", "width"), [(-5, "0"), (61, "61"), (140, "100")])
def test_a_bar_stays_inside_its_track(percent: float, width: str) -> None:
    assert f'class="bar-fill" width="{width}"' in svg.bar(percent, tone="ok", title="left")


def test_a_bar_without_a_number_says_no_data() -> None:
    assert "No data" in aire.bar(None)


def test_the_title_of_a_picture_is_escaped() -> None:
    assert "<script>" not in aire.sparkline([1], HOSTILE)


def test_an_avatar_shows_initials_and_says_the_name() -> None:
    ana = SimpleNamespace(name="Ana María Ruiz", email="ana@example.com")
    assert ">AR<" in aire.avatar(ana)
    assert 'aria-label="Ana María Ruiz"' in aire.avatar(ana)
    assert 'aria-hidden="true"' in aire.avatar(ana, "decorative")
    assert ">A<" in aire.avatar(SimpleNamespace(name="", email="ana@example.com"))
    assert aire.person_name(None) == "Nobody"


def test_a_link_to_a_page_that_is_not_there_draws_nothing() -> None:
    assert drawn('{% nav_link "no:such" "X" "flame" %}') == ""
    assert drawn('{% url_or_none "no:such" as x %}[{{ x }}]') == "[None]"


@pytest.mark.urls(__name__)
def test_a_link_marks_the_page_that_is_open_and_the_pages_under_it() -> None:
    link = '{% nav_link "alerts" "Alerts" %}'
    assert 'aria-current="page"' in drawn(link, "/alerts/")
    assert 'aria-current="page"' in drawn(link, "/alerts/7/")
    assert "aria-current" not in drawn(link, "/")
    assert "aria-current" not in drawn('{% nav_link "home" "Now" %}', "/alerts/")


@pytest.mark.urls(__name__)
def test_a_link_may_say_which_keys_go_there() -> None:
    assert ' data-key="g a"' in drawn('{% nav_link "alerts" "Alerts" "bell" "g a" %}')
    assert "data-key" not in drawn('{% nav_link "alerts" "Alerts" %}')


def test_changing_a_filter_keeps_the_others_and_starts_at_the_first_page() -> None:
    here = "/incidents/?status=open&severity=sev1&severity=sev2&cursor=abc"
    tag = '{% querystring_with status="closed" team=team %}'
    assert drawn(tag, here, team=None) == "?severity=sev1&amp;severity=sev2&amp;status=closed"
    assert drawn('{% querystring_with q="" %}', "/?q=x") == "?"
    assert drawn("{% querystring_with severity=many %}", "/", many=["a", "b&c"]) == (
        "?severity=a&amp;severity=b%26c"
    )


class Report(forms.Form):
    title = forms.CharField(help_text="What people see first.")
    private = forms.BooleanField(required=False, help_text="Only its people.")
    scope = forms.ChoiceField(widget=forms.RadioSelect, choices=[("a", "All"), ("p", "People")])


@pytest.mark.parametrize("name", ["title", "private", "scope"])
def test_everything_that_describes_a_field_exists(name: str) -> None:
    html = drawn("{% field form.x %}".replace("x", name), form=Report({"title": ""}))
    described = html.split('aria-describedby="')[1].split('"')[0].split()
    assert described
    assert all(f'id="{target}"' in html for target in described)


def test_a_label_is_bound_to_its_control() -> None:
    html = drawn("{% field form.title %}", form=Report())
    assert 'for="id_title"' in html
    assert 'id="id_title"' in html


def test_a_theme_is_this_browsers_choice_before_the_accounts() -> None:
    request = RequestFactory().get("/")
    context = Context({"request": request, "user": SimpleNamespace(theme="dark")})
    assert aire.theme(context) == "dark"
    assert aire.theme(context, ask_account=False) == ""
    request.COOKIES["aire_theme"] = "light"
    assert aire.theme(context) == "light"
    request.COOKIES["aire_theme"] = "system"
    assert aire.theme(context) == ""
    request.COOKIES["aire_theme"] = HOSTILE
    assert aire.theme(context) == "dark"


def test_an_icon_points_into_the_sprite() -> None:
    assert 'icons.svg#flame"' in aire.icon("flame")
    assert "<script>" not in aire.icon(HOSTILE)


def test_markdown_and_links_of_others_are_made_harmless() -> None:
    assert "<script>" not in aire.markdown(HOSTILE)
    assert aire.safe_href("javascript:alert(1)") is None
    assert aire.safe_href("https://example.com/a") == "https://example.com/a"
    assert aire.safe_href(None) is None
