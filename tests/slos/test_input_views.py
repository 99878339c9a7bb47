"""The page of an objective's inputs: what hinders, what could not be counted, the upload."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.urls import reverse

from accounts.models import AuditEntry, User
from alerts.models import Receipt
from core import clock
from slos.models import Measurement, Poll, Slo, Unmatched
from slos.services.indicators import save_data_source, save_sli
from tests.alerts.ingest_server import made_source
from tests.cast import TESTER, make_system, sign_in
from tests.slos.scene import make_slo

pytestmark = pytest.mark.django_db
NOW = clock.now().replace(second=0, microsecond=0)


@pytest.fixture
def slo(db: None) -> Slo:
    return make_slo(make_system("rag"))


def line(minutes_ago: int, good: float = 9, total: float = 10) -> str:
    start = NOW - timedelta(minutes=minutes_ago)
    return f"{start.isoformat()},{(start + timedelta(minutes=1)).isoformat()},{good},{total}\n"


HEAD = "start,end,good,total\n"


def url(slo: Slo) -> str:
    return reverse("slos:inputs", args=[slo.slug])


def upload(user: User, slo: Slo, text: str | None, action: str = "record") -> Any:
    data: dict[str, Any] = {"action": action}
    if text is not None:
        data["file"] = SimpleUploadedFile("m.csv", text.encode())
    return sign_in(user).post(url(slo), data)


def shown(response: HttpResponse) -> str:
    assert response.status_code == 200
    return response.content.decode()


def test_a_file_is_checked_without_recording_anything(teammate: User, slo: Slo) -> None:
    page = shown(upload(teammate, slo, HEAD + line(5) + line(3, good=11), action="check"))
    assert "1 line can be read; nothing was recorded yet. 1 error." in page
    assert "Line 3, good:" in page
    assert not Measurement.objects.exists()


def test_a_good_file_is_recorded_and_audited(teammate: User, slo: Slo) -> None:
    response = upload(teammate, slo, HEAD + line(5) + line(3))
    assert response.status_code == 302
    assert Measurement.objects.count() == 2
    assert AuditEntry.objects.filter(action="sli.upload", target_ref=slo.sli.slug).exists()
    again = upload(teammate, slo, HEAD + line(5) + line(3, good=8))
    page = sign_in(teammate).get(again["location"]).content.decode()
    assert Measurement.objects.count() == 2
    assert 'class="num">8</td>' in page


def test_good_lines_are_kept_beside_refused_ones(teammate: User, slo: Slo) -> None:
    Measurement.objects.all().delete()
    upload(teammate, slo, HEAD + line(5))
    overlapping = line(5).replace(line(5).split(",")[1], (NOW - timedelta(minutes=2)).isoformat())
    page = shown(upload(teammate, slo, HEAD + line(9) + overlapping + line(1, good=-1)))
    assert "Line 3, start:" in page
    assert "overlaps a stored measurement" in page
    assert "Line 4, good:" in page
    assert Measurement.objects.count() == 2


@pytest.mark.parametrize("text", [None, "", "hello", "\x00\x01", "<script>alert(1)</script>,x\n"])
def test_what_is_no_file_of_measurements_is_said(
    teammate: User, slo: Slo, text: str | None
) -> None:
    page = shown(upload(teammate, slo, text))
    assert "<script>alert" not in page
    assert not Measurement.objects.exists()
    assert "error" in page or "required" in page


def test_who_may_only_look_may_not_upload(stranger: User, slo: Slo) -> None:
    assert "Upload a CSV file" not in shown(sign_in(stranger).get(url(slo)))
    assert upload(stranger, slo, HEAD + line(5)).status_code == 403
    assert not Measurement.objects.exists()


def test_the_page_says_why_a_data_source_gives_no_data(teammate: User, slo: Slo) -> None:
    source = save_data_source(slug="p", name="Prom", type="prometheus", actor=TESTER)
    slo.sli.data_source = source
    slo.sli.query = {"good": "sum(good)", "total": "sum(all)"}
    slo.sli.save()
    Poll.objects.create(sli=slo.sli, problem="p.example did not answer within 10 s.")
    page = shown(sign_in(teammate).get(url(slo)))
    assert "Why there may be no data" in page
    assert "p.example did not answer within 10 s." in page
    assert "sum(good)" in page


def test_what_came_in_vain_is_shown_here_and_with_its_source(teammate: User, slo: Slo) -> None:
    save_sli(slug=slo.sli.slug, name="S", system=slo.system, signal="answers{a=1}", actor=TESTER)
    source, _ = made_source("telemetry", "opentelemetry")
    Unmatched.objects.create(
        source=source, signal="answers", reason="It carries no number.", count=3,
        example={"model": "<b>m</b>"},
    )  # fmt: skip
    page = shown(sign_in(teammate).get(url(slo)))
    assert "It carries no number." in page
    assert "&lt;b&gt;m&lt;/b&gt;" in page
    other = shown(sign_in(teammate).get(reverse("alerts:source-detail", args=["telemetry"])))
    assert "Sent, but counted by no indicator" in other
    assert "3 times" in other


def test_the_page_costs_the_same_whatever_it_shows(
    teammate: User, slo: Slo, django_assert_max_num_queries: Any
) -> None:
    client = sign_in(teammate)
    upload(teammate, slo, HEAD + "".join(line(n) for n in range(2, 60)))
    client.get(url(slo))
    with django_assert_max_num_queries(12):
        client.get(url(slo))


def test_a_delivery_of_telemetry_is_shown_without_its_body(teammate: User, slo: Slo) -> None:
    source, _ = made_source("telemetry", "opentelemetry")
    receipt = Receipt.objects.create(
        source=source, format="opentelemetry", body=b"", state="done", headers={}
    )
    page = shown(sign_in(teammate).get(reverse("alerts:receipt", args=[receipt.pk])))
    assert "telemetry that was counted" in page
