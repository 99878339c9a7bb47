"""The pages of the room open, say what is there and do what their buttons say."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from accounts.models import User
from catalog.models import System
from core import clock
from incidents.models import Incident
from slos import services
from slos.burn import standard_rules
from slos.definition import Method
from slos.history import compute_history
from slos.library import ready_slis
from slos.models import Correction, Sli, Slo
from slos.rule_text import parse_rules
from slos.selectors.page import slo_page
from slos.selectors.story import slo_story
from tests.cast import TESTER, sign_in
from tests.incidents.cast import make_incident
from tests.slos.scene import DAY, HOUR, flow, judged, make_sli, make_slo, measure, point, quiet

pytestmark = pytest.mark.django_db


def read(client: Client, url: str, **asked: str) -> str:
    answer = client.get(url, asked)
    assert answer.status_code == 200, answer.content[:500]
    return answer.content.decode()


@pytest.fixture
def burning(system: System) -> Slo:
    """An evaluated objective with two model versions, an incident, a correction and a history."""
    judge = {
        "name": "judge@3", "true_positive_rate": 0.9, "false_positive_rate": 0.01,
        "bad_items": 300, "good_items": 900,
    }  # fmt: skip
    sli = make_sli(
        system=system, kind="evaluated", unit_event="evaluated answer", evaluators=[judge]
    )
    slo = make_slo(system, "grounded", sli=sli, name="Answers are grounded <b>")
    measured = [
        point(hour * HOUR, good, 100, cohort=cohort, evaluator="judge@3")
        for hour in range(1, 80)
        for cohort, good in (("v1", 99), ("v2", 96))
    ]
    measure(slo, *measured)
    now = clock.now()
    services.correct_budget(
        slo=slo, kind="maintenance", start=now - 2 * DAY, end=now - 2 * DAY + HOUR,
        reason="Load test", actor=TESTER,
    )  # fmt: skip
    judged(slo)
    compute_history()
    return slo


def test_the_list_says_the_state_and_what_is_left(burning: Slo, teammate: User) -> None:
    page = read(sign_in(teammate), "/slos/")
    assert "Answers are grounded &lt;b&gt;" in page
    assert "98%" in page
    assert "Add an objective" not in page


def test_the_living_parts_come_without_the_page_around_them(burning: Slo, teammate: User) -> None:
    client = sign_in(teammate)
    for url in ("/slos/", "/slos/grounded/"):
        part = client.get(url, headers={"HX-Request": "true"}).content.decode()
        assert "<html" not in part
        assert 'data-live="slos"' in part


def test_a_list_without_data_says_so(system: System, teammate: User) -> None:
    make_slo(system)
    assert "No data" in read(sign_in(teammate), "/slos/")


def test_the_page_tells_what_is_left_how_fast_and_what_fails(burning: Slo, teammate: User) -> None:
    page = read(sign_in(teammate), "/slos/grounded/")
    for heading in ("What is left", "How fast it goes", "What fails"):
        assert heading in page
    assert "counted (evaluated answer) were good. The target is 98% over 28 days." in page
    assert "corrected for its own errors" in page
    assert "v2, judged by judge@3" in page
    assert "What the sampling promises" in page
    assert "evaluations an hour, a rise from 2% to 6% bad" in page
    assert "Load test" in page
    assert "Made: 98% over 28 days." in page
    assert "Figures as a table" in page


def test_the_rule_that_the_page_offers_keeps_the_promise(system: System, teammate: User) -> None:
    slo = make_slo(system, sli=make_sli(system=system, sample_rate=0.1))
    flow(slo, range(1, 600, 5), good=99, total=100)
    judged(slo)
    before = read(sign_in(teammate), "/slos/grounded/")
    assert "none of its paging rules tells it from chance" in before
    story = slo_story(teammate, slo_page(teammate, "grounded"))
    given = services.present_definition(slo)
    added = parse_rules(story.missing_rule).rules
    services.save_slo(
        slug=slo.slug, name=slo.name, system=system, sli=slo.sli, actor=TESTER,
        definition=replace(given, rules=(*given.rules, *added)),
    )  # fmt: skip
    after = read(sign_in(teammate), "/slos/grounded/")
    assert "pages within" in after
    assert "This rule would notice it" not in after


def test_incidents_stand_in_the_picture_only_for_who_may_see_them(
    burning: Slo, teammate: User, stranger: User, system: System
) -> None:
    make_incident("Wrong answers", systems=[system])
    make_incident("A secret one", systems=[system], private=True, by=teammate)
    seen = read(sign_in(teammate), "/slos/grounded/")
    assert "Wrong answers" in seen
    assert "A secret one" in seen
    page = read(sign_in(stranger), "/slos/grounded/")
    assert "Wrong answers" in page
    assert "A secret one" not in page


def test_cancelled_incidents_are_no_bands(burning: Slo, teammate: User, system: System) -> None:
    incident = make_incident("False alarm", systems=[system])
    Incident.objects.filter(pk=incident.pk).update(status="cancelled", resolved_at=None)
    assert "False alarm" not in read(sign_in(teammate), "/slos/grounded/")


def test_an_objective_that_was_never_measured_opens_too(system: System, teammate: User) -> None:
    make_slo(system)
    page = read(sign_in(teammate), "/slos/grounded/")
    assert "Nothing was measured" in page
    for part in ("compare", "simulator"):
        assert "Nothing was measured in this time" in read(
            sign_in(teammate), f"/slos/grounded/{part}/"
        )


@pytest.mark.parametrize("page", ["", "compare/", "simulator/"])
def test_what_does_not_exist_is_not_found(teammate: User, page: str) -> None:
    assert sign_in(teammate).get(f"/slos/nothing/{page}").status_code == 404


def test_the_page_asks_a_fixed_number_of_queries(
    burning: Slo, teammate: User, system: System, django_assert_max_num_queries: Any
) -> None:
    client = sign_in(teammate)
    client.get("/slos/grounded/")
    for n in range(5):
        make_incident(f"One more {n}", systems=[system])
        measure(burning, point(HOUR * n, 1, 1, cohort=f"v{n + 3}"))
    with django_assert_max_num_queries(20):
        client.get("/slos/grounded/")


def test_the_list_asks_a_fixed_number_of_queries(
    system: System, teammate: User, django_assert_max_num_queries: Any
) -> None:
    for number in range(10):
        flow(make_slo(system, f"slo-{number}"), [5], good=99, total=100)
    client = sign_in(teammate)
    with django_assert_max_num_queries(6):
        client.get("/slos/")


# -- side by side ----------------------------------------------------------------------------


def test_versions_stand_side_by_side_with_how_sure_it_is(burning: Slo, teammate: User) -> None:
    page = read(sign_in(teammate), "/slos/grounded/compare/", days="28")
    assert "The others are compared with it." in page
    assert "points more bad (95% interval" in page or "points less bad (95% interval" in page
    other = read(
        sign_in(teammate), "/slos/grounded/compare/", days="28", base="v2, judged by judge@3"
    )
    assert "Against v2, judged by judge@3:" in other
    assert read(sign_in(teammate), "/slos/grounded/compare/", days="x", base="<script>")


# -- what would have fired -------------------------------------------------------------------


def test_the_simulator_plays_the_own_rules_and_others(system: System, teammate: User) -> None:
    slo = make_slo(system)
    flow(slo, range(600, 1200, 5), good=50, total=100)
    flow(slo, range(0, 600, 5), good=100, total=100)
    client = sign_in(teammate)
    page = read(client, "/slos/grounded/simulator/")
    assert "1 page in 90 days" in page
    calm = read(
        client, "/slos/grounded/simulator/", days="7", target="98",
        rules="direct: 60% bad in 1h/5m, sev2, page",
    )  # fmt: skip
    assert "Nothing would have fired" in calm
    wrong = read(client, "/slos/grounded/simulator/", days="7", target="98", rules="nonsense")
    assert "Line 1: write" in wrong


def test_what_is_corrected_away_would_not_have_fired(system: System, teammate: User) -> None:
    slo = make_slo(system)
    flow(slo, range(600, 1200, 5), good=50, total=100)
    now = clock.now()
    services.correct_budget(
        slo=slo, kind="disputed", start=now - timedelta(minutes=1300), end=now, reason="Wrong",
        actor=TESTER,
    )  # fmt: skip
    assert "Nothing was measured in this time" in read(
        sign_in(teammate), "/slos/grounded/simulator/"
    )


def test_time_slices_are_played_as_slices(system: System, teammate: User) -> None:
    rules = standard_rules(28 * DAY)
    slo = make_slo(
        system, definition=quiet(0.9, rules=rules, method=Method("timeslices", 300, 0.95))
    )
    flow(slo, range(0, 600, 5), good=90, total=100)
    assert "1 page in 90 days" in read(sign_in(teammate), "/slos/grounded/simulator/")


# -- planning, making, changing --------------------------------------------------------------


def test_the_planner_says_what_a_rate_promises(teammate: User) -> None:
    client = sign_in(teammate)
    assert "At 50 evaluations an hour, a rise from 2% to 6% bad" in read(client, "/slos/planner/")
    asked = {"target": "99", "per_hour": "10", "rise": "3", "hours": "24", "false_pages": "1"}
    page = read(client, "/slos/planner/", **asked)
    assert "pages within 7.25 days" in page
    assert read(client, "/slos/planner/", **{**asked, "target": "120", "per_hour": "x"})
    never = read(client, "/slos/planner/", **{**asked, "target": "50"})
    assert "more than everything bad" in never


def test_the_library_shows_every_entry_and_starts_the_form(
    owner: User, teammate: User, system: System
) -> None:
    page = read(sign_in(owner), "/slos/library/", system=system.slug)
    assert all(str(escape(entry.name)) in page for entry in ready_slis().values())
    assert f"For {system.name}" in page
    assert "/slos/new/?library=groundedness" in page
    assert "/slos/new/" not in read(sign_in(teammate), "/slos/library/")
    form = read(sign_in(owner), "/slos/new/", library="ttft", system=system.slug)
    assert "gen_ai.server.time_to_first_token" in form
    assert 'value="99"' in form


def test_making_starts_at_the_library(owner: User) -> None:
    answer = sign_in(owner).get("/slos/new/")
    assert answer.headers["Location"].startswith("/slos/library/")


def fields(where: System, /, **more: Any) -> dict[str, Any]:
    return {
        "name": "Answers are grounded", "slug": "", "system": where.slug, "description": "",
        "target": "97.5", "window": "28d", "time_zone": "UTC", "method": "occurrences",
        "slice_seconds": "300", "slice_target": "100", "no_data": "sev3", "freeze": "on",
        "freeze_below": "0", "postmortem_above": "20", "per_hour": "50",
        "rules": "fast: 2% budget in 1h/5m, sev2, page",
        "sli_name": "Groundedness", "kind": "evaluated", "unit_event": "evaluated answer",
        "signal": "gen_ai.evaluation.result", "op": "gte", "value": "0.8", "unit": "score",
        "sample_rate": "5", "evaluator": "judge@1", "true_positive_rate": "90",
        "bad_items": "100", "false_positive_rate": "3", "good_items": "400", **more,
    }  # fmt: skip


def test_making_an_objective_makes_its_indicator_and_the_planned_rule(
    owner: User, system: System
) -> None:
    client = sign_in(owner)
    offered = read(client, "/slos/new/?library=groundedness")
    assert '<option value="generation.ungrounded-claim" selected>' in offered
    wanted = fields(system, failure_class="generation.ungrounded-claim")
    answer = client.post("/slos/new/?library=groundedness", wanted)
    assert answer.headers["Location"] == "/slos/answers-are-grounded/"
    slo = Slo.objects.select_related("sli").get()
    assert slo.target == 0.975
    assert [rule["name"] for rule in slo.rules] == ["fast", "sustained"]
    assert (slo.sli.library, slo.sli.sample_rate, slo.sli.evaluator) == (
        "groundedness",
        0.05,
        "judge@1",
    )
    judge = slo.sli.evaluators.get()
    assert (judge.true_positive_rate, judge.good_items) == (0.9, 400)
    assert [rule["kind"] for rule in slo.policy] == ["freeze", "postmortem"]
    assert 'href="/taxonomy/generation.ungrounded-claim/"' in read(
        client, "/slos/answers-are-grounded/"
    )


def test_checking_shows_promise_and_warnings_and_saves_nothing(owner: User, system: System) -> None:
    asked = fields(system, target="90", action="preview")
    page = sign_in(owner).post("/slos/new/?library=groundedness", asked).content.decode()
    assert "At 50 evaluations an hour" in page
    assert "can never be reached" in page
    assert Slo.objects.count() == 0


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"target": "100"}, "99.999999"),
        ({"target": "nan"}, "Enter a number"),
        ({"rules": "fast"}, "Line 1: write"),
        ({"rules": "no-data: 2% budget in 1h/5m, sev2"}, "is not no-data"),
        ({"name": ""}, "This field is required"),
        ({"system": "nowhere"}, "Select a valid choice"),
        ({"time_zone": "Mars/Base", "window": "month"}, "not a known time zone"),
        ({"op": "gte", "value": ""}, "belong together"),
        ({"sample_rate": "0"}, "greater than or equal"),
        ({"true_positive_rate": ""}, "give both rates or none"),
        ({"slug": "openslo"}, "an address that AIRE uses itself"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_made(
    owner: User, system: System, wrong: dict[str, str], said: str
) -> None:
    page = sign_in(owner).post("/slos/new/?library=groundedness", fields(system, **wrong))
    assert page.status_code == 422
    assert said in page.content.decode()
    assert (Slo.objects.count(), Sli.objects.count()) == (0, 0)


def test_a_name_that_is_taken_is_said(owner: User, system: System) -> None:
    make_slo(system, "answers-are-grounded")
    page = sign_in(owner).post("/slos/new/?library=blank", fields(system)).content.decode()
    assert "There is an objective “answers-are-grounded” already." in page


def test_several_objectives_can_share_an_indicator(owner: User, system: System) -> None:
    sli = make_sli(system=system)
    answer = sign_in(owner).post(f"/slos/new/?sli={sli.slug}", fields(system))
    assert answer.status_code == 302
    assert Slo.objects.get().sli == sli


def test_an_edit_keeps_what_the_form_does_not_show_and_makes_a_version(
    owner: User, system: System
) -> None:
    slo = make_slo(system)
    client = sign_in(owner)
    before = read(client, "/slos/grounded/edit/")
    assert "fast: 2% budget in 1h/5m, sev2, page" in before
    asked = fields(system, name=slo.name, rules="slow: 5% budget in 6h/30m, sev2, page")
    assert client.post("/slos/grounded/edit/", asked).status_code == 302
    slo.refresh_from_db()
    assert (slo.version, slo.target, [rule["name"] for rule in slo.rules]) == (2, 0.975, ["slow"])
    assert "Target from 98% to 97.5%." in read(client, "/slos/grounded/")


def test_saving_an_unchanged_form_changes_nothing(owner: User, system: System) -> None:
    slo = make_slo(system)
    client = sign_in(owner)
    form = client.get("/slos/grounded/edit/").context["form"]
    asked = {name: form[name].value() for name in form.fields}
    asked = {name: value for name, value in asked.items() if value not in (None, False)}
    assert client.post("/slos/grounded/edit/", asked).status_code == 302
    slo.refresh_from_db()
    assert slo.version == 1


def test_the_indicator_and_its_judge_can_be_changed(owner: User, burning: Slo) -> None:
    client = sign_in(owner)
    assert "judge@3" in read(client, "/slos/grounded/indicator/")
    asked = {
        "sli_name": "Groundedness", "kind": "evaluated", "unit_event": "answer", "signal": "x",
        "sample_rate": "10", "evaluator": "judge@4",
    }  # fmt: skip
    assert client.post("/slos/grounded/indicator/", asked).status_code == 302
    sli = Sli.objects.get(pk=burning.sli_id)
    assert (sli.evaluator, sli.sample_rate, sli.signal) == ("judge@4", 0.1, "x")


@pytest.mark.parametrize("page", ["edit/", "indicator/", "delete/", "switch/"])
def test_only_managers_change_objectives(burning: Slo, teammate: User, page: str) -> None:
    assert sign_in(teammate).post(f"/slos/grounded/{page}").status_code == 403
    assert Slo.objects.filter(enabled=True).exists()


def test_deleting_and_switching(burning: Slo, owner: User) -> None:
    client = sign_in(owner)
    client.post("/slos/grounded/switch/")
    assert "Switched off" in read(client, "/slos/grounded/")
    client.post("/slos/grounded/delete/")
    assert not Slo.objects.exists()
    assert Sli.objects.exists()


def test_a_correction_is_added_and_withdrawn(burning: Slo, teammate: User, stranger: User) -> None:
    client = sign_in(teammate)
    asked = {
        "kind": "disputed", "start": "2026-01-01T00:00", "end": "2026-01-01T01:00",
        "reason": "Wrong labels",
    }  # fmt: skip
    assert (
        client.post("/slos/grounded/correct/", {**asked, "end": "2025-01-01T01:00"}).status_code
        == 422
    )
    assert client.post("/slos/grounded/correct/", asked).status_code == 302
    made = Correction.objects.get(reason="Wrong labels")
    address = f"/slos/grounded/corrections/{made.pk}/withdraw/"
    assert sign_in(stranger).post(address).status_code == 403
    client.post(address)
    made.refresh_from_db()
    assert made.withdrawn_at is not None
    assert client.post(address, follow=True).status_code == 200
