"""Compares what a model decides by, as SHAP explains it, with a reference, and tells AIRE."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aire_client import Aire

SYSTEM, SLO = "example-scorer", "example-attributions"
NEAR = 0.1
"""How far a feature's share of all attribution may move."""


def attributions() -> tuple[list[str], list[list[float]], list[list[float]]]:
    """(names, rows of the reference, rows of now): SHAP values, one a feature. `noise` has begun
    to decide."""
    import numpy as np
    import shap
    from sklearn.linear_model import LinearRegression

    random = np.random.default_rng(7)
    names, data = ["income", "debt", "noise"], random.normal(size=(500, 3))
    target = 2 * data[:, 0] - data[:, 1]
    approved = LinearRegression().fit(data, target)
    retrained = LinearRegression().fit(data, target + 0.9 * data[:, 2])
    before, now = (shap.Explainer(model, data)(data).values for model in (approved, retrained))
    return names, before.tolist(), now.tolist()


def shares(names: Sequence[str], rows: Sequence[Sequence[float]]) -> dict[str, float]:
    """Each feature's share of the mean absolute attribution; together 1."""
    sizes = [sum(abs(row[place]) for row in rows) for place in range(len(names))]
    whole = sum(sizes) or 1.0
    return {name: size / whole for name, size in zip(names, sizes, strict=True)}


def send(aire: Aire, reference: Mapping[str, float], now: Mapping[str, float]) -> list[str]:
    """Counts the features whose share stayed near; answers those whose share moved."""
    moved = sorted(name for name in now if abs(now[name] - reference.get(name, 0.0)) > NEAR)
    aire.measure(SLO, good=len(now) - len(moved), total=len(now), evaluator="shap")
    aire.alert(
        "The model decides by other features than approved",
        key=f"{SYSTEM}/attributions",
        system=SYSTEM,
        status="firing" if moved else "resolved",
        severity="sev3",
        description=", ".join(
            f"{name}: {reference.get(name, 0.0):.0%} → {now[name]:.0%}" for name in moved
        ),
    )
    return moved


if __name__ == "__main__":
    features, before, today = attributions()
    moved = send(Aire(), shares(features, before), shares(features, today))
    print("Moved:", ", ".join(moved) or "none")
