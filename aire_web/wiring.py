"""TEMPORARY while rooms are being built side by side: wires what is already there."""
import importlib
import logging


def _get(path):
    module, _, name = path.partition(":")
    try:
        return getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError) as error:
        logging.getLogger("wiring").debug("not yet: %s %s", path, error)
        return None


def wire() -> None:
    from alerts.formats import formats
    from alerts.ingest.doors import doors
    from core import engine, obligations
    from core.engine import Loop
    from core.outbox import subscribe

    for m in ("alertmanager", "grafana", "generic", "pagerduty"):
        f = _get(f"integrations.{m}.source:FORMAT")
        if f:
            formats.add(f.name, f)
    if d := _get("integrations.pagerduty.door:ENQUEUE"):
        doors.add("pagerduty-enqueue", d)
    channels = _get("notifications.channels:channels")
    for path in ("integrations.email.channel:CHANNEL", "integrations.slack.channel:CHANNEL", "notifications.inapp:CHANNEL"):
        c = _get(path)
        if c and channels is not None:
            channels.add(c.name, c)
    for ev, fn, name in (
        ("alerts.events:AlertsFiring", "incidents.handlers:on_alerts_firing", "incidents.alerts_firing"),
        ("alerts.events:AlertsResolved", "incidents.handlers:on_alerts_resolved", "incidents.alerts_resolved"),
        ("alerts.events:AlertsAcknowledged", "incidents.handlers:on_alerts_acknowledged", "incidents.alerts_acknowledged"),
        ("alerts.events:ReceiptSetAside", "incidents.handlers:on_receipt_set_aside", "incidents.unreadable"),
        ("oncall.events:PageCreated", "incidents.handlers:on_page_created", "incidents.page_created"),
        ("oncall.events:NobodyToPage", "incidents.handlers:on_nobody_to_page", "incidents.nobody_to_page"),
        ("oncall.events:EscalationExhausted", "incidents.handlers:on_escalation_exhausted", "incidents.exhausted"),
        ("notifications.events:DeliverySettled", "incidents.handlers:on_delivery_settled", "incidents.delivery"),
        ("notifications.events:DeliverySettled", "oncall.handlers:on_delivery_settled", "oncall.delivery"),
        ("incidents.events:IncidentChanged", "integrations.slack.handlers:on_incident_changed", "slack.incident_changed"),
    ):
        e, f = _get(ev), _get(fn)
        if e and f:
            subscribe(e, f, name=name)
    for reg, name, item in (
        ("alerts.trace:contributors", "incidents", "incidents.trace:incident_steps"),
        ("oncall.visibility:subject_visibility", "incident", "incidents.visibility:visible_subjects"),
        ("catalog.panels:panels", "incidents", "incidents.system_panels:incidents_panel"),
        ("catalog.panels:system_facts", "incidents", "incidents.system_panels:open_incidents_by_system"),
        ("core.obligations:sources", "receipt", "alerts.obligations:OVERDUE_SQL"),
        ("core.obligations:sources", "escalation", "oncall.obligations:OVERDUE_SQL"),
        ("core.obligations:sources", "delivery", "notifications.obligations:OVERDUE_SQL"),
        ("core.obligations:sources", "incident", "incidents.obligations:OVERDUE_SQL"),
    ):
        r, i = _get(reg), _get(item)
        if r is not None and i is not None:
            r.add(name, i)
    for name, fn, every, hint in (
        ("absorb", "alerts.absorb:absorb_due", 0.5, "absorb"),
        ("outbox", "core.outbox:run_due", 0.5, "outbox"),
        ("step", "oncall.stepping:run_due_steps", 0.5, "step"),
        ("deliver", "notifications.delivery:deliver_due", 0.5, "deliver"),
        ("auto-resolve", "alerts.services:resolve_silent", 10.0, None),
        ("housekeeping", "core.housekeeping:keep_house", 300.0, None),
    ):
        f = _get(fn)
        if f:
            engine.loops.add(name, Loop(name, f, every=every, hint=hint))
    if fill := _get("aire_web.config.kinds:fill_kinds"):
        fill()
