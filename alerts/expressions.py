"""Where a mapping finds its values in a JSON document: paths, templates, constants, alternatives.

- `service.name`, `checks[0].status`, `tags[-1]`: a path, taken within the alert. A backslash
  takes the meaning from the next character (`service\\.name` is one key with a dot).
- `$.run.url`: the same, taken from the whole body; `$` alone is the body, `.` the alert.
- `Drift of {feature} in {$.system}`: a template; `{{` and `}}` are braces.
- `=production`: the text after the sign, whatever the document says.
- a list of these: the first one that is there.

There is no code in them: nothing is called, no attribute is reached.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from alerts.reading import text_of

MAX_EXPRESSION = 1024
MAX_ALTERNATIVES = 50
MAX_STEPS = 32

_INDEX = re.compile(r"\[(-?[0-9]{1,6})\]")
_TEMPLATE_PART = re.compile(r"(\{\{|\}\}|\{(?:[^{}\\]|\\.)*\}|[{}])")
_MISSING = object()


class ExpressionError(ValueError):
    """Text that is no expression. The message is a plain clause without the field's name."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What an expression looks into: one alert, and the body it came in."""

    alert: object
    body: object


class Expression(Protocol):
    """Yields the values it finds, best first; null and "" count as not being there."""

    def values(self, scope: Scope) -> Iterator[object]: ...


@dataclass(frozen=True, slots=True)
class Path:
    """Steps down a document: keys of objects, indices of lists."""

    steps: tuple[str | int, ...]
    from_body: bool = False

    def get(self, scope: Scope) -> object | None:
        """The value there, None when there is none."""
        value = scope.body if self.from_body else scope.alert
        for step in self.steps:
            value = _step(value, step)
            if value is _MISSING:
                return None
        return None if value == "" else value

    def values(self, scope: Scope) -> Iterator[object]:
        value = self.get(scope)
        if value is not None:
            yield value


@dataclass(frozen=True, slots=True)
class Constant:
    """A fixed text."""

    text: str

    def values(self, scope: Scope) -> Iterator[object]:
        yield self.text


@dataclass(frozen=True, slots=True)
class Template:
    """Text with paths in it. It is there when at least one of its paths is."""

    parts: tuple[str | Path, ...]

    def values(self, scope: Scope) -> Iterator[object]:
        found = False
        pieces = []
        for part in self.parts:
            if isinstance(part, Path):
                value = part.get(scope)
                found = found or value is not None
                pieces.append(text_of(value))
            else:
                pieces.append(part)
        if found:
            yield "".join(pieces)


@dataclass(frozen=True, slots=True)
class FirstOf:
    """Alternatives, best first."""

    options: tuple[Expression, ...]

    def values(self, scope: Scope) -> Iterator[object]:
        for option in self.options:
            yield from option.values(scope)


def parse_expression(source: object) -> Expression:
    """An expression from a mapping's value. Raises `ExpressionError`."""
    if isinstance(source, list):
        if not source or len(source) > MAX_ALTERNATIVES:
            raise ExpressionError(f"a list of alternatives has 1 to {MAX_ALTERNATIVES} entries")
        return FirstOf(tuple(_parse_text(item) for item in source))
    return _parse_text(source)


def parse_path(source: object) -> Path:
    """A path and nothing else. Raises `ExpressionError`."""
    if not isinstance(source, str) or not source.strip():
        raise ExpressionError("must be a path like service.name")
    if len(source) > MAX_EXPRESSION:
        raise ExpressionError(f"is longer than {MAX_EXPRESSION:,} characters")
    text = source.strip()
    from_body = text == "$" or text.startswith(("$.", "$["))
    steps = _steps(text[1:].removeprefix(".") if from_body else text)
    if len(steps) > MAX_STEPS:
        raise ExpressionError(f"has more than {MAX_STEPS} steps")
    return Path(steps, from_body)


def _parse_text(source: object) -> Expression:
    if not isinstance(source, str) or not source.strip():
        raise ExpressionError("must be a path, a template, =text, or a list of these")
    if len(source) > MAX_EXPRESSION:
        raise ExpressionError(f"is longer than {MAX_EXPRESSION:,} characters")
    if source.startswith("="):
        return Constant(source[1:])
    if "{" in source.replace("\\{", "") or "}" in source.replace("\\}", ""):
        return _parse_template(source)
    return parse_path(source)


def _parse_template(source: str) -> Template:
    parts: list[str | Path] = []
    for piece in _TEMPLATE_PART.split(source):
        if piece in ("{{", "}}"):
            parts.append(piece[0])
        elif piece in ("{", "}"):
            raise ExpressionError("has a brace without its partner; a brace as text is doubled")
        elif piece.startswith("{"):
            parts.append(parse_path(piece[1:-1]))
        elif piece:
            parts.append(piece)
    if not any(isinstance(part, Path) for part in parts):
        raise ExpressionError("has no {path} in it; fixed text is written as =text")
    return Template(tuple(parts))


def _steps(text: str) -> tuple[str | int, ...]:
    if text in ("", "."):
        return ()
    steps: list[str | int] = []
    position = 0
    expects_key = True
    while position < len(text):
        index = _INDEX.match(text, position)
        if index is not None:
            steps.append(int(index.group(1)))
            position = index.end()
            expects_key = False
        elif text[position] == "." and not expects_key:
            position += 1
            expects_key = True
        elif expects_key:
            key, position = _key(text, position)
            steps.append(key)
            expects_key = False
        else:
            raise ExpressionError(f"is no path: unexpected {text[position]!r}")
    if expects_key:
        raise ExpressionError("is no path: it ends with a dot")
    return tuple(steps)


def _key(text: str, position: int) -> tuple[str, int]:
    characters = []
    while position < len(text) and text[position] not in ".[":
        if text[position] == "\\":
            position += 1
            if position == len(text):
                raise ExpressionError("is no path: it ends with a backslash")
        characters.append(text[position])
        position += 1
    if not characters:
        raise ExpressionError("is no path: a key is empty, or an index is not a number")
    return "".join(characters), position


def _step(value: object, step: str | int) -> object:
    if isinstance(value, Mapping):
        return value.get(str(step), _MISSING)
    if isinstance(value, list):
        number = step if isinstance(step, int) else int(step) if step.isdecimal() else None
        if number is not None and -len(value) <= number < len(value):
            return value[number]
    return _MISSING
