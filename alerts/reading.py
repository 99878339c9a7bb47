"""What every format needs to read alerts: text, labels, times, keys, notes. No format here."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice

from alerts.signals import (
    MAX_DEDUP_KEY,
    MAX_LABEL_NAME,
    MAX_LABEL_VALUE,
    MAX_LABELS,
    MAX_TITLE,
    Link,
    Unreadable,
)
from core import clock
from core.payload import Loaded, PayloadError, clean_text, load_json

RECEIPT_OPTIONS = frozenset({"received_at", "receipt_id"})
"""What a reader is told of the receipt, beside the source's own options."""

MAX_ANNOTATION_VALUE = 16_384
MAX_NOTES = 50
MAX_NOTE = 500
MAX_LINKS = 20
MAX_LINK = 2048

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_GO_ZERO_TIME = "0001-01-01T00:00:00Z"
_TOO_OLD = datetime(2000, 1, 1, tzinfo=UTC)
_TOO_FAR = timedelta(days=3653)
_NUMBER = re.compile(r"[+-]?[0-9]{1,30}(?:\.[0-9]{0,30})?")
_CLOCK_EDGE = re.compile(
    r"(.*[T ])(24:00(?::00(?:[.,]0+)?)?|[0-9]{2}:[0-9]{2}:60(?:[.,][0-9]+)?)(.*)"
)
_ZONE_TAIL = re.compile(r"\s*(?:UTC|GMT)$| (?=[+-][0-9]{2})")
_MAX_TIME_TEXT = 64


class Notes:
    """Plain sentences about one receipt: repeats are counted, and there is an end to them."""

    def __init__(self, start: Iterable[str] = ()) -> None:
        self._counts: dict[str, int] = {}
        self._left_out = 0
        for sentence in start:
            self.add(sentence)

    def add(self, sentence: str) -> None:
        """Take a sentence; text quoted in it may be hostile."""
        sentence = clean_text(sentence, MAX_NOTE)
        if sentence in self._counts or len(self._counts) < MAX_NOTES:
            self._counts[sentence] = self._counts.get(sentence, 0) + 1
        else:
            self._left_out += 1

    def sentences(self) -> tuple[str, ...]:
        """In the order of their first appearance."""
        lines = [text if n == 1 else f"{text} ({n} times)" for text, n in self._counts.items()]
        if self._left_out:
            lines.append(f"{self._left_out} more notes were left out.")
        return tuple(lines)


def load_body(body: bytes) -> Loaded:
    """The JSON of a receipt; `Unreadable` with the reason when it is none."""
    try:
        return load_json(body)
    except PayloadError as error:
        raise Unreadable(str(error)) from error


def received_at(options: Mapping[str, object]) -> datetime:
    """When the receipt came: `options["received_at"]` (a replay is read as of then), else now."""
    given = options.get("received_at")
    return given if isinstance(given, datetime) and given.tzinfo else clock.now()


def text_of(value: object) -> str:
    """A JSON value as the text a person would write; "" for null; JSON for lists and objects."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def one_line(value: object, limit: int = MAX_TITLE) -> str:
    """Text for a title: cleaned, white space folded into single spaces."""
    text = clean_text(text_of(value)[: 8 * limit], 8 * limit)
    return clean_text(" ".join(text.split()), limit)


def read_labels(
    raw: object,
    notes: Notes,
    *,
    what: str = "label",
    max_value: int = MAX_LABEL_VALUE,
) -> dict[str, str]:
    """Names and values as storable text. An empty value is no label, as in Prometheus.

    Surplus labels and text are cut and noted; anything but an object is left out and noted.
    """
    if raw is None:
        return {}
    if not isinstance(raw, Mapping):
        notes.add(f"The {what}s are not an object and were left out.")
        return {}
    if len(raw) > MAX_LABELS:
        notes.add(f"Only the first {MAX_LABELS} of {len(raw):,} {what}s were kept.")
    labels: dict[str, str] = {}
    for name, value in islice(raw.items(), MAX_LABELS):
        if not isinstance(value, str):
            value = text_of(value)
        if len(value) > max_value:
            notes.add(f"The {what} {name[:80]!r} was cut to {max_value:,} characters.")
        value = clean_text(value, max_value)
        name = clean_text(name, MAX_LABEL_NAME)
        if value and name:
            labels[name] = value
    return labels


def read_annotations(raw: object, notes: Notes) -> dict[str, str]:
    """Like labels, with more room for text."""
    return read_labels(raw, notes, what="annotation", max_value=MAX_ANNOTATION_VALUE)


def condition_key(*parts: str) -> str:
    """A dedup key out of a sender's text: normalised (NFC), and cut so that it stays distinct."""
    key = clean_text(unicodedata.normalize("NFC", "/".join(parts)), 2 * len("/".join(parts)) + 1)
    if len(key) <= MAX_DEDUP_KEY:
        return key
    digest = hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
    return f"{key[: MAX_DEDUP_KEY - 65]}#{digest}"


def hashed_key(*parts: object) -> str:
    """A key for a condition that its sender did not name: a digest of what describes it."""
    document = json.dumps(parts, sort_keys=True, ensure_ascii=False, default=str)
    normal = unicodedata.normalize("NFC", document)
    return hashlib.sha256(normal.encode("utf-8", "replace")).hexdigest()[:32]


def read_link(text: str, href: object) -> Link | None:
    """A link when it may be one; whether it is safe to follow is asked when it is shown."""
    if not isinstance(href, str) or not href or len(href) > MAX_LINK:
        return None
    if not href[:8].lower().startswith(("http://", "https://")):
        return None
    return Link(one_line(text, 80) or "Link", clean_text(href, MAX_LINK))


def add_link(links: list[Link], text: str, href: object, notes: Notes) -> None:
    """Append a link once; what is no http(s) address is noted, not kept."""
    if href is None or href == "":
        return
    link = read_link(text, href)
    if link is None:
        notes.add(f"The link {one_line(text, 80)!r} is no http(s) address and was left out.")
    elif len(links) < MAX_LINKS and all(link.href != other.href for other in links):
        links.append(link)


def read_time(value: object, notes: Notes, *, name: str, now: datetime) -> datetime | None:
    """A sender's time in UTC, or None with a note: never an error.

    ISO 8601 (naive is UTC, `24:00` and leap seconds roll over), Go's default format, or epoch
    seconds, milli-, micro- or nanoseconds as number or text, told apart by size. Before 2000 or
    more than ten years ahead counts as no time; Go's zero time (year 1) is silently none.
    """
    if value is None or value in ("", _GO_ZERO_TIME):
        return None
    moment = _moment(value)
    if moment is None:
        notes.add(f"The time {name} ({one_line(value, 60)!r}) could not be read and was ignored.")
        return None
    if moment < _TOO_OLD or moment > now + _TOO_FAR:
        notes.add(f"The time {name} ({one_line(value, 60)!r}) is absurd and was ignored.")
        return None
    return moment


def _moment(value: object) -> datetime | None:
    try:
        if isinstance(value, str):
            return _from_text(value)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return _from_epoch(value)
    except (ValueError, OverflowError):
        pass
    return None


def _from_text(text: str) -> datetime:
    text = text.strip()
    if len(text) > _MAX_TIME_TEXT:
        raise ValueError("too long for a time")
    if _NUMBER.fullmatch(text):
        return _from_epoch(float(text) if "." in text else int(text))
    extra = timedelta()
    if (edge := _CLOCK_EDGE.fullmatch(text)) is not None:
        before, clock_text, after = edge.groups()
        end_of_day = clock_text.startswith("24")
        extra = timedelta(days=1) if end_of_day else timedelta(seconds=1)
        text = before + ("00:00:00" if end_of_day else f"{clock_text[:6]}59") + after
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = datetime.fromisoformat(_ZONE_TAIL.sub("", text))
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC) + extra


def _from_epoch(number: int | float) -> datetime:
    size = abs(number)
    if size < 1e11:
        per_second = 1
    elif size < 1e14:
        per_second = 1_000
    elif size < 1e17:
        per_second = 1_000_000
    else:
        per_second = 1_000_000_000
    if isinstance(number, float):
        return _EPOCH + timedelta(seconds=number / per_second)
    return _EPOCH + timedelta(microseconds=number * 1_000_000 // per_second)


def load_object(body: bytes, what: str) -> tuple[dict[str, object], Notes]:
    """The JSON object of a receipt and the notes on it; `Unreadable` when it is no object."""
    loaded = load_body(body)
    if not isinstance(loaded.value, dict):
        raise Unreadable(f"This is no {what}: it is not a JSON object.")
    return loaded.value, Notes(loaded.notes)


def inner(document: Mapping[str, object], *path: str) -> dict[str, object]:
    """The object at a path of names; an empty one where there is none."""
    found: object = document
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def objects(value: object, *, limit: int = 50) -> list[dict[str, object]]:
    """The objects of a list, at most `limit`; none where there is no list."""
    return [v for v in value[:limit] if isinstance(v, dict)] if isinstance(value, list) else []


def word_of(value: object) -> str:
    """A sender's keyword: one line, lower case."""
    return one_line(value, 80).lower()
