"""Visits every report in one process, run by `manage.py shell` for `bench.reports`."""

from __future__ import annotations

import json

from django.test import Client

from accounts.models import User
from bench.visits import visit
from reports.catalogue import REPORTS

PERIODS = ("90d", "365d", "all")


def main() -> None:
    """Prints status, number of queries and p95 in ms of every report, cut in every way."""
    client = Client()
    client.force_login(User.objects.get(email="admin@example.org"))
    paths = [
        f"/reports/{report.name}/?period={period}" + (f"&by={by}" if by else "")
        for report in REPORTS
        for by in report.by or ("",)
        for period in PERIODS
    ]
    print(json.dumps({path: visit(client, path) for path in paths}))
