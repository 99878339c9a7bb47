"""Measures with Fairlearn whether groups are approved alike, and tells AIRE."""

from __future__ import annotations

from collections.abc import Mapping

from aire_client import Aire

SYSTEM, SLO = "example-scorer", "example-parity"
FOUR_FIFTHS = 0.8
"""Below this share of the best group's rate, a selection is taken for adverse impact (29 CFR
1607.4 D). Which bound is right for yours is for you to say."""


def rates_by_group() -> dict[str, float]:
    """The rate of approval of each group, from Fairlearn's MetricFrame."""
    import numpy as np
    from fairlearn.metrics import MetricFrame, selection_rate
    from sklearn.linear_model import LogisticRegression

    random = np.random.default_rng(7)
    group = random.choice(["a", "b", "c"], 3000)
    income = random.normal(50, 10, 3000) - 6 * (group == "c")
    paid_back = (income + random.normal(0, 5, 3000) > 45).astype(int)
    model = LogisticRegression().fit(income.reshape(-1, 1), paid_back)
    frame = MetricFrame(
        metrics=selection_rate,
        y_true=paid_back,
        y_pred=model.predict(income.reshape(-1, 1)),
        sensitive_features=group,
    )
    return {str(name): float(rate) for name, rate in frame.by_group.items()}


def send(aire: Aire, rates: Mapping[str, float]) -> list[str]:
    """Counts the groups that are treated alike; an alert while some are not. Answers those."""
    best = max(rates.values())
    behind = sorted(name for name, rate in rates.items() if rate < FOUR_FIFTHS * best)
    aire.measure(SLO, good=len(rates) - len(behind), total=len(rates), evaluator="fairlearn")
    aire.alert(
        "Groups are not approved alike",
        key=f"{SYSTEM}/parity",
        system=SYSTEM,
        status="firing" if behind else "resolved",
        severity="sev2",
        description=", ".join(f"{name}: {rate:.0%}" for name, rate in sorted(rates.items())),
        labels={"failure_class": "responsible"},
    )
    return behind


if __name__ == "__main__":
    print("Behind:", ", ".join(send(Aire(), rates_by_group())) or "none")
