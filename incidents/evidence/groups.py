"""A rate by group with what its sample can say: Wilson's interval, and whether the group differs.
Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from incidents.evidence.reading import Block, Cell
from incidents.evidence.wilson import Rate, wilson

FIFTH = 0.2
"""A difference worth knowing of, as a share of the overall rate: the four fifths of 29 CFR
1607.4 D. A sample whose interval reaches further says neither that there is one nor that not."""
DIFFERS, ALIKE, TOO_FEW = "differs", "as the others", "too few to say"


@dataclass(frozen=True, slots=True)
class Group:
    """`size` are its rows; `trials` those that its rate is a share of (for a recall its positive
    ones), None where the report does not say how many."""

    name: str
    value: float | None
    size: int | None = None
    trials: int | None = None

    @property
    def rate(self) -> Rate | None:
        if self.value is None or not self.trials or not 0 <= self.value <= 1:
            return None
        return wilson(round(self.value * self.trials), self.trials)


def group_block(title: str, groups: Sequence[Group], overall: float | None, note: str) -> Block:
    """As columns what is known: without any count only the values and how far they are apart."""
    rates = [group.rate for group in groups]
    apart = [
        group.value - overall if group.value is not None and overall is not None else None
        for group in groups
    ]
    if all(group.size is None and group.trials is None for group in groups):
        rows: list[tuple[Cell, ...]] = [
            (group.name, group.value, far) for group, far in zip(groups, apart, strict=True)
        ]
        said = "How many each group has is not in the report, so chance cannot be told from more."
        headers = ("Group", title, "Against overall")
        return Block(title, headers, rows, _joined(note, said))
    known = [rate for rate in rates if rate]
    middle = overall
    if middle is None and known:
        middle = sum(rate.k for rate in known) / sum(rate.n for rate in known)
    rows = [
        (group.name, group.value, _sample(group), _interval(rate), far, verdict(rate, middle))
        for group, rate, far in zip(groups, rates, apart, strict=True)
    ]
    few = sum(row[-1] == TOO_FEW for row in rows)
    said = f"{few} of {len(rows)} groups are too small to say." if few else ""
    if not known:
        said = "What its share is of is not counted in the report, so it has no intervals."
    return Block(
        title,
        ("Group", title, "Sample", "95 % interval", "Against overall", "What it says"),
        rows,
        _joined(note, said),
        intervals=[(rate.low, rate.high) if rate else None for rate in rates] if known else (),
        mark=middle,
    )


def verdict(rate: Rate | None, overall: float | None) -> str:
    """Against the overall rate: outside the interval it differs; inside, it is as the others only
    where the interval leaves no room for a fifth more or less."""
    if rate is None or overall is None:
        return ""
    if not rate.low <= overall <= rate.high:
        return DIFFERS
    if rate.low < overall * (1 - FIFTH) or rate.high > overall / (1 - FIFTH):
        return TOO_FEW
    return ALIKE


def whole(value: float | None) -> int | None:
    """A count as reports write it (342.0); None for what is none."""
    return int(value) if value is not None and value >= 0 and value == int(value) else None


def _sample(group: Group) -> str:
    if group.trials is not None and group.trials != group.size:
        return f"{group.trials:,}" + (f" of {group.size:,}" if group.size is not None else "")
    return f"{group.size:,}" if group.size is not None else ""


def _interval(rate: Rate | None) -> str:
    return f"{rate.low:.3f} to {rate.high:.3f}" if rate else ""


def _joined(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)
