"""Rules for people's own Prometheus, and what they cannot say."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core.yaml import load_documents
from slos.burn import standard_rules
from slos.definition import Definition, Method
from slos.openslo.meaning import SliMeaning, SloMeaning
from slos.openslo.prometheus_rules import prometheus_rules
from slos.windows import Window


def metric(query: str) -> dict[str, Any]:
    return {"type": "Prometheus", "spec": {"query": query}}


COUNTED = SliMeaning(
    "grounded",
    "Grounded",
    "",
    {"counter": True, "good": metric("sum(good)"), "total": metric("sum(all)")},
    "",
)
SLO = SloMeaning(
    "grounded-answers",
    "Grounded answers",
    "",
    "support-bot",
    "grounded",
    "",
    None,
    Definition(target=0.98, rules=standard_rules(timedelta(days=28))),
    {},
    "grounded-answers",
)


def rules(slo: SloMeaning = SLO, sli: SliMeaning = COUNTED) -> tuple[list[dict[str, Any]], str]:
    found = prometheus_rules([slo], {"grounded": sli})
    (document,) = load_documents(found.text.encode())
    groups = document.value["groups"]
    return (groups[0]["rules"] if groups else []), " ".join(found.left_out)


def expr_of(found: list[dict[str, Any]], record: str) -> str:
    return next(str(rule["expr"]) for rule in found if rule.get("record") == record)


def test_counts_are_recorded_and_added_up_over_each_window() -> None:
    found, left_out = rules()
    assert not left_out
    assert expr_of(found, "aire:sli_good:count") == "sum(good)"
    assert expr_of(found, "aire:sli_error:ratio_1h") == (
        '1 - increase(aire:sli_good:count{slo="grounded-answers"}[1h]) / '
        '(increase(aire:sli_total:count{slo="grounded-answers"}[1h]) > 0)'
    )
    assert expr_of(found, "aire:slo_error_budget_remaining:ratio").endswith("/ 0.02")


def test_each_burn_rule_becomes_an_alert_over_both_windows() -> None:
    found, _ = rules()
    alerts = [rule for rule in found if "alert" in rule]
    assert [alert["labels"]["rule"] for alert in alerts] == ["fast", "slow", "day", "creeping"]
    assert alerts[0]["expr"] == (
        'aire:sli_error:ratio_1h{slo="grounded-answers"} >= 0.2688\nand\n'
        'aire:sli_error:ratio_5m{slo="grounded-answers"} >= 0.2688'
    )
    assert alerts[0]["labels"]["severity"] == "sev2"


def test_gauges_are_summed_over_time_and_bad_events_divided_as_they_are() -> None:
    gauge = replace(COUNTED, query={"bad": metric("bad"), "total": metric("all")})
    assert expr_of(rules(sli=gauge)[0], "aire:sli_error:ratio_1h").startswith(
        "sum_over_time(aire:sli_bad:count"
    )


def test_a_ready_ratio_is_averaged_and_turned_round_where_it_counts_successes() -> None:
    raw = replace(COUNTED, query={"rawType": "success", "raw": metric("ok_ratio")})
    assert expr_of(rules(sli=raw)[0], "aire:sli_raw_error:ratio") == "1 - (ok_ratio)"


def test_a_threshold_is_compared_with_bool() -> None:
    sli = replace(COUNTED, query={"metric": metric("ttft")})
    found, _ = rules(replace(SLO, op="lte", value=2.0), sli)
    assert expr_of(found, "aire:sli_good:bool") == "(ttft) <= bool 2"


@pytest.mark.parametrize(
    ("slo", "sli", "reason"),
    [
        (SLO, replace(COUNTED, query={}), "no query for good"),
        (SLO, replace(COUNTED, query={"metric": metric("x")}), "no operator or value"),
        (SLO, replace(COUNTED, query={"good": {"type": "Datadog"}}), "asks Datadog"),
        (replace(SLO, sli="gone"), COUNTED, "indicator is not known"),
        (
            replace(SLO, definition=Definition(target=0.9, method=Method("timeslices", 60, 0.9))),
            COUNTED,
            "time slices of a ratio",
        ),
    ],
)
def test_what_prometheus_cannot_do_is_said(slo: SloMeaning, sli: SliMeaning, reason: str) -> None:
    found, left_out = rules(slo, sli)
    assert found == []
    assert reason in left_out


def test_a_calendar_window_keeps_its_alerts_and_says_what_is_missing() -> None:
    month = replace(
        SLO, definition=replace(SLO.definition, window=Window("calendar", 2_592_000, "month"))
    )
    found, left_out = rules(month)
    assert "calendar window" in left_out
    assert "aire:slo_error_budget_remaining:ratio" not in {rule.get("record") for rule in found}
    assert any("alert" in rule for rule in found)


def test_hostile_names_stay_text_and_are_no_templates() -> None:
    name = 'x"}\n- evil: {{ query "up" }} #'
    found, _ = rules(replace(SLO, name=name, service=name))
    assert {rule["labels"]["service"] for rule in found} == {name.replace("{{", "{ {")}
    assert all("{{" not in rule.get("annotations", {}).get("summary", "") for rule in found)
