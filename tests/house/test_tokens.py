"""The colours keep their contrast in both themes (WCAG 2.2: 4.5 for text, 3 for controls)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).resolve().parents[2] / "static" / "css" / "tokens.css"
PAIR = re.compile(r"--([a-z0-9-]+): light-dark\((#[0-9A-F]{6}), (#[0-9A-F]{6})\);")
COLOURS = {name: (light, dark) for name, light, dark in PAIR.findall(TOKENS.read_text())}

SURFACES = ["page", "surface", "raised", "sunken", "hover"]
TEXT = [
    *[
        (ink, ground)
        for ink in ("text", "muted", "accent", "ok", "warn", "danger")
        for ground in SURFACES
    ],
    *[(tone, f"{tone}-tint") for tone in ("accent", "ok", "warn", "danger")],
    *[("text", f"{tone}-tint") for tone in ("accent", "ok", "warn", "danger")],
    *[(f"sev{level}-ink", f"sev{level}") for level in (1, 2, 3, 4)],
    ("muted", "fill"),
    ("text", "fill"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
]
CONTROLS = [
    *[("control", ground) for ground in ("page", "surface")],
    *[(f"sev{level}-edge", "surface") for level in (1, 2, 3, 4)],
    *[("accent", ground) for ground in SURFACES],
]


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT, ids="-on-".join)
def test_text_can_be_read(ink: str, ground: str, theme: int) -> None:
    assert contrast(COLOURS[ink][theme], COLOURS[ground][theme]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("edge", "ground"), CONTROLS, ids="-on-".join)
def test_controls_and_marks_can_be_seen(edge: str, ground: str, theme: int) -> None:
    assert contrast(COLOURS[edge][theme], COLOURS[ground][theme]) >= 3


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_the_acknowledge_button_can_be_read(theme: int) -> None:
    assert contrast("#FFFFFF", COLOURS["urgent"][theme]) >= 4.5
    assert contrast("#FFFFFF", COLOURS["urgent-strong"][theme]) >= 4.5
