"""What a storm of alerts is wired to, a part of `wiring`: the stage that folds it, who hears of it,
where it is shown, how often people are paged meanwhile."""

from __future__ import annotations

from alerts.stages import stages
from alerts.storm.events import AlertsFolded, StormCounted, StormEnded
from alerts.storm.stage import fold_storm, page_limit
from core.outbox import subscribe
from incidents import storm_part
from incidents import storms as incidents_hear_storms
from incidents.panels import now_parts
from incidents.panels import panels as incident_panels
from oncall.budget import limits as page_limits


def fill_storms() -> None:
    """Called after the stages of noise control: what is silenced is no storm."""
    stages.add("storm", fold_storm)
    page_limits.add("storm", page_limit)
    subscribe(
        AlertsFolded,
        incidents_hear_storms.on_alerts_folded,
        name="incidents.alerts_folded",
        many=incidents_hear_storms.open_storms,
        at_once=True,
    )
    subscribe(StormCounted, incidents_hear_storms.on_storm_counted, name="incidents.storm_counted")
    subscribe(StormEnded, incidents_hear_storms.on_storm_ended, name="incidents.storm_ended")
    incident_panels.add("storm", storm_part.PANEL)
    now_parts.add("storm", storm_part.now_part)
