"""KPIs: values pushed in, looked at beside objectives, and what they refuse."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from catalog.kpis.checks import MAX_KPIS
from catalog.kpis.models import Kpi, KpiValue
from catalog.kpis.search import search_kpis
from catalog.kpis.selectors import Window, seen_in
from catalog.models import System
from catalog.services import change_system, record_change
from core import clock
from core.search import read_query
from tests.cast import TESTER, api_client, sign_in

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def kpi(system: System) -> Kpi:
    orders = {"slug": "orders", "name": "Orders", "unit": "orders"}
    change_system(slug=system.slug, kpis=[orders], actor=TESTER)
    return Kpi.objects.get()


def path(kpi: Kpi) -> str:
    return f"/api/v1/systems/{kpi.system.slug}/kpis/{kpi.slug}/values/"


def this_hour() -> Any:
    return clock.now().replace(minute=0, second=0, microsecond=0)


def fill(kpi: Kpi, *, weeks: int, value: float) -> None:
    KpiValue.objects.bulk_create(
        KpiValue(kpi=kpi, start=this_hour() - HOUR * number, value=value + number % 3)
        for number in range(1, weeks * 168)
    )


def test_sending_twice_changes_nothing_and_late_truth_corrects(kpi: Kpi, teammate: User) -> None:
    client = api_client(teammate)
    rows = [{"start": (this_hour() - HOUR * n).isoformat(), "value": n} for n in range(3)]
    for _ in range(2):
        answer = client.post(path(kpi), {"values": rows}, format="json")
        assert answer.json() == {"recorded": 3}
    rows[0]["value"] = 40
    client.post(path(kpi), {"values": rows[:1]}, format="json")
    assert sorted(KpiValue.objects.values_list("value", flat=True)) == [1, 2, 40]


def test_values_that_cannot_be_are_refused_by_place_and_none_is_kept(
    kpi: Kpi, teammate: User, stranger: User
) -> None:
    good = {"start": this_hour().isoformat(), "value": 1}
    bad: list[Any] = [
        {"start": (this_hour() + timedelta(minutes=7)).isoformat(), "value": 1},
        {"start": (this_hour() + 9 * HOUR).isoformat(), "value": 1},
        {"start": (this_hour() - timedelta(days=900)).isoformat(), "value": 1},
        {"start": this_hour().isoformat(), "value": 1e300},
    ]
    client = api_client(teammate)
    answer = client.post(path(kpi), {"values": [good, *bad]}, format="json")
    assert answer.status_code == 400
    assert set(answer.json()["errors"]) == {f"values.{n}" for n in (1, 2, 3, 4)}
    assert not KpiValue.objects.exists()
    many = client.post(path(kpi), {"values": [good] * 1_001}, format="json")
    assert many.status_code == 400
    assert (
        api_client(stranger).post(path(kpi), {"values": [good]}, format="json").status_code == 403
    )


def test_values_are_told_with_what_is_usual(kpi: Kpi, stranger: User) -> None:
    fill(kpi, weeks=6, value=100)
    found = api_client(stranger).get(path(kpi), {"days": "2"}).json()["values"]
    assert len(found) in (47, 48)
    assert found[0]["low"] <= found[0]["usual"] <= found[0]["high"]
    assert api_client(stranger).get(path(kpi), {"days": "9999"}).status_code == 400


def test_only_the_same_stretch_of_former_weeks_is_read(kpi: Kpi) -> None:
    fill(kpi, weeks=9, value=100)
    end = this_hour()
    seen = seen_in([kpi], Window(end - 2 * HOUR, end))[0]
    assert len(seen.values) == 2
    assert all(seen.usual_at(start) for start, _ in seen.values)
    estimate = seen.estimate(end - 2 * HOUR, end)
    assert estimate is not None
    assert estimate.is_usual


def test_the_timeline_has_everything_on_one_axis(
    kpi: Kpi, owner: User, django_assert_max_num_queries
) -> None:  # fmt: skip
    fill(kpi, weeks=6, value=100)
    record_change(system=kpi.system, kind="model", summary="<b>New</b> model", actor=TESTER)
    browser = sign_in(owner)
    address = f"/systems/{kpi.system.slug}/timeline/"
    with django_assert_max_num_queries(14):
        page = browser.get(address).content.decode()
    assert "Orders" in page
    assert "as usual" in page or "what is usual" in page
    assert "<b>New</b>" not in page
    assert "New" in page
    assert browser.get(address, {"days": "no"}).status_code == 200


def test_a_kpi_is_found_by_the_search_and_a_retired_one_is_not(kpi: Kpi, stranger: User) -> None:
    def found(text: str) -> list[Any]:
        return search_kpis(stranger, read_query(text), 5)

    for text in ("orders", "Ord", "RDER"):
        assert [hit.ref for hit in found(text)] == ["orders"]
    assert found("orders")[0].exact
    assert found("%") == found("ord_rs") == []
    answer = api_client(stranger).get("/api/v1/search/", {"q": "orders"}).json()["results"]
    (hit,) = [one for one in answer if one["kind"] == "kpi"]
    assert hit["url"].endswith(f"/systems/{kpi.system.slug}/timeline/")
    page = sign_in(stranger).get("/search/", {"q": "order"}).content.decode()
    assert "Business KPI of" in page
    Kpi.objects.update(retired=True)
    assert found("orders") == []
    stranger.is_active = False
    Kpi.objects.update(retired=False)
    assert found("orders") == []


def test_managers_add_change_and_retire_one(
    system: System, owner: User, teammate: User, as_role: Any
) -> None:
    form = {"name": "Orders", "slug": "orders", "unit": "orders", "direction": "up",
            "aggregate": "sum", "every_seconds": "3600", "time_zone": "UTC"}  # fmt: skip
    address = f"/systems/{system.slug}/kpis/"
    assert sign_in(teammate).post(f"{address}new/", form).status_code == 403
    browser = as_role("manager")
    assert browser.post(f"{address}new/", form).status_code == 302
    assert browser.post(f"{address}new/", form).status_code == 422
    assert browser.post(f"{address}new/", {**form, "slug": "Not a slug"}).status_code == 422
    assert browser.post(f"{address}orders/", {**form, "name": "Orders made"}).status_code == 302
    listed = api_client(owner).get(f"/api/v1{address}").json()
    assert [kpi["name"] for kpi in listed] == ["Orders made"]
    browser.post(f"{address}orders/retire/")
    assert api_client(owner).get(f"/api/v1{address}").json() == []


def test_the_form_adds_no_more_kpis_than_a_file_may_name(system: System, as_role: Any) -> None:
    most = [{"slug": f"kpi-{number}", "name": "One"} for number in range(MAX_KPIS)]
    change_system(slug=system.slug, kpis=most, actor=TESTER)
    form = {"name": "Orders", "slug": "orders", "direction": "up", "aggregate": "sum",
            "every_seconds": "3600", "time_zone": "UTC"}  # fmt: skip
    answer = as_role("manager").post(f"/systems/{system.slug}/kpis/new/", form)
    assert answer.status_code == 422
    assert "At most 20" in answer.text


def test_a_kpi_that_a_file_no_longer_names_keeps_its_values(kpi: Kpi) -> None:
    fill(kpi, weeks=1, value=1)
    change_system(slug=kpi.system.slug, kpis=[], actor=TESTER)
    assert Kpi.objects.get().retired
    change_system(slug=kpi.system.slug, kpis=[{"slug": "orders", "name": "O"}], actor=TESTER)
    assert not Kpi.objects.get().retired
    assert KpiValue.objects.count() == 167
