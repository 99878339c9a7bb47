"""Who has looked at an incident when. No event, no audit: it only dims a mark in their lists."""

from __future__ import annotations

from django.db import connection

from accounts.models import User
from incidents.models import Incident


def mark_seen(*, incident: Incident, user: User) -> None:
    """By the database's clock, which the lines of the timeline are dated by."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO incidents_incidentseen (incident_id, user_id, at) "
            "VALUES (%s, %s, statement_timestamp()) "
            "ON CONFLICT (user_id, incident_id) DO UPDATE SET at = excluded.at",
            [incident.pk, user.pk],
        )
