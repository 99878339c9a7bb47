"""Compares today's data with a reference in Evidently and tells AIRE the report."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from aire_client import Aire

SYSTEM = "example-scorer"


def drift_report() -> Mapping[str, Any]:
    """The JSON of an Evidently report with tests; `amount` has moved."""
    import numpy as np
    import pandas as pd
    from evidently import Report
    from evidently.presets import DataDriftPreset

    random = np.random.default_rng(7)
    reference = pd.DataFrame(
        {"amount": random.normal(50, 10, 1500), "age": random.integers(18, 80, 1500)}
    )
    current = reference.assign(amount=reference["amount"] * 1.4)
    result = Report([DataDriftPreset()], include_tests=True).run(current, reference)
    found: Mapping[str, Any] = json.loads(result.json())
    return found


def send(aire: Aire, report: Mapping[str, Any], *, start: datetime, end: datetime) -> None:
    """`start` and `end` are the time of the data, not of the report."""
    aire.evidently(report, system=SYSTEM, version="2026.11.0", start=start, end=end)


if __name__ == "__main__":
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    send(Aire(), drift_report(), start=midnight - timedelta(days=1), end=midnight)
    print("Told. Objective example-drift; tests that failed are alerts of the system.")
