"""Which causes are likely, from what is known while the incident is open. Pure; no database.

Nothing here sets a cause. Each suggestion says what it was read from, so that a person can judge:
the route's hint, words of alerts and their labels that are among a cause's signals, what changed
shortly before, and what it was the last time the same systems failed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

MAX_SUGGESTIONS = 6
MAX_REASONS = 4
ENOUGH = 2.0
"""Less than this is one stray word."""

HINT, EARLIER, CHANGE, LABEL = 6.0, 2.5, 2.0, 5.0
NAME_WORD, SIGNAL_WORD = 1.5, 1.0

_WORD = re.compile(r"[a-z][a-z0-9]{2,}")
_PLAIN = frozenset(
    [
        "the",
        "and",
        "for",
        "with",
        "from",
        "than",
        "that",
        "this",
        "over",
        "under",
        "above",
        "below",
        "per",
        "not",
        "are",
        "was",
        "has",
        "into",
        "out",
        "own",
        "alert",
        "alerts",
        "rate",
        "share",
        "high",
        "low",
        "value",
        "values",
        "model",
        "system",
        "service",
        "warning",
        "critical",
        "error",
        "errors",
        "name",
        "names",
        "number",
        "count",
        "level",
        "team",
        "job",
        "env",
        "environment",
        "prod",
        "production",
        "severity",
        "status",
        "instance",
        "namespace",
        "cluster",
        "region",
        "firing",
        "resolved",
        "test",
        "check",
        "failure",
        "failures",
        "failed",
    ]
)
"""Words that nearly every alert has: they tell nothing."""

CHANGED: Mapping[str, tuple[str, ...]] = {
    "prompt": ("prompt.template-regression", "prompt.version-mismatch"),
    "model": ("training.finetune-regression", "prompt.version-mismatch"),
    "dataset": ("data.schema-change", "training.unrepresentative-sample"),
    "index": ("retrieval.index-stale", "retrieval.embedding-mismatch"),
    "guardrail": ("responsible.toxic-output", "generation.over-refusal"),
    "config": ("prompt.decoding-config", "oversight.unreviewed-change"),
    "code": ("oversight.unreviewed-change", "prompt.output-contract"),
    "provider": ("dependency.silent-model-change", "dependency.provider-outage"),
    "infra": ("serving.routing-misdirect", "serving.capacity"),
}
"""What the kind of a change makes likely, the likelier first."""


@dataclass(frozen=True, slots=True)
class Known:
    """A cause as far as suggesting needs it."""

    slug: str
    name: str
    signals: tuple[str, ...]
    applies_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Clue:
    """Something that was observed: its words, and how it is called in a sentence."""

    text: str
    what: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A change before the incident: its kind, and how it is called in a sentence."""

    kind: str
    what: str


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a suggestion may lean on. `labels` are values that senders set on purpose (`cause`,
    `aire_cause`); `earlier` counts, by slug, former incidents of the same systems."""

    hint: str = ""
    labels: tuple[str, ...] = ()
    clues: tuple[Clue, ...] = ()
    changes: tuple[Changed, ...] = ()
    kinds: frozenset[str] = frozenset()
    earlier: Mapping[str, int] = field(default_factory=dict)
    said: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A cause that is worth a look, and why, the strongest reason first."""

    slug: str
    name: str
    score: float
    reasons: tuple[str, ...]


def suggest(causes: Iterable[Known], facts: Facts) -> list[Suggestion]:
    """The likeliest causes that nobody has named yet, at most six. Equal ones by slug, so that the
    same facts always read the same."""
    found = []
    clue_words = [(clue, words_by_stem(clue.text)) for clue in facts.clues]
    for cause in causes:
        if cause.slug in facts.said:
            continue
        reasons = sorted(_reasons(cause, facts, clue_words), key=lambda one: -one[0])
        score = sum(weight for weight, _ in reasons[:MAX_REASONS])
        enough = score >= ENOUGH
        if facts.kinds and cause.applies_to and not facts.kinds & set(cause.applies_to):
            score /= 2
        if enough:
            words = tuple(dict.fromkeys(sentence for _, sentence in reasons[:MAX_REASONS]))
            found.append(Suggestion(cause.slug, cause.name, round(score, 2), words))
    return sorted(found, key=lambda one: (-one.score, one.slug))[:MAX_SUGGESTIONS]


def _reasons(
    cause: Known, facts: Facts, clues: Sequence[tuple[Clue, Mapping[str, str]]]
) -> list[tuple[float, str]]:
    reasons: list[tuple[float, str]] = []
    if facts.hint and _means(facts.hint, cause.slug):
        reasons.append((HINT, f"The route of its alerts hints at {facts.hint}."))
    reasons += [
        (LABEL, f"An alert carries the label value {label[:80]}.")
        for label in facts.labels
        if _means(label, cause.slug)
    ]
    reasons += _worded(cause, clues)
    for change in facts.changes:
        likely = CHANGED.get(change.kind, ())
        if cause.slug in likely:
            weight = CHANGE if likely[0] == cause.slug else CHANGE * 0.75
            reasons.append((weight, f"Shortly before: {change.what}."))
    if count := facts.earlier.get(cause.slug, 0):
        times = "Once" if count == 1 else f"{count} times"
        weight = min(EARLIER * count, 2 * EARLIER)
        reasons.append((weight, f"{times} before with these systems."))
    return reasons


def _worded(
    cause: Known, clues: Sequence[tuple[Clue, Mapping[str, str]]]
) -> list[tuple[float, str]]:
    """Alerts that speak of what the cause is called or of what shows it; the best signal a clue."""
    named = _defined(cause.slug.partition(".")[2].replace("-", " ")) | _defined(cause.name)
    reasons = []
    for clue, words in clues:
        shared = sorted(words[stem] for stem in named & words.keys())
        best = NAME_WORD * len(shared)
        sentence = f"{clue.what} speaks of {', '.join(shared)}." if shared else ""
        for signal in cause.signals:
            hits = _defined(signal) & words.keys()
            if len(hits) >= 2 and SIGNAL_WORD * len(hits) > best:
                best = SIGNAL_WORD * len(hits)
                sentence = f"{clue.what} looks like its signal “{signal}”."
        if sentence:
            reasons.append((min(best, 4.0), sentence))
    return reasons


@lru_cache(maxsize=2048)
def _defined(text: str) -> frozenset[str]:
    """Words of the taxonomy: always the same few hundred texts, asked for at each look."""
    return words_of(text)


def _means(hint: str, slug: str) -> bool:
    """A hint names a cause, or a whole class."""
    return hint in (slug, slug.partition(".")[0])


def words_of(text: str) -> frozenset[str]:
    """The forms alone."""
    return frozenset(words_by_stem(text))


def words_by_stem(text: str) -> dict[str, str]:
    """Words that tell something by their one form, each as it stood in the text: `indexes` and
    `index` are the same."""
    spaced = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", text).lower()
    found = _WORD.findall(spaced.replace("_", " "))
    return {_stem(word): word for word in found if word not in _PLAIN}


def _stem(word: str) -> str:
    if word.endswith("ies") and len(word) > 5:
        return f"{word[:-3]}y"
    for end in ("es", "s", "ing", "ed"):
        if word.endswith(end) and len(word) - len(end) > 3 and not word.endswith("ss"):
            return word[: -len(end)]
    return word
