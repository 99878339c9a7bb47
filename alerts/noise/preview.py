"""What a silence would hit, before it is saved. Changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from accounts.models import User
from alerts.matchers import Matchers
from alerts.models import Alert
from alerts.noise.looking import FACT_FIELDS, facts_of_row, that_may_fit
from alerts.services.checks import Errors, system_named
from alerts.services.silences import check_match
from core import clock
from core.errors import Invalid

LOOK_BACK = timedelta(days=7)
MOST = 5000
SHOWN = 20
BROAD_SHARE = 0.5
BROAD_LEAST = 10


@dataclass(frozen=True, slots=True)
class SilencePreview:
    """`now` are open alerts that it fits, `week` those heard of within seven days; both count at
    most `MOST` looked at, the newest. `warnings` say that it is too broad."""

    now: list[Alert]
    now_count: int
    week: list[Alert]
    week_count: int
    week_total: int
    paged: int
    cut: bool
    warnings: tuple[str, ...] = ()


def preview_silence(
    user: User, *, match: Sequence[str], system_slug: str | None = None
) -> SilencePreview:
    """What these matchers fit now and within the last week. Raises `Invalid` as saving does."""
    errors: Errors = {}
    system = system_named(system_slug, errors)
    matchers = check_match(match, of_system=bool(system_slug), errors=errors)
    if errors or matchers is None:
        raise Invalid("The silence cannot be tried.", errors=errors)
    seen = Alert.objects.visible_to(user).filter(listed_at__gte=clock.now() - LOOK_BACK)
    total = seen.order_by()[:MOST].count()
    week, week_cut = _fitting(seen, matchers, system.slug if system else None)
    still_open = Alert.objects.visible_to(user).filter(status__in=Alert.OPEN)
    now, now_cut = _fitting(still_open, matchers, system.slug if system else None)
    return SilencePreview(
        now=now[:SHOWN],
        now_count=len(now),
        week=week[:SHOWN],
        week_count=len(week),
        week_total=total,
        paged=sum(alert.wants_incident for alert in week),
        cut=week_cut or now_cut or total >= MOST,
        warnings=tuple(_warnings(matchers, now, week, total, of_system=system is not None)),
    )


def _fitting(alerts: object, matchers: Matchers, system: str | None) -> tuple[list[Alert], bool]:
    rows = that_may_fit(alerts, matchers)  # type: ignore[arg-type]
    if system is not None:
        rows = rows.filter(system__slug=system)
    newest = list(
        rows.select_related("source", "system")
        .only(*FACT_FIELDS, "last_seen_at", "source__name", "system__name")
        .order_by("-listed_at", "-id")[:MOST]
    )
    fitting = [alert for alert in newest if matchers.matches(facts_of_row(alert).labels)]
    return fitting, len(newest) >= MOST


def _warnings(
    matchers: Matchers, now: list[Alert], week: list[Alert], total: int, *, of_system: bool
) -> list[str]:
    found = []
    if total >= BROAD_LEAST and len(week) >= BROAD_SHARE * total:
        found.append(
            f"It is broad: it fits {len(week)} of the {total} alerts of the last seven days."
        )
    worst = min((alert.severity for alert in [*now, *week]), default="")
    if worst == "sev1":
        count = sum(alert.severity == "sev1" for alert in week)
        found.append(f"It fits SEV1 alerts too ({count} within seven days).")
    systems = {alert.system_id for alert in week if alert.system_id}
    if not of_system and len(systems) > 1:
        found.append(f"It fits alerts of {len(systems)} systems.")
    if not week and not now:
        found.append("It fits no alert of the last seven days. Is every name spelt as senders do?")
    return found
