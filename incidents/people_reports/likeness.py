"""Which reports say the same, by their words: MinHash and Jaccard's measure. Pure, no model.

Broder, "On the resemblance and containment of documents" (1997): the share of equal minima of two
sets under random orders estimates the share of elements they have in common. Minima are looked up
in bands of two, so that a report finds what is like it by an index; what it found is then measured
exactly, and the words in common are the reason that people read. The same text always gives the
same numbers, in every process and release.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Collection, Sequence
from hashlib import blake2b

ALIKE = 0.35
"""Jaccard's measure from which two reports count as one. Short texts of two people who saw the
same share about half of their words, of others a tenth."""
BANDS, ROWS = 32, 2
"""A pair of measure s meets in a band with 1 - (1 - s^2)^32: 0.98 at 0.35, 0.27 at 0.1."""
MAX_WORDS = 200
FEW = 4
_PRIME = (1 << 61) - 1
_draw = random.Random(20260101)  # noqa: S311 - fixed orders, no secret
_ORDERS = [(_draw.randrange(1, _PRIME), _draw.randrange(_PRIME)) for _ in range(BANDS * ROWS)]
_LINK = re.compile(r"https?://\S+|www\.\S+")
_MARK = re.compile(r"\[redacted ([a-z-]+) [0-9a-f]{6}\]")
_WORD = re.compile(r"[^\W_]+")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
_ENDINGS = ("ing", "ed", "es", "s")
_STOP = frozenset(
    """a an and are as at be been but by can did do does for from had has have he her his i if in
    is it its me my no not of on or our she so some that the their them there they this to too
    us was we were what when which who why will with would you your very just also about""".split()  # noqa: SIM905 - reads better than sixty quotes
)


def words_of(text: str, more: str = "") -> tuple[str, ...]:
    """The words that say what it is about, each once, in order of the alphabet. Numbers are one
    word, links and redacted values another; `more` is read where the text has few words."""
    found = _words(text)
    if len(found) < FEW:
        found |= _words(more[:1_000])
    return tuple(sorted(found)[:MAX_WORDS])


def keys_of(words: Collection[str], *, within: str) -> list[int]:
    """One signed 64-bit key a band; `within` (system and version) keeps strangers apart."""
    hashes = [_hash(word) for word in words]
    if not hashes:
        return []
    minima = [min((a * one + b) % _PRIME for one in hashes) for a, b in _ORDERS]
    return [
        _signed(f"{within}\x1f{band}\x1f{minima[band * ROWS : band * ROWS + ROWS]}")
        for band in range(BANDS)
    ]


def measure(one: Collection[str], other: Collection[str]) -> float:
    """Jaccard's: 1 for the same words, 0 for none in common."""
    first, second = set(one), set(other)
    both = first | second
    return len(first & second) / len(both) if both else 1.0


def shared(one: Collection[str], other: Collection[str]) -> list[str]:
    return sorted(set(one) & set(other))


def likest(
    words: Sequence[str], known: Collection[tuple[int, Sequence[str]]]
) -> tuple[int, float] | None:
    """The cluster (id, words) that is likest and like enough; of equals the oldest."""
    best = max(
        ((measure(words, theirs), -pk) for pk, theirs in known),
        default=(0.0, 0),
    )
    return (-best[1], best[0]) if best[0] >= ALIKE else None


def _words(text: str) -> set[str]:
    text = unicodedata.normalize("NFKC", text).casefold()
    text = _MARK.sub(r" redacted\1 ", _LINK.sub(" link ", text))
    found: set[str] = set()
    for word in _WORD.findall(text):
        if any(char.isdigit() for char in word):
            found.add("#")
        elif _UNSPACED.search(word):
            found.update(word[at : at + 2] for at in range(max(1, len(word) - 1)))
        elif len(word) > 1 and word not in _STOP:
            found.add(_stem(word))
    return found


def _stem(word: str) -> str:
    """Without the ending that makes two words of one; crude on purpose."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def _hash(word: str) -> int:
    return int.from_bytes(blake2b(word.encode(), digest_size=8).digest()) % _PRIME


def _signed(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), signed=True)
