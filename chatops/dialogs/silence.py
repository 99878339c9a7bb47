"""Silencing: what and for how long, then what it would hit, then it happens."""

from __future__ import annotations

from datetime import timedelta

from alerts.models import Alert
from alerts.noise.preview import SilencePreview, preview_silence
from alerts.services import create_silence
from chatops.asking import form_of
from chatops.calling import Call, Dialog, Filled
from chatops.choosing import incident_named
from chatops.grammar import REF
from chatops.saying import said
from chatops.surface import (
    Block,
    Bold,
    Choice,
    Context,
    Field,
    FieldValue,
    Form,
    FormErrors,
    Link,
    Reply,
    Text,
    When,
)
from core import clock
from core.errors import Invalid
from incidents.models import Incident

LENGTHS = (
    Choice("30", "30 minutes"),
    Choice("60", "1 hour"),
    Choice("120", "2 hours"),
    Choice("240", "4 hours"),
    Choice("480", "8 hours"),
    Choice("1440", "1 day"),
    Choice("4320", "3 days"),
    Choice("10080", "7 days"),
)
MAX_MATCH = 1_500
SHOWN = 5
PREFILLED = 6
FIELDS = (
    Field(
        "match",
        "Alerts with these labels",
        "long_text",
        required=False,
        max_length=MAX_MATCH,
        hint='One a line, such as alertname="FeatureDrift" or region=~"eu-.*". All must fit.',
    ),
    Field(
        "system",
        "Or all alerts of a system",
        "system",
        required=False,
        hint="Maintenance: with labels, only those of the system that fit.",
    ),
    Field("length", "For", "choice", options=LENGTHS, initial="120"),
    Field(
        "reason",
        "Why",
        max_length=400,
        hint="For the people who wonder where the page was.",
    ),
)


def opens(call: Call) -> Form:
    """In the channel of an incident, or with its id, what its alerts have in common."""
    text = call.words.get("text", "").strip()
    named = REF.fullmatch(text)
    ref = f"INC-{named[1]}" if named else call.place.incident_ref if not text else ""
    initial: dict[str, FieldValue] = {"match": text[:MAX_MATCH]}
    if ref:
        incident = incident_named(ref, call.asker)
        initial = {
            "match": "\n".join(_in_common(call, incident))[:MAX_MATCH],
            "reason": f"While {incident.ref} is worked on",
        }
    return form_of(DIALOG, call, initial=initial)


def takes(filled: Filled) -> Form | FormErrors:
    match, system = _what(filled)
    if not match and not system:
        return FormErrors({"match": "Name at least one label, or choose a system."})
    found = preview_silence(filled.asker, match=match, system_slug=system or None)
    state = {
        "match": filled.values.text("match"),
        "system": system,
        "length": filled.values.text("length"),
        "reason": filled.values.text("reason"),
    }
    return Form(SURE.name, SURE.title, SURE.submit, blocks=_hits(found), state=state)


def never_opened_first(call: Call) -> Form:
    raise Invalid("Say first what to silence.")


def takes_sure(filled: Filled) -> Reply:
    length = filled.state.get("length", "")
    if length not in {option.value for option in LENGTHS}:
        raise Invalid("Choose for how long.")
    silence = create_silence(
        match=_lines(filled.state.get("match", "")),
        system_slug=filled.state.get("system") or None,
        ends_at=clock.now() + timedelta(minutes=int(length)),
        reason=filled.state.get("reason", ""),
        actor=filled.actor,
    )
    until = Context(("Until ", When(silence.ends_at), ". ", Link("All silences", PAGE)))
    return said(f"Silenced: {silence.reason}", until)


def _what(filled: Filled) -> tuple[list[str], str]:
    return _lines(filled.values.text("match")), filled.values.text("system")


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _hits(found: SilencePreview) -> tuple[Block, ...]:
    """What is silent from then on, in numbers and names."""
    most = " or more" if found.cut else ""
    blocks: list[Block] = [Text((Bold(warning),)) for warning in found.warnings]
    blocks.append(
        Text(
            (
                f"It fits {found.now_count}{most} open alerts, and {found.week_count}{most} of "
                f"{found.week_total} in the last 7 days, {found.paged} of which opened or joined "
                "an incident.",
            )
        )
    )
    blocks += [
        Text((f"{alert.title} ({alert.source.name})",))
        for alert in (found.now or found.week)[:SHOWN]
    ]
    return tuple(blocks)


def _in_common(call: Call, incident: Incident) -> list[str]:
    """The labels that all of its newest alerts have, as matchers."""
    links = incident.alert_links.order_by("-joined_at").values("alert")[:20]
    alerts = Alert.objects.visible_to(call.asker).filter(pk__in=[row["alert"] for row in links])
    labels = [set(alert.labels.items()) for alert in alerts.only("labels")]
    if not labels:
        return []
    shared = sorted(set.intersection(*labels))
    return [f"{name}={_quoted(value)}" for name, value in shared[:PREFILLED]]


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


PAGE = "/alerts/silences/"
DIALOG = Dialog(
    "silence",
    "Silence alerts",
    "See what it hits",
    FIELDS,
    opens,
    takes,
    about_incident=False,
    errors={"ends_at": "length", "system_slug": "system"},
)
SURE = Dialog(
    "silence-sure",
    "Silence alerts",
    "Silence them",
    (),
    never_opened_first,
    takes_sure,
    about_incident=False,
)
