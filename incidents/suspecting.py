"""Which recent change is behind an incident, ranked, each with its reasons. Pure; no database.

Nothing here blames: a rank says where to look first. What counts, in this order: that the alerts
name the version; that this kind of change makes what they show; how shortly before the onset it
came; how far up the dependencies; what the same kind of change has done before. What was taken back
before it began, or came after, falls behind.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from core.durations import seconds_words
from incidents.suggesting import CHANGED, words_by_stem, words_of

SOON, SOON_HOURS = 3.0, 12.0
"""A change at the onset weighs three; half of it after twelve hours, a quarter after a day."""

NAMED, MAKES_IT, MAKES_SUCH = 4.0, 2.5, 1.5
SHARED_WORD, MOST_SHARED = 0.5, 1.5
STEP_AWAY = 0.8
BEFORE_NOW, MOST_BEFORE = 0.5, 1.5
TAKEN_BACK, AFTERWARDS, REPLACED = -4.0, -3.0, -0.5
MAX_REASONS = 4
MIN_VERSION = 2
_PLACES = frozenset({"production", "prod", "latest", "main", "default", "none", "current"})
"""Versions that name nothing."""


@dataclass(frozen=True, slots=True)
class Altered:
    """A change as far as ranking needs it. `distance` is 0 for the system that the incident is
    about, else the number of dependencies between."""

    key: str
    system: str
    distance: int
    kind: str
    occurred_at: datetime
    version: str = ""
    previous_version: str = ""
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Scene:
    """What is known of the incident. `began` is the onset as far as it is known; `pointed` are
    causes (or classes) that alerts, routes or people point at, with how it is said in a sentence;
    `earlier` counts former incidents of the same systems by the kind of change that their causes
    come from."""

    began: datetime
    text: str = ""
    values: frozenset[str] = frozenset()
    pointed: Mapping[str, str] = field(default_factory=dict)
    earlier: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Suspect:
    """A change worth a look. `score` is only for the order; the reasons stand strongest first."""

    key: str
    score: float
    reasons: tuple[str, ...]


def rank_suspects(changes: Sequence[Altered], scene: Scene) -> list[Suspect]:
    """All of the changes, the likeliest first; of equal ones the later."""
    words = words_of(scene.text)
    text = scene.text.casefold()
    found = []
    alike: dict[tuple[str, str], list[Altered]] = defaultdict(list)
    for change in changes:
        alike[change.system, change.kind].append(change)
    for change in changes:
        reasons = _reasons(change, alike[change.system, change.kind], scene, words, text)
        score = sum(weight for weight, _ in reasons)
        told = sorted((one for one in reasons if one[1]), key=lambda one: -abs(one[0]))
        found.append((change, score, tuple(sentence for _, sentence in told[:MAX_REASONS])))
    found.sort(key=lambda one: (-one[1], -one[0].occurred_at.timestamp(), one[0].key))
    return [Suspect(change.key, round(score, 2), reasons) for change, score, reasons in found]


Reason = tuple[float, str]


def _reasons(
    change: Altered,
    alike: Sequence[Altered],
    scene: Scene,
    words: frozenset[str],
    text: str,
) -> list[Reason]:
    return [
        _time(change, scene),
        _distance(change),
        *_names(change, scene, text),
        *_makes(change, scene),
        *_shared(change, words),
        *_record(change, scene),
        *_later(change, alike, scene),
    ]


def _time(change: Altered, scene: Scene) -> Reason:
    seconds = (scene.began - change.occurred_at).total_seconds()
    if seconds < 0:
        return AFTERWARDS, f"It came {seconds_words(seconds)[1:]} after the onset."
    weight = SOON * 0.5 ** (seconds / 3_600 / SOON_HOURS)
    return weight, f"It came {seconds_words(seconds)} before the onset."


def _distance(change: Altered) -> Reason:
    if not change.distance:
        return 0.0, ""
    steps = "directly" if change.distance == 1 else f"over {change.distance} steps"
    return -STEP_AWAY * change.distance, f"What failed depends on {change.system} {steps}."


def _names(change: Altered, scene: Scene, text: str) -> list[Reason]:
    """The version stands in a label, or as a word of its own in what the alerts say."""
    version = change.version.casefold().strip()
    if len(version) < MIN_VERSION or version in _PLACES:
        return []
    if version in scene.values or (version in text and _stands_alone(version, text)):
        return [(NAMED, f"The alerts name {change.version}.")]
    return []


def _stands_alone(version: str, text: str) -> bool:
    return bool(re.search(rf"(?<![\w.-]){re.escape(version)}(?![\w-])", text))


def _makes(change: Altered, scene: Scene) -> list[Reason]:
    """This kind of change makes what the incident is pointed at."""
    likely = CHANGED.get(change.kind, ())
    for cause in likely:
        if cause in scene.pointed:
            return [(MAKES_IT, f"This kind of change makes such failures: {scene.pointed[cause]}")]
    classes = {cause.partition(".")[0] for cause in likely}
    for pointed, said in scene.pointed.items():
        if pointed.partition(".")[0] in classes:
            return [(MAKES_SUCH, f"This kind of change can make such failures: {said}")]
    return []


def _shared(change: Altered, words: frozenset[str]) -> list[Reason]:
    own = words_by_stem(f"{change.summary} {change.kind}")
    shared = sorted(own[stem] for stem in words & own.keys())
    if not shared:
        return []
    weight = min(SHARED_WORD * len(shared), MOST_SHARED)
    return [(weight, f"Its summary and the alerts speak of {', '.join(shared[:4])}.")]


def _record(change: Altered, scene: Scene) -> list[Reason]:
    count = scene.earlier.get(change.kind, 0)
    if not count:
        return []
    times = "Once" if count == 1 else f"{count} times"
    weight = min(BEFORE_NOW * count, MOST_BEFORE)
    return [(weight, f"{times} before, this kind of change was behind it here.")]


def _later(change: Altered, alike: Sequence[Altered], scene: Scene) -> list[Reason]:
    """What became of it before the onset: taken back, or replaced by a newer one. `alike` are the
    changes of the same system and kind."""
    newer = [one for one in alike if change.occurred_at < one.occurred_at <= scene.began]
    if not newer:
        return []
    if change.previous_version and any(one.version == change.previous_version for one in newer):
        return [(TAKEN_BACK, "It was taken back before the onset.")]
    return [(REPLACED, "A newer change of the same kind replaced it.")]
