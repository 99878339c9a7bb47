"""What a row of the list shows besides its columns: news for its reader, alerts of the last day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from accounts.models import User
from incidents.models import Incident

HOURS = 24


@dataclass(frozen=True, slots=True)
class RowMark:
    """`alerts` are its alerts that came in each of the last 24 hours, the oldest first; empty
    where none did. `unread`: something was written down since the reader last looked."""

    unread: bool
    alerts: Sequence[int]


def row_marks(user: User, incidents: Sequence[Incident]) -> Mapping[int, RowMark]:
    """By incident, in two queries. Of incidents that the reader has never opened only the active
    ones count as news: nobody reads up on a year of history."""
    ids = [incident.pk for incident in incidents]
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_UNREAD, [user.pk, ids])
        unread = {pk for (pk,) in cursor.fetchall()}
        cursor.execute(_ALERTS, [HOURS, ids])
        hours: dict[int, list[int]] = {}
        for pk, hour, count in cursor.fetchall():
            hours.setdefault(pk, [0] * HOURS)[hour] = count
    return {pk: RowMark(pk in unread, hours.get(pk, [])) for pk in ids}


_UNREAD = """
    SELECT i.id FROM incidents_incident i
      LEFT JOIN incidents_incidentseen s ON s.incident_id = i.id AND s.user_id = %s
     WHERE i.id = ANY(%s)
       AND CASE WHEN s.at IS NULL THEN i.status IN ('open', 'acknowledged', 'mitigated')
           ELSE EXISTS (SELECT 1 FROM incidents_incidentevent e
                         WHERE e.incident_id = i.id AND e.recorded_at > s.at) END"""

_ALERTS = """
    SELECT l.incident_id,
           least(%s - 1, floor(extract(epoch FROM a.first_seen_at - d.since) / 3600))::int AS hour,
           count(*)
      FROM (SELECT now() - interval '24 hours' AS since) d
      JOIN incidents_incidentalert l ON l.incident_id = ANY(%s)
      JOIN alerts_alert a ON a.id = l.alert_id AND a.first_seen_at > d.since
     GROUP BY 1, 2"""
