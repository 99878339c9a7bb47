"""The lifecycle engine: a table of states and moves, applied under a row lock. Knows no nouns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.errors import Conflict, Invalid

Guard = Callable[[Any], str | None]
"""Takes the row, answers the sentence why the move is refused now, or None."""


@dataclass(frozen=True, slots=True)
class State:
    name: str
    label: str
    terminal: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """From any of `sources` to `to`. `label` is the button. `stamps` are the time fields that the
    move sets; `requires` the inputs that must be given (for example a note)."""

    sources: tuple[str, ...]
    to: str
    label: str
    stamps: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    guards: tuple[Guard, ...] = ()


@dataclass(frozen=True)
class Lifecycle:
    """One noun's law. Buttons, the API's 409, the database trigger and the docs come from it."""

    noun: str
    states: tuple[State, ...]
    moves: tuple[Move, ...]
    _by_pair: Mapping[tuple[str, str], Move] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        names = {state.name for state in self.states}
        pairs: dict[tuple[str, str], Move] = {}
        for move in self.moves:
            for source in move.sources:
                if source not in names or move.to not in names or (source, move.to) in pairs:
                    raise ValueError(f"{self.noun}: bad or double move {source} -> {move.to}")
                pairs[source, move.to] = move
        object.__setattr__(self, "_by_pair", pairs)

    def label(self, state: str) -> str:
        return next(item.label for item in self.states if item.name == state)

    def moves_from(self, state: str) -> tuple[Move, ...]:
        """In table order, so the first is the ordinary next step."""
        return tuple(move for move in self.moves if state in move.sources)

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Every legal (from, to), for the trigger in the database."""
        return tuple(self._by_pair)

    def check(self, row: Any, *, state: str, to: str, given: Iterable[str] = ()) -> Move:
        """The move from `state` to `to`. Raises `Conflict` with the allowed moves, or `Invalid`
        naming the inputs that the move requires."""
        move = self._by_pair.get((state, to))
        allowed = [candidate.to for candidate in self.moves_from(state)]
        if move is None:
            if to not in {item.name for item in self.states}:
                raise Invalid(
                    f"{to!r} is not a status.",
                    errors={"to": [f"Choose one of: {', '.join(s.name for s in self.states)}."]},
                )
            raise Conflict(
                f"This {self.noun} is {self.label(state).lower()} and cannot become "
                f"{self.label(to).lower()}.",
                allowed=allowed,
            )
        for guard in move.guards:
            if refusal := guard(row):
                raise Conflict(refusal, allowed=[name for name in allowed if name != to])
        missing = [name for name in move.requires if name not in set(given)]
        if missing:
            raise Invalid(
                f"{move.label} needs: {', '.join(missing)}.",
                errors={name: ["Required for this step."] for name in missing},
            )
        return move
