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
    """`alerts` are the alerts that joined in each of the last 24 hours, the oldest first; empty
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
        cursor.execute(_ALERTS, [HOURS, ids, HOURS])
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
    SELECT incident_id,
           least(%s - 1, floor(extract(epoch FROM joined_at - span.since) / 3600))::int AS hour,
           count(*)
      FROM incidents_incidentalert,
           (SELECT now() - interval '24 hours' AS since) span
     WHERE incident_id = ANY(%s) AND joined_at > span.since
       AND joined_at <= span.since + %s * interval '1 hour'
     GROUP BY 1, 2"""
