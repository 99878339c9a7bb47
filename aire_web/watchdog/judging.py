"""When somebody is told that something is wrong, and when not again. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

CONFIRM_SECONDS: Mapping[str, float] = {"database": 30.0, "engine": 0.0, "overdue": 60.0}
"""How long a fault has to last before it is told; that of the engine is measured already."""
ENGINE_SILENT_SECONDS = 30.0
AGAIN_SECONDS = 900.0


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen at once. `engine_age` and `overdue` mean nothing while the database is away;
    an engine that never gave a sign has an infinite age."""

    database_error: str = ""
    engine_age: float = 0.0
    overdue: Mapping[str, int] = field(default_factory=dict)

    def faults(self) -> dict[str, str]:
        """What is wrong, by its name, in a sentence."""
        if self.database_error:
            return {"database": f"The database cannot be asked: {self.database_error}."}
        found = {}
        if self.engine_age > ENGINE_SILENT_SECONDS:
            silent = "never ran" if self.engine_age == float("inf") else "is silent"
            age = "" if self.engine_age == float("inf") else f" for {self.engine_age:.0f} s"
            found["engine"] = f"The engine {silent}{age}: pages may stand still."
        late = {kind: count for kind, count in self.overdue.items() if count}
        if late:
            words = ", ".join(f"{count} of {kind}" for kind, count in sorted(late.items()))
            found["overdue"] = f"Obligations are late: {words}."
        return found


@dataclass(frozen=True, slots=True)
class Verdict:
    """`tell` is the text to send now, or "". `well`: nothing at all is wrong, so the outside
    switch may be pinged."""

    tell: str
    well: bool


@dataclass(slots=True)
class Judge:
    """Remembers since when each fault lasts and what was told. Times are monotonic seconds."""

    since: dict[str, float] = field(default_factory=dict)
    told: dict[str, float] = field(default_factory=dict)

    def judge(self, look: Look, now: float) -> Verdict:
        faults = look.faults()
        self.since = {name: self.since.get(name, now) for name in faults}
        confirmed = [name for name in faults if now - self.since[name] >= CONFIRM_SECONDS[name]]
        news = [name for name in confirmed if now - self.told.get(name, -1e9) >= AGAIN_SECONDS]
        over = [name for name in self.told if name not in faults]
        for name in over:
            del self.told[name]
        self.told.update(dict.fromkeys(news, now))
        lines = [faults[name] for name in news]
        if over and not faults:
            lines.append("AIRE is well again: nothing is late.")
        return Verdict(tell=" ".join(lines), well=not faults)
