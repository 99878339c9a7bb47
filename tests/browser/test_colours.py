"""Severities stay apart for eyes that see fewer colours; computed from the tokens, no browser.

The simulations are the matrices of Machado, Oliveira and Fernandes (2009) for complete
dichromacy, on linear sRGB. The distance is Euclidean in OKLab (Ottosson 2020).
"""

from __future__ import annotations

import itertools
import math

import pytest

from tests.house.test_tokens import COLOURS

Triple = tuple[float, float, float]
Matrix = tuple[Triple, Triple, Triple]

SIMULATIONS: dict[str, Matrix] = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
OKLAB_LMS: Matrix = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
OKLAB: Matrix = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)
# In the dark theme the shape carries more: see docs/design.md.
LEAST = {"light": 0.16, "dark": 0.07}


def times(matrix: Matrix, vector: Triple) -> Triple:
    one, two, three = (sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix)
    return one, two, three


def linear(colour: str) -> Triple:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return red, green, blue


def seen(colour: str, simulation: Matrix) -> Triple:
    """The colour as such eyes see it, in OKLab."""
    red, green, blue = (min(max(part, 0.0), 1.0) for part in times(simulation, linear(colour)))
    lms = times(OKLAB_LMS, (red, green, blue))
    return times(OKLAB, (math.cbrt(lms[0]), math.cbrt(lms[1]), math.cbrt(lms[2])))


def closest(colours: list[str], simulation: str) -> float:
    matrix = SIMULATIONS[simulation]
    pairs = itertools.combinations(colours, 2)
    return min(math.dist(seen(one, matrix), seen(other, matrix)) for one, other in pairs)


@pytest.mark.parametrize("simulation", SIMULATIONS)
@pytest.mark.parametrize(("theme", "least"), LEAST.items(), ids=LEAST)
def test_no_two_severities_look_alike(theme: str, least: float, simulation: str) -> None:
    fills = [COLOURS[f"sev{level}"][theme == "dark"] for level in (1, 2, 3, 4)]
    assert closest(fills, simulation) >= least


def test_equally_strong_hues_would_look_alike() -> None:
    """The check can fail: red, orange, amber and blue of one contrast are what it is against."""
    hues = ["#C62828", "#B45309", "#8A6100", "#1D5FA8"]
    assert closest(hues, "protanopia") < LEAST["light"]
    assert closest(hues, "deuteranopia") < LEAST["light"]
