"""Prometheus is asked for the numbers of indicators: good answers, bad ones, and none."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from core import clock
from core.errors import Invalid
from core.http import OutboundRefused
from integrations.prometheus import measurements
from slos import polling
from slos.models import DataSource, Measurement, Poll, Sli
from slos.services.indicators import save_data_source, save_sli
from tests.cast import TESTER, make_system
from tests.fakes.prometheus import FakePrometheus, captured, fake_prometheus

pytestmark = pytest.mark.django_db(transaction=True)
GOOD, TOTAL = "sum(increase(good[{{.window}}]))", "sum(increase(total[{{.window}}]))"


@pytest.fixture
def prometheus(settings: Any) -> Iterator[FakePrometheus]:
    settings.AIRE_ALLOW_PRIVATE_NETWORK = "127.0.0.1"
    with fake_prometheus() as fake:
        fake.series[GOOD.replace("{{.window}}", "60s")] = [lambda at: 99.0]
        fake.series[TOTAL.replace("{{.window}}", "60s")] = [lambda at: 100.0]
        yield fake


def data_source(prometheus: FakePrometheus, **more: Any) -> DataSource:
    details = {"url": prometheus.url, **more.pop("details", {})}
    return save_data_source(
        slug="metrics", name="Metrics", type="Prometheus", details=details, actor=TESTER, **more
    )


def indicator(source: DataSource, **fields: Any) -> Sli:
    wanted: dict[str, Any] = {
        "slug": "availability", "name": "Availability", "actor": TESTER, "data_source": source,
        "query": {"good": {"query": GOOD}, "total": {"query": TOTAL}},
    }  # fmt: skip
    return save_sli(system=make_system("rag"), **{**wanted, **fields})


def stored(sli: Sli) -> list[Measurement]:
    return list(Measurement.objects.filter(track__sli=sli).order_by("ended"))


def asked_again(sli: Sli) -> Poll:
    """The indicator is due now and is asked."""
    Poll.objects.filter(sli=sli).update(due_at=clock.now() - timedelta(seconds=1))
    assert polling.poll_due() >= 1
    return Poll.objects.get(sli=sli)


def test_a_ratio_is_asked_for_and_recorded_minute_by_minute(prometheus: FakePrometheus) -> None:
    sli = indicator(data_source(prometheus))
    assert polling.poll_due() == 1

    rows = stored(sli)
    assert len(rows) == 60
    assert {(row.good, row.total) for row in rows} == {(99, 100)}
    assert {row.ended - row.started for row in rows} == {timedelta(minutes=1)}
    assert timedelta(0) < clock.now() - rows[-1].ended < timedelta(seconds=95)
    poll = Poll.objects.get()
    assert (poll.problem, poll.asked_until) == ("", rows[-1].ended)
    assert polling.poll_due() == 0, "it is due again in a minute"


def test_asking_again_replaces_and_invents_nothing(prometheus: FakePrometheus) -> None:
    sli = indicator(data_source(prometheus))
    polling.poll_due()
    prometheus.series[GOOD.replace("{{.window}}", "60s")] = [lambda at: 90.0]
    asked_again(sli)
    rows = stored(sli)
    assert len(rows) in (60, 61)
    assert [row.good for row in rows[-2:]] == [90, 90]
    assert rows[0].good == 99


def test_a_gap_is_caught_up_in_bites(prometheus: FakePrometheus) -> None:
    sli = indicator(data_source(prometheus))
    polling.poll_due()
    Measurement.objects.all().delete()
    long_ago = polling._floor(clock.now() - timedelta(hours=20), timedelta(minutes=1))
    Poll.objects.update(asked_until=long_ago)
    rounds = 0
    while asked_again(sli).due_at <= clock.now():
        rounds += 1
    assert rounds == 3
    rows = stored(sli)
    assert 1198 <= len(rows) <= 1203
    assert all(before.ended == after.started for before, after in pairwise(rows))


def test_bad_events_may_be_asked_for_instead_of_good_ones(prometheus: FakePrometheus) -> None:
    prometheus.series |= {"bad": [lambda at: 3.0], "all": [lambda at: 10.0]}
    sli = indicator(data_source(prometheus), query={"bad": "bad", "total": "all"})
    polling.poll_due()
    assert {(row.good, row.total) for row in stored(sli)} == {(7, 10)}


def test_counters_are_read_as_their_rises_and_survive_resets(prometheus: FakePrometheus) -> None:
    reset = int(clock.now().timestamp()) // 60 * 60 - 600
    prometheus.series |= {
        "good": [lambda at: 9.0 * (at // 60 - reset // 60 + (1 if at >= reset else 1e6))],
        "all": [lambda at: 10.0 * (at // 60 - reset // 60 + (1 if at >= reset else 1e6))],
    }
    query = {"good": "good", "total": "all", "counter": True}
    sli = indicator(data_source(prometheus), query=query)
    polling.poll_due()
    assert {(row.good, row.total) for row in stored(sli)} == {(9, 10)}
    assert len(stored(sli)) == 60


def test_each_series_of_a_metric_is_one_unit_a_minute(prometheus: FakePrometheus) -> None:
    prometheus.series["psi"] = [lambda at: 0.05, lambda at: 0.3, lambda at: "NaN"]
    query = {"metric": {"metricSource": {"type": "Prometheus", "spec": {"query": "psi"}}}}
    sli = indicator(data_source(prometheus), kind="threshold", op="lt", value=0.1, query=query)
    polling.poll_due()
    assert {(row.good, row.total) for row in stored(sli)} == {(1, 2)}


def test_a_ready_ratio_weighs_each_minute_the_same(prometheus: FakePrometheus) -> None:
    prometheus.series["errors:ratio"] = [lambda at: 0.02]
    query = {"raw": "errors:ratio", "rawType": "failure"}
    sli = indicator(data_source(prometheus), query=query)
    polling.poll_due()
    assert {(row.good, row.total) for row in stored(sli)} == {(0.98, 1)}


def test_steps_without_a_number_are_left_out_not_good(prometheus: FakePrometheus) -> None:
    prometheus.series |= {
        "ratio": [lambda at: "NaN" if at % 120 else 0.9],
    }
    sli = indicator(data_source(prometheus), query={"raw": "ratio"})
    polling.poll_due()
    assert len(stored(sli)) == 30


@pytest.mark.parametrize(
    ("series", "words"),
    [
        ({"all": [lambda at: 5.0]}, "good events answers nothing. If there may be none of them"),
        ({"good": [lambda at: 5.0]}, "total events answers nothing"),
        ({"good": [lambda at: 9.0], "all": [lambda at: 5.0]}, "more good events (9) than events"),
        ({"good": [lambda at: -1.0], "all": [lambda at: 5.0]}, "is negative"),
        ({"good": [lambda at: "NaN"], "all": [lambda at: "NaN"]}, "total events answers nothing"),
        ({"good": [lambda at: "+Inf"], "all": [lambda at: "+Inf"]}, "answers nothing"),
    ],
)
def test_answers_that_are_no_numbers_of_events_are_a_reason_for_no_data(
    prometheus: FakePrometheus, series: dict[str, Any], words: str
) -> None:
    prometheus.series |= series
    sli = indicator(data_source(prometheus), query={"good": "good", "total": "all"})
    polling.poll_due()
    assert stored(sli) == []
    poll = Poll.objects.get()
    assert words in poll.problem
    assert poll.failures == 1


def matrix(result: bytes) -> tuple[int, bytes]:
    head = b'{"status":"success","data":{"resultType":"matrix","result":['
    return 200, head + result + b"]}}"


@pytest.mark.parametrize(
    ("misbehave", "words", "source_wide"),
    [
        (captured("query-bad-syntax-burning"), "refuses the query: invalid parameter", False),
        (captured("query-many-to-many-error-burning"), "refuses the query: found duplicate", False),
        (captured("query-empty-burning"), "does not answer as Prometheus does", False),
        ((503, b"upstream connect error"), "It answered 503, and not as Prometheus does", True),
        ((200, b"<html>login</html>"), "does not answer as Prometheus does", True),
        ((200, b""), "does not answer as Prometheus does", True),
        ((200, b"[" * 100_000), "does not answer as Prometheus does", True),
        ((200, b'{"status":"success","data":null}'), "does not answer as", True),
        (matrix(b"5"), "does not answer as Prometheus does", False),
        (matrix(b'{"values":[[1]]}'), "does not answer as Prometheus does", False),
        (matrix(b'{"values":[[1e300,"1"]]}'), "does not answer as Prometheus does", False),
        ((200, b"x" * (9 * 1024 * 1024)), "answered more than 8192 KiB", True),
        ((302, b""), "does not answer as Prometheus does", True),
        ((401, b""), "refuses the secret", True),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_a_reason_and_never_data(
    prometheus: FakePrometheus, misbehave: tuple[int, bytes], words: str, source_wide: bool
) -> None:
    prometheus.misbehave = misbehave
    sli = indicator(data_source(prometheus))
    assert polling.poll_due() == 1
    assert stored(sli) == []
    poll, source = Poll.objects.get(), DataSource.objects.get()
    assert words in poll.problem
    assert (words in source.problem) is source_wide
    assert poll.asked_until is None, "the gap is asked for when it is mended"


def test_a_slow_server_is_given_up_and_the_gap_is_closed_later(
    prometheus: FakePrometheus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measurements, "TIMEOUT_SECONDS", 1.1)
    prometheus.delay = 1.4
    sli = indicator(data_source(prometheus))
    start = time.monotonic()
    polling.poll_due()
    assert time.monotonic() - start < 3
    assert "did not answer within 1.1 s" in Poll.objects.get().problem
    prometheus.delay = 0.0
    assert asked_again(sli).problem == ""
    assert len(stored(sli)) in (60, 61)
    assert DataSource.objects.get().problem == ""


def test_a_server_that_is_gone_costs_one_try_for_all_its_indicators(settings: Any) -> None:
    settings.AIRE_ALLOW_PRIVATE_NETWORK = "127.0.0.1"
    with fake_prometheus() as fake:
        source = data_source(fake)
    system = make_system("rag")
    for number in range(12):
        save_sli(
            slug=f"s{number}", name="S", system=system, data_source=source, actor=TESTER,
            query={"good": "a", "total": "b"},
        )  # fmt: skip
    assert polling.poll_due() == 5
    assert polling.poll_due() == 0
    assert not Measurement.objects.exists()
    problems = set(Poll.objects.exclude(problem="").values_list("problem", flat=True))
    assert problems == {"127.0.0.1 cannot be reached."}
    assert Poll.objects.exclude(problem="").count() >= 8


@pytest.mark.parametrize(
    "url",
    ["http://169.254.169.254", "http://10.0.0.1:9090", "http://[::1]:9090", "file:///etc/passwd",
     "http://127.0.0.1:5432", "gopher://x", "http://user@prometheus.example", ""],
)  # fmt: skip
def test_addresses_inside_are_refused_with_the_reason(db: None, url: str) -> None:
    source = save_data_source(
        slug="inside", name="Inside", type="prometheus", details={"url": url}, actor=TESTER
    )
    sli = indicator(source)
    polling.poll_due()
    assert stored(sli) == []
    assert Poll.objects.get().problem


def test_the_guard_is_the_one_of_the_house(db: None) -> None:
    with pytest.raises(OutboundRefused):
        measurements.http.request("POST", "http://127.0.0.1:1/api/v1/query_range")


def test_the_secret_and_the_tenant_go_along(prometheus: FakePrometheus) -> None:
    details = {"headers": {"X-Scope-OrgID": "ai"}, "step": "5m"}
    sli = indicator(data_source(prometheus, details=details, secret="s3cret"))
    prometheus.series |= {
        GOOD.replace("{{.window}}", "300s"): [lambda at: 1.0],
        TOTAL.replace("{{.window}}", "300s"): [lambda at: 1.0],
    }
    polling.poll_due()
    assert Poll.objects.get().problem == ""
    assert prometheus.headers[0]["authorization"] == "Bearer s3cret"
    assert prometheus.headers[0]["x-scope-orgid"] == "ai"
    assert {row.ended - row.started for row in stored(sli)} == {timedelta(minutes=5)}


@pytest.mark.parametrize("step", ["7m", "1d", "0", "-5", "1e3", "x", "9" * 50, [1], 5])
def test_a_step_that_divides_no_hour_is_refused(prometheus: FakePrometheus, step: object) -> None:
    indicator(data_source(prometheus, details={"step": step}))
    polling.poll_due()
    assert "step" in Poll.objects.get().problem.lower()


@pytest.mark.parametrize(
    "query", [{}, {"good": "x"}, {"total": "x"}, {"good": "", "total": ""}, {"metric": "x"}]
)
def test_an_indicator_that_asks_nothing_says_so(
    prometheus: FakePrometheus, query: dict[str, str]
) -> None:
    indicator(data_source(prometheus), query=query)
    polling.poll_due()
    assert Poll.objects.get().problem.startswith("It ")


def test_unknown_types_and_switched_off_sources_are_not_asked(prometheus: FakePrometheus) -> None:
    other = save_data_source(slug="o", name="O", type="Oracle", details={}, actor=TESTER)
    indicator(other)
    assert polling.poll_due() == 1
    assert Poll.objects.get().problem == "AIRE cannot ask a data source of type 'Oracle'."
    DataSource.objects.update(enabled=False)
    Poll.objects.update(due_at=clock.now() - timedelta(hours=1))
    assert polling.poll_due() == 0


@pytest.mark.parametrize("key", ["url", "address"])
def test_a_secret_is_not_sent_elsewhere_nor_in_the_clear(db: None, key: str) -> None:
    wanted: dict[str, Any] = {"slug": "p", "name": "P", "type": "prometheus", "actor": TESTER}
    save_data_source(details={"url": "https://prom.example.org"}, secret="s", **wanted)
    for moved in ("http://prom.example.org", "https://evil.example.org"):
        with pytest.raises(Invalid) as refused:
            save_data_source(details={key: moved}, **wanted)
        assert "secret" in refused.value.errors
    save_data_source(details={"url": "https://prom.example.org/x"}, **wanted)
    save_data_source(details={key: "https://new.example.org"}, secret="t", **wanted)
