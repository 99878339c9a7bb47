"""Label matchers in Alertmanager's syntax: `severity="critical", system=~"support-.*"`.

Used by routes, silences and the API. Patterns are RE2 (linear time), anchored at both ends.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

import re2

MAX_TEXT = 16_384
MAX_MATCHERS = 100
MAX_PATTERN_BYTES = 2048
MAX_PATTERN_MEMORY = 1 << 20

_PLAIN_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_SPACE = re.compile(r"\s*")
_UNQUOTED_NAME = re.compile(r"[^\s{}!=~,\\\"'`]+")
_UNQUOTED_VALUE = re.compile(r"[^\s{}\",'`]+")
_OPERATOR = re.compile(r"=~|!=|!~|=")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*+)"', re.DOTALL)
_ESCAPE = re.compile(
    r'\\(?:([ntr"\\])|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-7][0-9a-fA-F]))', re.DOTALL
)
_SIMPLE = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\"}
_TO_ESCAPE = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n"})


class MatcherError(ValueError):
    """Text that is no matcher. `position` counts characters from 0; `index` is the place of the
    matcher in a list of strings, None for a single text."""

    def __init__(self, message: str, *, position: int, index: int | None = None) -> None:
        where = f"at character {position + 1}"
        if index is not None:
            where = f"in matcher {index + 1}, {where}"
        super().__init__(f"{message} ({where})")
        self.message, self.position, self.index = message, position, index


class Operator(StrEnum):
    """How a matcher compares."""

    EQUAL = "="
    NOT_EQUAL = "!="
    MATCHES = "=~"
    NOT_MATCHES = "!~"

    @property
    def is_regex(self) -> bool:
        """Whether the value is a pattern."""
        return self in (Operator.MATCHES, Operator.NOT_MATCHES)


class _Pattern(Protocol):
    def fullmatch(self, text: str) -> object | None: ...


@dataclass(frozen=True, slots=True)
class Matcher:
    """One comparison of one label. Make it through `parse_matchers` or `matcher`."""

    name: str
    operator: Operator
    value: str
    _pattern: _Pattern | None = field(default=None, compare=False, repr=False)

    def matches(self, labels: Mapping[str, str]) -> bool:
        """A label that is missing counts as the empty text, as in Alertmanager."""
        actual = labels.get(self.name, "")
        if self._pattern is None:
            return (actual == self.value) is (self.operator is Operator.EQUAL)
        if not actual.isascii():
            actual = actual.encode("utf-8", "replace").decode()  # RE2 takes no lone surrogates
        found = self._pattern.fullmatch(actual) is not None
        return found is (self.operator is Operator.MATCHES)

    def __str__(self) -> str:
        name = self.name if _PLAIN_NAME.fullmatch(self.name) else _quote(self.name)
        return f"{name}{self.operator.value}{_quote(self.value)}"


@dataclass(frozen=True, slots=True)
class Matchers:
    """Matchers that must all hold. None at all match everything."""

    items: tuple[Matcher, ...] = ()

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether every matcher holds for these labels."""
        return all(matcher.matches(labels) for matcher in self.items)

    def to_strings(self) -> list[str]:
        """The canonical text of each; `parse_matchers` reads it back to an equal value."""
        return [str(matcher) for matcher in self.items]

    def __str__(self) -> str:
        return ", ".join(self.to_strings())


def matcher(name: str, operator: Operator | str, value: str) -> Matcher:
    """A matcher from its parts. Raises `MatcherError` (position 0) for a bad name or pattern."""
    return _build(name, Operator(operator), value, position=0)


def parse_matchers(source: str | Sequence[str]) -> Matchers:
    """Matchers from one text (separated by commas, braces around it allowed) or a list of texts.

    Names without quotes may hold anything but white space and ``{}!=~,\\"'` ``; others stand in
    double quotes. In quotes the escapes are ``\\n \\t \\r \\" \\\\ \\uXXXX \\UXXXXXXXX \\xXX``;
    any other backslash stands for itself, so `"\\d+"` is the pattern it looks like.
    """
    if isinstance(source, str):
        return Matchers(_limited(_parse(source)))
    items: list[Matcher] = []
    for index, text in enumerate(source):
        if not isinstance(text, str):
            raise MatcherError("A matcher is a text", position=0, index=index)
        try:
            items += _parse(text)
        except MatcherError as error:
            raise MatcherError(error.message, position=error.position, index=index) from None
        _limited(items)
    return Matchers(tuple(items))


def _limited(items: list[Matcher]) -> tuple[Matcher, ...]:
    if len(items) > MAX_MATCHERS:
        raise MatcherError(f"There are more than {MAX_MATCHERS} matchers", position=0)
    return tuple(items)


def _parse(text: str) -> list[Matcher]:
    if len(text) > MAX_TEXT:
        raise MatcherError(f"The text is longer than {MAX_TEXT:,} characters", position=MAX_TEXT)
    scanner = _Scanner(text)
    braced = scanner.take("{")
    items: list[Matcher] = []
    while not scanner.at_end() and not (braced and scanner.peek() == "}"):
        items.append(scanner.matcher())
        if not scanner.take(","):
            break
    if braced and not scanner.take("}"):
        raise scanner.error("A closing brace is missing")
    if not scanner.at_end():
        raise scanner.error(f"Expected a comma, found {scanner.peek()!r}")
    return items


class _Scanner:
    """Walks over one text; white space between tokens means nothing."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self._skip_space()

    def error(self, message: str) -> MatcherError:
        return MatcherError(message, position=self.position)

    def at_end(self) -> bool:
        return self.position >= len(self.text)

    def peek(self) -> str:
        return self.text[self.position : self.position + 1]

    def take(self, character: str) -> bool:
        found = self.peek() == character
        if found:
            self._move(self.position + 1)
        return found

    def matcher(self) -> Matcher:
        start = self.position
        name = self._quoted() if self.peek() == '"' else self._unquoted(_UNQUOTED_NAME)
        if not name:
            raise MatcherError("A label name is missing", position=start)
        sign = _OPERATOR.match(self.text, self.position)
        if sign is None:
            found = f", found {self.peek()!r}" if self.peek() else ""
            raise self.error(f"After {name!r} one of = != =~ !~ is expected{found}")
        self._move(sign.end())
        value_at = self.position
        if self.peek() in ("=", "~"):
            raise self.error(f"{sign.group()}{self.peek()} is no operator; use one of = != =~ !~")
        value = self._quoted() if self.peek() == '"' else self._unquoted(_UNQUOTED_VALUE)
        return _build(name, Operator(sign.group()), value, position=value_at, name_position=start)

    def _unquoted(self, allowed: re.Pattern[str]) -> str:
        found = allowed.match(self.text, self.position)
        if found is None:
            return ""
        self._move(found.end())
        return found.group()

    def _quoted(self) -> str:
        found = _QUOTED.match(self.text, self.position)
        if found is None:
            raise self.error("The quotation mark is not closed")
        start = self.position
        self._move(found.end())
        return _ESCAPE.sub(lambda escape: _unescaped(escape, start), found.group(1))

    def _move(self, position: int) -> None:
        self.position = position
        self._skip_space()

    def _skip_space(self) -> None:
        found = _SPACE.match(self.text, self.position)
        if found is not None:
            self.position = found.end()


def _unescaped(escape: re.Match[str], position: int) -> str:
    simple, *digits = escape.groups()
    if simple:
        return _SIMPLE[simple]
    code = int(next(d for d in digits if d), 16)
    if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        raise MatcherError(f"{escape.group()} is no character", position=position)
    return chr(code)


def _build(
    name: str, operator: Operator, value: str, *, position: int, name_position: int = 0
) -> Matcher:
    for text, at in ((name, name_position), (value, position)):
        if "\0" in text or not _encodable(text):
            raise MatcherError("NUL and lone surrogates are no text", position=at)
    if not name:
        raise MatcherError("A label name is missing", position=name_position)
    pattern = _compile(value, position) if operator.is_regex else None
    return Matcher(name, operator, value, pattern)


def _encodable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _compile(pattern: str, position: int) -> _Pattern:
    if len(pattern.encode()) > MAX_PATTERN_BYTES:
        raise MatcherError(
            f"The pattern is longer than {MAX_PATTERN_BYTES:,} bytes", position=position
        )
    options = re2.Options()
    options.max_mem = MAX_PATTERN_MEMORY
    options.log_errors = False
    options.never_capture = True
    try:
        compiled: _Pattern = re2.compile(pattern, options)
    except re2.error as error:
        raise MatcherError(_why_no_pattern(error), position=position) from None
    return compiled


def _why_no_pattern(error: Exception) -> str:
    reason = error.args[0] if error.args else ""
    if isinstance(reason, bytes):
        reason = reason.decode("utf-8", "replace")
    if "invalid perl operator" in reason or re.search(r"invalid escape sequence: \\[1-9k]", reason):
        return f"The pattern uses look-around or a back-reference, which RE2 lacks: {reason}"
    if "too large" in reason or "repetition" in reason:
        return f"The pattern is too large or repeats too often: {reason}"
    return f"The pattern is not valid: {reason}"


def _quote(text: str) -> str:
    return f'"{text.translate(_TO_ESCAPE)}"'
