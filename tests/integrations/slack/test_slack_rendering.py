"""Whatever is in a surface, Slack takes it, nobody is mentioned and no address is hidden."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from chatops.surface import (
    Bold,
    Button,
    Buttons,
    Card,
    Choice,
    Code,
    Confirm,
    Context,
    Divider,
    Field,
    Fields,
    Form,
    FormErrors,
    Heading,
    Home,
    Link,
    Person,
    Picker,
    Quote,
    Reply,
    Row,
    Text,
    When,
)
from integrations.slack import render
from integrations.slack.render.quote import quoted
from integrations.slack.render.reading import kind_asked, pressed_of, values_of
from integrations.slack.render.words import Look, escaped, mrkdwn
from tests.fakes.slack.limits import wrong_message, wrong_view

LOOK = Look(people={1: "U0001", 2: "<!channel>"}, base_url="https://aire.example")
AT = datetime(2026, 11, 27, 14, 2, tzinfo=UTC)
MARKUP = re.compile(r"<[^>\n]*>")
ALLOWED = re.compile(r"<(?:!date\^\d+\^[^|<>]*\|[^|<>]*|https?://[^|<>]+(?:\|[^|<>]*)?|@U0001)>")

nasty = st.sampled_from(
    [
        "<!channel>", "<!here|x>", "<@U0001|a>", "@channel @HERE @everyone", "&" * 3_100,
        "<" * 9_000, "<https://evil|https://good>", "[https://good](https://evil.example)", "\n\n",
        "```\n<!channel>", "`", "*", "|", "> <!everyone>", "https://a.example/?x=1&y=<2>", " ",
        "x" * 14_000, "\x00\ud800", "]( )[", "javascript:alert(1)", "//evil.example",
    ]
)  # fmt: skip
words_of = st.text(max_size=60) | nasty
piece = (
    words_of
    | st.builds(Bold, words_of)
    | st.builds(Code, words_of)
    | st.builds(Link, words_of, words_of | st.just("/incidents/INC-1/?a=1&b=2|c"))
    | st.builds(Person, st.integers(0, 3), words_of, st.booleans())
    | st.builds(When, st.just(AT), st.sampled_from(["time", "full", "ago"]))
)
pieces = st.lists(piece, max_size=3).map(tuple)
confirm = st.builds(Confirm, words_of, words_of, words_of, words_of)
button = st.builds(
    Button,
    st.sampled_from(["run", "form:update", "snooze"]),
    words_of,
    words_of.map(lambda text: text[:1_900]),
    st.sampled_from(["", "primary", "danger"]),
    st.none() | confirm,
    st.just("") | words_of | st.just("/incidents/INC-1/"),
)
buttons = st.lists(button, max_size=4).map(tuple)
choices = st.lists(st.builds(Choice, words_of, words_of), max_size=6).map(tuple)
block = (
    st.builds(Heading, words_of)
    | st.builds(Text, pieces)
    | st.builds(Quote, words_of)
    | st.builds(Row, pieces, st.none() | button)
    | st.builds(lambda words, more: Row(words, more=more), pieces, buttons)
    | st.builds(Fields, st.lists(st.tuples(words_of, pieces), max_size=12).map(tuple))
    | st.builds(Context, pieces)
    | st.just(Divider())
    | st.builds(Buttons, buttons, buttons)
    | st.builds(Picker, st.just("run"), words_of, st.sampled_from(["options", "person"]), choices)
)
blocks = st.lists(block, max_size=5).map(tuple)
kinds = st.sampled_from(
    ["text", "long_text", "choice", "choices", "person", "people", "time", "checkbox"]
)
initial = words_of | st.booleans() | st.lists(words_of, max_size=3).map(tuple)
field = st.builds(
    Field, st.just("f"), words_of, kinds, choices, initial, choices, st.booleans(), words_of,
    words_of, st.integers(0, 9_000),
)  # fmt: skip
few = settings(max_examples=40, deadline=None)


def marked_up(drawn: Any) -> list[str]:
    """Every text in which Slack reads mentions and links."""
    if isinstance(drawn, dict):
        own = [drawn["text"]] if drawn.get("type") == "mrkdwn" else []
        return own + [found for value in drawn.values() for found in marked_up(value)]
    return [found for one in drawn for found in marked_up(one)] if isinstance(drawn, list) else []


def assert_tame(drawn: dict[str, Any]) -> None:
    texts = [*marked_up(drawn.get("blocks", [])), str(drawn.get("text") or "")]
    for text in texts:
        assert all(ALLOWED.fullmatch(found) for found in MARKUP.findall(text)), text
        assert text.count("<") == len(MARKUP.findall(text)), text
        assert not re.search("@(?:channel|here|everyone)", text, re.IGNORECASE), text


@few
@given(blocks, words_of)
def test_whatever_an_answer_holds_slack_takes_it_and_nobody_is_mentioned(
    given_blocks: Any, text: str
) -> None:
    drawn = render.message(Reply(given_blocks, text), LOOK)
    assert wrong_message(drawn) == ""
    assert_tame(drawn)


@few
@given(
    st.builds(
        Card, ref=words_of, version=st.just(1), status=words_of, severity=words_of,
        headline=words_of, title=words_of, url=words_of,
        fields=st.lists(st.tuples(words_of, pieces), max_size=12).map(tuple), context=pieces,
        buttons=buttons, more=buttons, text=words_of, drill=st.booleans(),
    )
)  # fmt: skip
def test_whatever_an_incident_is_called_its_card_is_taken(card: Card) -> None:
    drawn = render.message(card, LOOK)
    assert wrong_message(drawn) == ""
    assert_tame(drawn)


@few
@given(st.lists(field, max_size=9), blocks, words_of, words_of)
def test_whatever_a_form_holds_slack_opens_it(
    fields: list[Field], above: Any, title: str, metadata: str
) -> None:
    named = tuple(
        replace(one, name=f"f{n}")
        for n, one in enumerate(fields)
    )  # fmt: skip
    form = Form("declare", title, title, named, above)
    drawn = render.view(form, LOOK, callback_id="form:declare", metadata=metadata)
    assert wrong_view(drawn) == ""
    assert_tame(drawn)


@few
@given(blocks)
def test_whatever_a_home_tab_holds_slack_shows_it(given_blocks: Any) -> None:
    drawn = render.home(Home(given_blocks), LOOK)
    assert wrong_view(drawn) == ""
    assert_tame(drawn)


@few
@given(words_of, st.integers(40, 400))
def test_a_quote_keeps_its_limit_and_is_never_cut_inside_an_escape(text: str, limit: int) -> None:
    shown = quoted(text, limit)
    assert len(shown) <= limit
    assert not re.search(r"&(?!amp;|lt;|gt;)", shown)


@few
@given(st.one_of(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=9),
       lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner,
       max_size=3), max_leaves=9)))  # fmt: skip
def test_whatever_comes_back_is_read_calmly(rubbish: Any) -> None:
    values_of(rubbish)
    kind_asked(rubbish)
    assert pressed_of({"action_id": rubbish, "value": rubbish}) is None or isinstance(rubbish, str)


def test_only_who_is_meant_to_be_called_is_mentioned() -> None:
    called, named = Person(1, "Ana", call=True), Person(1, "Ana <!here>")
    assert mrkdwn((called, " ", named), LOOK, 100) == "<@U0001> Ana &lt;!here&gt;"


def test_a_label_that_reads_like_another_address_is_shown_with_the_real_one() -> None:
    shown = mrkdwn((Link("https://bank.example", "https://evil.example/x"),), LOOK, 200)
    assert shown == "https://bank.example (<https://evil.example/x>)"
    assert mrkdwn((Link("INC-1", "/incidents/INC-1/"),), LOOK, 200) == (
        "<https://aire.example/incidents/INC-1/|INC-1>"
    )
    assert quoted("[the bank](https://evil.example)") == "> the bank (<https://evil.example>)"


def test_what_is_too_long_is_cut_with_the_way_to_the_rest() -> None:
    drawn = render.message(Reply((Quote("word " * 5_000),), "x"), LOOK)
    assert drawn["blocks"][0]["text"]["text"].endswith("… open in AIRE")
    many = render.message(Reply((Text(("line",)),) * 80, "x"), LOOK)
    assert len(many["blocks"]) == 50
    assert "open in AIRE" in json.dumps(many["blocks"][-1], ensure_ascii=False)


def test_what_is_pressed_comes_back_as_it_was_given() -> None:
    given_blocks = Buttons(
        (Button("run", "Ack", "ack INC-1"), Button("run", "Resolve", "resolve INC-1")),
        (Button("form:update", "Update", "INC-1"), Button("form:sev", "Severity", "INC-1")),
    )
    (row,) = render.message(Reply((given_blocks,), "x"), LOOK)["blocks"]
    first, second, menu = row["elements"]
    assert pressed_of(first) == ("run", "ack INC-1")
    assert pressed_of(second) == ("run", "resolve INC-1")
    assert pressed_of({**menu, "selected_option": menu["options"][1]}) == ("form:sev", "INC-1")


def test_what_is_filled_in_comes_back_by_the_name_of_the_field() -> None:
    fields = (
        Field("title", "Title"),
        Field("people", "People", "people"),
        Field("at", "When", "time"),
        Field("page", "Page", "checkbox"),
    )
    sent = {
        "title": {"value": "It burns"},
        "people": {"selected_options": [{"value": "7"}, {"value": "8"}]},
        "at": {"selected_date_time": int(AT.timestamp())},
        "page": {"selected_options": [{"value": "yes"}]},
    }
    drawn = render.view(Form("f", "F", "Go", fields), LOOK, callback_id="form:f")
    state = {
        one["block_id"]: {one["element"]["action_id"]: sent[one["block_id"]]}
        for one in drawn["blocks"]
    }
    assert values_of(state) == {
        "title": "It burns", "people": ["7", "8"], "at": AT.isoformat(), "page": True,
    }  # fmt: skip
    assert kind_asked("field:people:people") == "people"


def test_an_error_of_no_field_is_said_at_the_first() -> None:
    given_errors = FormErrors({"title": "Say what is wrong.", "": "It is closed."})
    assert render.errors(given_errors, ["title", "severity"]) == {
        "title": "Say what is wrong. It is closed."
    }


def test_an_escape_is_never_cut_in_the_middle() -> None:
    cut = escaped("&" * 100, 33)
    assert cut.rstrip("…").replace("&amp;", "") == ""
    assert len(cut) <= 33
