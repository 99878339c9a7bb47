"""What a report is made of: figures, a chart, a table, each number with its definition. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from core.durations import seconds_words

Kind = Literal["text", "count", "share", "seconds", "number", "date"]
Value = str | int | float | date | None
UNITS: Mapping[Kind, str] = {
    "text": "",
    "count": "",
    "share": "0 to 1",
    "seconds": "s",
    "number": "",
    "date": "ISO 8601",
}
SMALL = 10
"""Below so many cases a median or a share moves with every single one, and the page says so."""
NONE = "–"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the table; what its numbers mean stands in `definition`. On the page the
    number of cases, from the column that `cases` names, stands in brackets; that column is
    `beside` another then and has no place of its own."""

    key: str
    label: str
    kind: Kind = "count"
    definition: str = ""
    cases: str = ""
    beside: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """Values by column key. `url` is where the row leads."""

    values: Mapping[str, Value]
    url: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number at the top. `count` is how many cases it is made of."""

    key: str
    label: str
    value: Value
    kind: Kind
    definition: str
    count: int | None = None

    @property
    def shown(self) -> str:
        return shown(self.value, self.kind)


@dataclass(frozen=True, slots=True)
class Item:
    """One bar: its parts in the order of the chart's legend; `reading` says them in words."""

    label: str
    parts: tuple[float | None, ...]
    reading: str


@dataclass(frozen=True, slots=True)
class Chart:
    """`bars` lie, one a name; `columns` stand, one a stretch of time. With `overlay` the later
    parts are drawn behind the earlier ones, on one scale; without, on top of them."""

    form: Literal["bars", "columns"]
    title: str
    items: tuple[Item, ...]
    legend: tuple[str, ...] = ()
    overlay: bool = False

    @property
    def highest(self) -> float:
        pick = max if self.overlay else sum
        sums = [pick([part or 0.0 for part in item.parts]) for item in self.items if item.parts]
        return float(max(sums, default=0.0))


@dataclass(frozen=True, slots=True)
class Answer:
    """What a report says about one period. `missing` is the sentence where there is no data:
    no data is a state of its own, never a zero."""

    sentence: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...] = ()
    figures: tuple[Figure, ...] = ()
    chart: Chart | None = None
    warnings: tuple[str, ...] = ()
    missing: str = ""
    notes: tuple[str, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()
    chosen: str = ""

    @property
    def shown_columns(self) -> list[Column]:
        return [column for column in self.columns if not column.beside]

    @property
    def table(self) -> list[tuple[Row, list[tuple[Column, str, str]]]]:
        """Each row with its cells: column, text, and the number of cases."""
        return [(row, [_cell(row, one) for one in self.shown_columns]) for row in self.rows]

    @property
    def definitions(self) -> list[tuple[str, str]]:
        """What the figures have not told yet, columns that mean the same together."""
        figures = {figure.definition for figure in self.figures}
        told: dict[str, list[str]] = {}
        for column in self.columns:
            if column.definition and column.definition not in figures:
                told.setdefault(column.definition, []).append(column.label)
        return [("; ".join(labels), definition) for definition, labels in told.items()]


def _cell(row: Row, column: Column) -> tuple[Column, str, str]:
    cases = row.values.get(column.cases) if column.cases else None
    return (
        column,
        shown(row.values.get(column.key), column.kind),
        shown(cases, "count") if cases else "",
    )


@dataclass(frozen=True)
class Report:
    """A question and what answers it. `choices` are other ways to cut the table (`?by=`)."""

    name: str
    question: str
    about: str
    answer: Callable[..., Answer]
    by: Mapping[str, str] = field(default_factory=dict)


def shown(value: Value, kind: Kind) -> str:
    """A value as people read it."""
    if value is None or value == "":
        return NONE
    if isinstance(value, datetime | date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, str):
        return value
    if kind == "share":
        return f"{100 * value:.0f}%"
    if kind == "seconds":
        return seconds_words(float(value))
    if kind == "number":
        return f"{value:,.1f}"
    return f"{value:,.0f}"


def share(part: int, whole: int) -> float | None:
    """None of nothing: a share of no cases is not 0%."""
    return part / whole if whole else None


def plural(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def few(count: int, what: str, many: str = "") -> tuple[str, ...]:
    """The warning of small numbers, if one is due."""
    if not 0 < count < SMALL:
        return ()
    return (f"Only {plural(count, what, many)}: one more or less moves these figures a lot.",)


def missing(sentence: str, columns: Sequence[Column], **more: Any) -> Answer:
    return Answer(sentence=sentence, columns=tuple(columns), missing=sentence, **more)
