"""The rules that need no database: differences, marks, hints, reviewers, redaction, templates."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from core.markdown import render
from postmortems import blameless
from postmortems.drafting import plain
from postmortems.exports.redaction import Redactor
from postmortems.generated import render_marked, still_generated
from postmortems.lifecycle import POSTMORTEM
from postmortems.rendering import with_links
from postmortems.review_rules import Owned, reviewers
from postmortems.services.templates import body_of_input
from postmortems.shipped import shipped_templates
from postmortems.worddiff import diff_html, word_diff

WORDS = st.text(alphabet="ab \n<&", max_size=60)


@given(WORDS, WORDS)
def test_a_difference_holds_both_texts(old: str, new: str) -> None:
    pieces = word_diff(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != "ins") == old
    assert "".join(piece.text for piece in pieces if piece.kind != "del") == new


def test_a_difference_of_long_texts_holds_both_and_is_escaped() -> None:
    old = "\n".join(f"line {number} <b>" for number in range(3_000))
    new = old.replace("line 7 ", "line seven ")
    html = diff_html(old, new)
    assert "line <del>7</del><ins>seven</ins> &lt;b&gt;" in html
    assert "<b>" not in html


@given(st.text(max_size=80))
def test_drafted_text_renders_as_the_words_it_was_made_of(text: str) -> None:
    html = render(f"- {plain(text)}")
    assert "<script" not in html
    assert html.count("<li>") == 1


def test_a_mark_never_stands_in_an_attribute() -> None:
    line = "see https://example.org/x"
    html = render_marked(f'[a](https://example.org "t\n{line}\n")\n\n{line}', [line, line])
    assert "<mark" not in "".join(part for part in html.split(">") if "href" in part)
    assert 'href="https://example.org/x"' in html


def test_marks_that_a_text_brings_along_are_taken_out() -> None:
    assert "<mark" not in render_marked("\ue0a0x\ue0a1", [])


def test_the_same_line_twice_is_marked_as_often_as_it_was_drafted() -> None:
    assert still_generated("a\nb\na", ["a", "c"]) == ["a"]


def test_citations_become_links_outside_of_links_only() -> None:
    html = with_links(render("[E1] [E2] [x [E1]](https://example.org)"), {1})
    assert html.count('<a href="#evidence-1">') == 1
    assert "[E2]" in html


@pytest.mark.parametrize(
    "text",
    [
        "She should have seen it.",
        "He failed to check.",
        "It was human error.",
        "The model lied.",
        "Obviously wrong.",
    ],
)
def test_blame_gets_a_hint(text: str) -> None:
    assert blameless.hints(text)


def test_plain_words_get_none() -> None:
    assert not blameless.hints("The alert fired after 12 minutes. The fallback answered.")


def test_hints_are_few_and_quick_on_a_long_text() -> None:
    assert len(blameless.hints("should have " * 100_000)) == blameless.MAX_HINTS


def test_whoever_writes_it_is_not_asked_to_review() -> None:
    owned = [Owned(1, "engineering", "A"), Owned(2, "engineering", "B"), Owned(3, "product", "A")]
    asked = reviewers(owned, severity="sev3", classes=["generation"], without=[1])
    assert asked == {
        2: "Owner for engineering of B (every postmortem).",
        3: "Owner for product of A (class generation).",
    }


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Priya Raman rolled back", "[person] rolled back"),
        ("Priya did", "[person] did"),
        ("mail priya@example.org", "mail [person]"),
        ("see https://intern.example/x?y=1.", "see [address]"),
        ("[the log](https://intern.example/x)", "the log"),
        ("host 10.0.12.7 failed", "host [address] failed"),
        ("key sk9aK2bL3mN4pQ5rS6tU7vW8x", "key [secret]"),
        ("as in INC-42 and PM-7 [E3]", "as in [reference] and [reference]"),
        ("call +49 30 1234567", "call [number]"),
        ("Larkmoor paid", "[left out] paid"),
        ("a priyanka tree", "a priyanka tree"),
    ],
)
def test_what_must_stay_inside_is_taken_out(text: str, kept: str) -> None:
    redactor = Redactor(["priya@example.org"], ["Priya Raman"], ["Larkmoor"])
    assert redactor.clean(text) == kept


def test_shipped_templates_cover_every_class_and_section() -> None:
    classes = {name for one in shipped_templates() for name in one.body.cause_classes}
    assert len(classes) == 14
    assert len({one.slug for one in shipped_templates()}) == 12
    keys = {section.key for one in shipped_templates() for section in one.body.sections}
    assert len(keys) == 18


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({}, "sections"),
        ({"sections": []}, "sections"),
        ({"sections": [{"key": "Not a key", "title": "x"}]}, "sections.0.key"),
        ({"sections": [{"key": "a", "title": ""}]}, "sections.0.title"),
        ({"sections": [{"key": "a", "title": "x", "colour": "red"}]}, "sections.0.colour"),
        ({"sections": [{"key": "a", "title": "A"}] * 2}, "sections"),
        ({"sections": [{"key": "a", "title": "x\x00"}]}, "sections.0.title"),
        (
            {"sections": [{"key": "a", "title": "A", "requiredFor": {"severities": ["sev9"]}}]},
            "sections.0.requiredFor.severities.0",
        ),
        ({"systemKinds": ["toaster"], "sections": [{"key": "a", "title": "A"}]}, "systemKinds.0"),
    ],
)
def test_a_template_that_cannot_be_is_refused_with_its_place(
    body: dict[str, object], place: str
) -> None:
    with pytest.raises(Invalid) as refused:
        body_of_input(body)
    assert place in refused.value.errors


def test_every_status_but_published_leads_on() -> None:
    for state in POSTMORTEM.states:
        assert bool(POSTMORTEM.moves_from(state.name)) is not state.terminal
