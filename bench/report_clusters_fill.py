"""Fills reports by people and times their pages in one process, run by `manage.py shell` for
`bench.report_clusters`."""

from __future__ import annotations

import json
import random
from datetime import timedelta
from itertools import count

from django.db import connection
from django.test import Client

from accounts.models import User
from bench.postmortems import took
from bench.report_clusters import CLUSTERS, REPORTS
from catalog.models import System
from core import clock
from core.actor import program
from incidents.people_reports.likeness import keys_of, words_of
from incidents.people_reports.models import PeopleReport, ReportBand, ReportCluster
from incidents.people_reports.services import Said, take_report

WORDS = 3_000
EACH = REPORTS // CLUSTERS


def main() -> None:
    """Prints p95 in ms of the list, a search, one cluster and taking a report."""
    user = User.objects.get(email="admin@example.org")
    systems = System.objects.bulk_create(
        System(slug=f"reported-{number}", name=f"Reported {number}", kind="llm")
        for number in range(5)
    )
    clusters = _clusters(systems)
    _reports(clusters)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    client = Client()
    client.force_login(user)
    base, some = "/incidents/reports/", clusters[CLUSTERS // 2]
    number = count()

    def take() -> None:
        said = Said(text=some.title, version=some.version)
        report = take_report(system=some.system, said=said, via="api", reporter=str(next(number)),
                             actor=program(), alerted=True)  # fmt: skip
        assert report.cluster_id == some.pk

    pages = {
        "list_ms": base,
        "search_ms": f"{base}?q={some.title.split()[0]}&order=largest",
        "one_ms": f"{base}{some.pk}/",
    }
    told = {name: took(lambda url=url: client.get(url)) for name, url in pages.items()}
    print(json.dumps({**told, "take_ms": took(take)}))


def _clusters(systems: list[System]) -> list[ReportCluster]:
    draw, now = random.Random(1), clock.now()
    vocabulary = ["".join(draw.choices("abcdefghijklmnoprtuvw", k=draw.randint(4, 9)))
                  for _ in range(WORDS)]  # fmt: skip
    made = []
    for number in range(CLUSTERS):
        title = " ".join(draw.sample(vocabulary, 12))
        at = now - timedelta(minutes=draw.randrange(60 * 24 * 30))
        made.append(
            ReportCluster(
                system=systems[number % 5], version=f"v{number % 7}", title=title,
                words=list(words_of(title)), count=EACH, first_at=at, last_at=at,
            )
        )  # fmt: skip
    ReportCluster.objects.bulk_create(made)
    ReportBand.objects.bulk_create(
        (
            ReportBand(key=key, cluster=row)
            for row in made
            for key in set(keys_of(row.words, within=f"{row.system_id}\x1f{row.version}"))
        ),
        batch_size=5_000,
    )
    return made


def _reports(clusters: list[ReportCluster]) -> None:
    PeopleReport.objects.bulk_create(
        (
            PeopleReport(
                cluster=row, text=row.title, answer=row.title, via="api",
                reporter=f"{number % 400}", shared=row.words, reported_at=row.last_at,
            )
            for row in clusters
            for number in range(EACH)
        ),
        batch_size=2_000,
    )  # fmt: skip
