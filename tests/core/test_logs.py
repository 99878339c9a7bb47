"""What a log line holds, and what it must not."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog

from core import logs
from core.secrets import Secret

log = logs.get_logger("tests.logs")
Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def console(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    written = io.StringIO()
    monkeypatch.setattr("sys.stderr", written)
    logs.configure(json=False, level="INFO")
    yield written
    monkeypatch.undo()
    logs.configure(json=False, level="INFO")


@pytest.fixture
def lines(console: io.StringIO) -> Lines:
    logs.configure(json=True, level="INFO")
    return lambda: [json.loads(line) for line in console.getvalue().splitlines()]


def test_a_line_has_its_event_name_level_time_logger_and_values(lines: Lines) -> None:
    log.info("page_sent", person=3, took=0.25)
    (line,) = lines()
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "page_sent", "level": "info", "logger": "tests.logs", "person": 3, "took": 0.25
    }  # fmt: skip


def test_lines_below_the_level_are_not_written(lines: Lines) -> None:
    log.debug("detail")
    assert lines() == []


def test_lines_of_libraries_have_the_same_form(lines: Lines) -> None:
    logging.getLogger("library").warning("sent %s", "password=hunter22")
    (line,) = lines()
    assert line["event"] == "sent password=[redacted]"
    assert line["logger"] == "library"


def test_what_is_bound_to_the_context_is_on_every_line(lines: Lines) -> None:
    with structlog.contextvars.bound_contextvars(request_id="r-1234567"):
        assert logs.current_request_id() == "r-1234567"
        log.info("one")
        logging.getLogger("library").warning("two")
    assert [line["request_id"] for line in lines()] == ["r-1234567", "r-1234567"]
    assert logs.current_request_id() is None


def test_configuring_twice_does_not_write_twice(
    console: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr", console)
    logs.configure(json=True, level="INFO")
    log.info("once")
    assert len(console.getvalue().splitlines()) == 1


KEY = "aire_" + "a2b3c4d5" * 4 + "zzzz"
SECRETS = [
    (f"Authorization: Bearer {KEY}", KEY),
    ("authorization: Basic dXNlcjpwYXNz", "dXNlcjpwYXNz"),
    ("Authorization: GenieKey 0a1b2c3d-0000", "0a1b2c3d"),
    (f"key {KEY} was used", KEY[5:]),
    ("token xoxb-123-456-abc", "123-456"),
    ("xapp-1-A0-abc", "A0-abc"),
    ("postgresql://aire:hunter22@db.test/aire", "hunter22"),
    ("redis://:hunter22@cache.test:6379", "hunter22"),
    ("GET /x?password=hunter22&b=1", "hunter22"),
    ('{"api_key": "hunter22hunter22"}', "hunter22"),
    ("Cookie: sessionid=hunter22; b=c", "hunter22"),
    ("POST /in/hunter22hunter22hunter22hunter22/alertmanager/ 202", "hunter22"),
    ("GET /heartbeat/hunter22hunter22/ 200", "hunter22"),
    ("POST /integrations/v1/grafana/hunter22/ 202", "hunter22"),
    ("https://hooks.slack.com/services/T0/B0/hunter22", "hunter22"),
    ("ghp_" + "a1B2" * 9, "a1B2"),
    ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl", "c2lnbmF0dXJl"),
]


@pytest.mark.parametrize(("text", "secret"), SECRETS)
def test_what_looks_like_a_secret_is_taken_out(lines: Lines, text: str, secret: str) -> None:
    log.warning("said", text=text, deep={"list": [text]}, thing=ValueError(text))
    log.warning(text)
    assert len(lines()) == 2
    assert secret not in json.dumps(lines())


def test_a_secret_in_a_traceback_is_taken_out_and_locals_are_not_shown(lines: Lines) -> None:
    try:
        local = "local-value"
        raise ValueError(f"cannot use {KEY}" + local[:0])
    except ValueError:
        log.exception("broke")
    (line,) = lines()
    assert "ValueError: cannot use aire_[redacted]" in line["exception"]
    assert "local-value" not in line["exception"].replace('local = "local-value"', "")


@pytest.mark.parametrize(
    "name",
    ["password", "Authorization", "Set-Cookie", "api_key", "apiKey", "X-Api-Key", "routing_key",
     "slack_token", "signingSecret", "private-key", "client_secret"],
)  # fmt: skip
def test_a_name_that_says_secret_hides_any_value(lines: Lines, name: str) -> None:
    log.info("called", headers={name: "plain"}, **{name: "plain"})
    assert "plain" not in json.dumps(lines())


@pytest.mark.parametrize(
    "name", ["tokens_used", "key", "monkey", "author", "keyboard", "dedup_key"]
)
def test_other_names_keep_their_values(lines: Lines, name: str) -> None:
    log.info("called", **{name: 17})
    assert lines()[0][name] == 17


def test_a_secret_object_stays_masked(lines: Lines) -> None:
    log.info("called", value=Secret("hunter22"))
    assert "hunter22" not in json.dumps(lines())


HOSTILE = "a\r\nINFO forged\x1b[31m\x00\u202e\u2028\x85\ud800"


def test_control_characters_cannot_make_a_line_or_colour_a_terminal(console: io.StringIO) -> None:
    log.info("received", title=HOSTILE, **{"na\nme": 1})
    logging.getLogger("library").warning(HOSTILE)
    written = console.getvalue()
    assert len(written.splitlines()) == 2
    assert not set(written) & set("\r\x1b\x00\u202e\u2028\x85\ud800")


def test_no_line_of_a_traceback_passes_for_an_event(console: io.StringIO) -> None:
    try:
        raise ValueError("x\n2026-01-01T00:00:00Z [info] forged")
    except ValueError:
        log.exception("broke")
    first, *rest = console.getvalue().splitlines()
    assert "broke" in first
    assert rest
    assert all(line.startswith("    ") for line in rest if line)


class Unprintable:
    def __repr__(self) -> str:
        raise RuntimeError("no")


def test_odd_values_do_not_break_the_line() -> None:
    loop: list[Any] = []
    loop.append(loop)
    odd = {"loop": loop, "thing": Unprintable(), "raw": b"\xff", "many": {1: {2}}, "a\nb": 1}
    line = logs.redact(None, "", {"event": "odd", "long": "x" * 100_000, **odd})
    assert line["thing"] == "<Unprintable>"
    assert line["many"] == {"1": "{2}"}
    assert line["a\\nb"] == 1
    assert len(line["long"]) < 10_000
    assert json.dumps(line)
