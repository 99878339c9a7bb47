"""KPIs as somebody wants them, and what may be wrong with them. No writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from accounts.checks import Findings
from catalog.kpis.models import Kpi
from core.clock import zone_names

MAX_KPIS = 20
RESERVED = frozenset({"new"})

KpiState = Mapping[str, Any]
"""`slug`, `name`, `unit`, `direction`, `aggregate`, `every_seconds`, `time_zone`, `feed`."""
DEFAULTS: KpiState = {
    "unit": "",
    "direction": Kpi.Direction.UP.value,
    "aggregate": Kpi.Aggregate.SUM.value,
    "every_seconds": Kpi.Every.HOUR.value,
    "time_zone": "UTC",
    "feed": "",
}


def kpi_state(kpi: Kpi) -> dict[str, Any]:
    return {"slug": kpi.slug, "name": kpi.name, **{name: getattr(kpi, name) for name in DEFAULTS}}


def check_kpis(kpis: Sequence[KpiState], findings: Findings) -> list[dict[str, Any]]:
    """Cleaned and in order."""
    if len(kpis) > MAX_KPIS:
        findings.add("kpis", f"At most {MAX_KPIS} KPIs can be listed.")
        return []
    clean = sorted((check_kpi(kpi, findings) for kpi in kpis), key=lambda kpi: kpi["slug"])
    slugs = [kpi["slug"] for kpi in clean]
    for slug in sorted({slug for slug in slugs if slugs.count(slug) > 1}):
        findings.add("kpis", f"The KPI “{slug}” is named twice.")
    return clean


def check_kpi(given: KpiState, findings: Findings) -> dict[str, Any]:
    kpi = {**DEFAULTS, **given}
    for field, known in (
        ("direction", Kpi.Direction.values),
        ("aggregate", Kpi.Aggregate.values),
        ("every_seconds", Kpi.Every.values),
    ):
        if kpi[field] not in known:
            findings.add("kpis", f"{field} is one of {', '.join(map(str, known))}.")
    if kpi["time_zone"] not in zone_names():
        findings.add("kpis", f"The time zone “{str(kpi['time_zone'])[:60]}” is not known.")
    slug = findings.slug("kpis", kpi["slug"], reserved=RESERVED)
    return {
        **kpi,
        "slug": slug,
        "name": findings.line("kpis", kpi.get("name") or slug, limit=120, required=True),
        "unit": findings.line("kpis", kpi["unit"], limit=40),
        "feed": findings.line("kpis", kpi["feed"], limit=200),
    }


def zone_of(kpi: Kpi) -> ZoneInfo:
    return ZoneInfo(kpi.time_zone)
