"""The history check: accepted answers, database and inboxes must tell the same story.

Reads the tables by SQL and the payloads with `json`, not with the product's own code.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.program.harness import Program
from tests.program.inboxes import Message
from tests.program.payloads import conditions

MOST_COPIES = 2
QUIET_AFTER_ACKNOWLEDGEMENT = timedelta(seconds=2)
PENDING = {
    "receipts": "SELECT count(*) FROM alerts_receipt WHERE state = 'new'",
    "events": "SELECT count(*) FROM core_outboxtask WHERE state = 'pending'",
    "steps": "SELECT count(*) FROM oncall_escalationtimer"
    # One that failed is tried again within seconds; the next step of a patient policy is not due.
    " WHERE state = 'pending' AND due_at <= now() + interval '10 seconds'",
    # Edits of posts in Slack wait a while on purpose; a page that will be tried again is pending.
    "deliveries": "SELECT count(*) FROM notifications_delivery"
    " WHERE state = 'pending' AND (kind = 'page' OR due_at <= now())",
    "late": "SELECT count(*) FROM overdue_obligation",
}


@dataclass(frozen=True)
class Delivery:
    id: str
    page: str
    incident: int
    channel: str
    address: str
    state: str


def settle(program: Program, *, seconds: float = 100.0) -> float:
    """Waits until nothing is due or late; answers how many seconds that took."""
    left: dict[str, int] = {}

    def nothing_left() -> bool:
        left.clear()
        left.update({name: program.rows(sql)[0][0] for name, sql in PENDING.items()})
        return not any(left.values())

    def otherwise() -> str:
        late = program.rows("SELECT * FROM overdue_obligation ORDER BY due_at LIMIT 10")
        return "\n".join([f"never settled: {left}", *map(str, late)])

    return program.until(nothing_left, otherwise, seconds=seconds)


def check(program: Program) -> None:
    """Every invariant at once, so that a failure shows all that is wrong."""
    wrong = [
        *_receipts(program),
        *_episodes(program),
        *_incidents(program),
        *_timelines(program),
        *_pages(program),
        *_inboxes(program),
        *_quiet_after_acknowledgement(program),
        *[f"failed event: {row}" for row in program.rows(_FAILED_EVENTS)],
    ]
    assert not wrong, "\n".join([*wrong[:40], "", program.said()])


_FAILED_EVENTS = "SELECT subscriber, error FROM core_outboxtask WHERE state = 'failed'"


def _receipts(program: Program) -> list[str]:
    """What was answered with 202 is stored, byte for byte, and worked off."""
    rows = program.rows("SELECT id::text, state, body FROM alerts_receipt")
    stored = {pk: (state, bytes(body)) for pk, state, body in rows}
    wrong = []
    for accepted in program.sender.accepted:
        state, body = stored.get(accepted.receipt, ("lost", b""))
        if state not in ("done", "set_aside"):
            wrong.append(f"receipt {accepted.receipt} is {state}")
        elif body != accepted.body:
            wrong.append(f"receipt {accepted.receipt} holds other bytes")
    return wrong


def _episodes(program: Program) -> list[str]:
    """Each (source, key, start) that was accepted is one alert; there are no others."""
    wanted = {
        (accepted.source, condition.key, condition.started_at)
        for accepted in program.sender.accepted
        for condition in conditions(accepted.body)
        if condition.firing
    }
    told = wanted | {
        (accepted.source, condition.key, condition.started_at)
        for accepted in program.sender.accepted
        for condition in conditions(accepted.body)
    }
    found = Counter(
        (source, key, started)
        for source, key, started in program.rows(
            "SELECT s.slug, a.dedup_key, a.started_at"
            " FROM alerts_alert a JOIN alerts_source s ON s.id = a.source_id"
        )
    )
    return [
        *[f"no alert for {one}" for one in wanted - found.keys()],
        *[f"{count} alerts for {one}" for one, count in found.items() if count > 1],
        # A post whose answer was lost may have been stored: the sender's retry is the same one.
        *[f"an alert nobody sent: {one}" for one in found.keys() - told],
    ]


def _incidents(program: Program) -> list[str]:
    """Every firing alert that wants one belongs to one; a group has one active incident."""
    orphans = program.rows(
        "SELECT a.title FROM alerts_alert a"
        " LEFT JOIN incidents_incidentalert l ON l.alert_id = a.id"
        " WHERE a.wants_incident AND a.status = 'firing' AND l.id IS NULL"
    )
    twice = program.rows(
        "SELECT alert_id, count(*) FROM incidents_incidentalert GROUP BY 1 HAVING count(*) > 1"
    )
    doubled = program.rows(
        "SELECT grouping_key, count(*) FROM incidents_incident"
        " WHERE status NOT IN ('resolved', 'closed', 'cancelled')"
        " AND grouping_key IS NOT NULL GROUP BY 1 HAVING count(*) > 1"
    )
    empty = program.rows(
        "SELECT i.id FROM incidents_incident i WHERE grouping_key NOT LIKE 'unreadable:%%'"
        " AND NOT EXISTS (SELECT FROM incidents_incidentalert l WHERE l.incident_id = i.id)"
    )
    return [
        *[f"no incident for {title}" for (title,) in orphans],
        *[f"an alert in {count} incidents: {alert}" for alert, count in twice],
        *[f"{count} active incidents of one group" for _, count in doubled],
        *[f"INC-{pk} was opened for no alert" for (pk,) in empty],
    ]


def _timelines(program: Program) -> list[str]:
    """No line stands twice, and each delivery that went out has its own."""
    doubled = program.rows(
        "SELECT incident_id, text, count(*) FROM incidents_incidentevent"
        " WHERE kind IN ('opened', 'alert', 'page') AND detail::text NOT LIKE '%%receipt%%'"
        " GROUP BY incident_id, text, detail, idempotency HAVING count(*) > 1"
    )
    openings = program.rows(
        "SELECT incident_id, count(*) FROM incidents_incidentevent"
        " WHERE kind = 'opened' GROUP BY 1 HAVING count(*) <> 1"
    )
    return [
        *[f"INC-{pk} says {count} times: {text}" for pk, text, count in doubled],
        *[f"INC-{pk} was opened {count} times" for pk, count in openings],
    ]


def _pages(program: Program) -> list[str]:
    """An incident that pages has its pages; each page has deliveries that are settled."""
    unpaged = program.rows(
        "SELECT i.id FROM incidents_incident i WHERE i.severity < 'sev4' AND NOT EXISTS"
        " (SELECT FROM oncall_escalation e JOIN oncall_page p ON p.escalation_id = e.id"
        "   WHERE e.subject_key = 'incident:' || i.id)"
        " AND i.status = 'open'"
    )
    doubled = program.rows(
        "SELECT e.subject_key, p.target, p.step, count(*) FROM oncall_page p"
        " JOIN oncall_escalation e ON e.id = p.escalation_id"
        " GROUP BY 1, 2, 3, p.round HAVING count(*) > 1"
    )
    silent = program.rows(
        "SELECT p.id FROM oncall_page p WHERE NOT EXISTS (SELECT FROM notifications_delivery d"
        " WHERE d.origin = 'page:' || p.id AND d.channel <> 'in_app')"
    )
    return [
        *[f"INC-{pk} paged nobody" for (pk,) in unpaged],
        *[f"{key} paged {target} {n} times at step {step}" for key, target, step, n in doubled],
        *[f"page {pk} has no delivery" for (pk,) in silent],
    ]


def page_deliveries(program: Program) -> list[Delivery]:
    """Pages over channels that leave the program."""
    return [
        Delivery(*row)
        for row in program.rows(
            "SELECT d.id::text, d.origin, substr(d.subject_key, 10)::int, d.channel, d.address,"
            " d.state FROM notifications_delivery d"
            " WHERE d.kind = 'page' AND d.channel IN ('email', 'slack')"
        )
    ]


def _inboxes(program: Program) -> list[str]:
    """Each page that counts as sent came in, once or twice; nothing came in that nobody wrote."""
    wrong = []
    rows = page_deliveries(program)
    mails = Counter(m.delivery for m in program.inboxes.received if m.channel == "email")
    for row in (row for row in rows if row.channel == "email"):
        copies = mails.pop(row.id, 0)
        if copies > MOST_COPIES or (row.state == "sent" and not copies):
            wrong.append(f"{copies} mails of {row}")
    known = {pk for (pk,) in program.rows("SELECT id::text FROM notifications_delivery")}
    wrong += [f"a mail of no delivery: {pk}" for pk in mails if pk not in known]
    posts = Counter(_slack_page(m) for m in program.inboxes.received if m.channel == "slack")
    places = Counter((row.incident, _conversation(program, row)) for row in rows
                     if row.channel == "slack")  # fmt: skip
    sent = Counter((row.incident, _conversation(program, row)) for row in rows
                   if row.channel == "slack" and row.state == "sent")  # fmt: skip
    for place in posts | places:
        if not sent[place] <= posts[place] <= MOST_COPIES * places[place]:
            wrong.append(f"{posts[place]} posts for {places[place]} pages in Slack to {place}")
    return wrong


def _slack_page(message: Message) -> tuple[int | None, str]:
    return message.incident, message.to


def _conversation(program: Program, row: Delivery) -> str:
    slack_id = program.inboxes.slack.users.get(row.address)
    return program.inboxes.slack.dm(slack_id) if slack_id else row.address


def _quiet_after_acknowledgement(program: Program) -> list[str]:
    acknowledged: dict[int, datetime] = dict(
        program.rows(
            "SELECT id, acknowledged_at FROM incidents_incident WHERE acknowledged_at IS NOT NULL"
        )
    )
    return [
        f"paged {message.to} of INC-{message.incident} at {message.at}, acknowledged at {when}"
        for message in program.inboxes.received
        if message.incident is not None
        and (when := acknowledged.get(message.incident)) is not None
        and message.at > when + QUIET_AFTER_ACKNOWLEDGEMENT
    ]
