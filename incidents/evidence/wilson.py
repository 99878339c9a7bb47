"""Wilson's interval of a rate (1927): right for few tries and for rates near 0 and 1. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass

Z = 1.959963984540054
"""Of a 95 % interval."""


@dataclass(frozen=True, slots=True)
class Rate:
    """`k` of `n`, with the interval that the true rate lies in."""

    k: int
    n: int
    low: float
    high: float

    @property
    def share(self) -> float:
        return self.k / self.n if self.n else 0.0

    @property
    def words(self) -> str:
        return f"{self.k} of {self.n}: {self.share:.0%} ({self.low:.0%} to {self.high:.0%})"


def wilson(k: int, n: int) -> Rate:
    """Without tries anything is possible."""
    if n <= 0:
        return Rate(0, 0, 0.0, 1.0)
    share, z2 = k / n, Z * Z
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    reach = Z / (1 + z2 / n) * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    low = 0.0 if k == 0 else max(0.0, middle - reach)
    high = 1.0 if k == n else min(1.0, middle + reach)
    return Rate(k, n, low, high)
