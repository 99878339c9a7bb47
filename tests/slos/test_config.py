"""OpenSLO documents through `apply` and `export`: word for word, with rows behind them."""

from __future__ import annotations

from pathlib import Path

import pytest

from aire_web.config.export import export_yaml
from catalog.models import System
from core.yaml import load_documents
from slos import services
from slos.models import DataSource, OpenSloDocument, Sli, Slo, SloDefinition
from slos.plans import definition_of
from tests.aire_web.documents import ACTOR, apply, refused, verbs
from tests.cast import TESTER, make_system
from tests.slos.scene import make_sli, make_slo, quiet

pytestmark = pytest.mark.django_db
FIXTURES = Path(__file__).parent / "openslo" / "fixtures"
EVERY_KIND = (FIXTURES / "every-kind.yaml").read_text()
SLO = """
apiVersion: openslo/v1
kind: SLO
metadata: {name: grounded, displayName: Grounded answers}
spec:
  service: assistant
  indicator:
    metadata: {name: grounded-sli}
    spec:
      ratioMetric:
        counter: false
        good: {metricSource: {type: Prometheus, spec: {query: good}}}
        total: {metricSource: {type: Prometheus, spec: {query: total}}}
  timeWindow: [{duration: 28d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{displayName: Good, target: 0.98}]
"""


def documents(text: str) -> list[object]:
    return [document.value for document in load_documents(text.encode())]


def test_every_kind_goes_out_as_it_came() -> None:
    outcome = apply(EVERY_KIND)
    assert [str(refusal) for refusal in outcome.refusals] == []
    exported = documents(export_yaml())
    for document in documents(EVERY_KIND):
        assert document in exported
    assert Slo.objects.exists()
    assert DataSource.objects.exists()
    again = apply(export_yaml())
    assert set(verbs(again).values()) == {"unchanged"}


def test_an_objective_is_made_with_its_indicator() -> None:
    make_system("assistant")
    assert not apply(SLO).refusals
    slo = Slo.objects.get()
    assert (slo.slug, slo.name, slo.target) == ("grounded", "Grounded answers", 0.98)
    assert slo.system.slug == "assistant"
    assert slo.sli.query["good"]["spec"] == {"query": "good"}
    assert set(verbs(apply(SLO)).values()) == {"unchanged"}
    assert SloDefinition.objects.count() == 1


def test_a_changed_target_is_a_new_version() -> None:
    make_system("assistant")
    apply(SLO)
    assert set(verbs(apply(SLO.replace("0.98", "0.99"))).values()) == {"update"}
    assert Slo.objects.get().version == 2


def test_an_objective_that_was_changed_here_is_exported_as_it_is_now() -> None:
    system = make_system("assistant")
    apply(SLO)
    slo = Slo.objects.select_related("series", "sli").get()
    services.save_slo(
        slug=slo.slug, name=slo.name, system=system, sli=slo.sli, definition=quiet(0.9),
        actor=TESTER,
    )  # fmt: skip
    exported = [d for d in documents(export_yaml(only="SLO")) if isinstance(d, dict)]
    assert [d["spec"]["objectives"][0]["target"] for d in exported] == [0.9]
    assert not apply(export_yaml()).refusals
    assert definition_of(Slo.objects.get()) == quiet(0.9)


def test_what_was_made_in_aire_can_be_applied_elsewhere(system: System) -> None:
    slo = make_slo(system, failure_class="drift.covariate")
    before = definition_of(slo)
    exported = export_yaml(only="SLI") + export_yaml(only="SLO")
    Slo.objects.all().delete()
    Sli.objects.all().delete()
    outcome = apply(exported)
    assert [str(refusal) for refusal in outcome.refusals] == []
    made = Slo.objects.select_related("series").get()
    assert definition_of(made) == before
    assert made.failure_class == "drift.covariate"


def test_the_failure_it_stands_for_comes_and_goes_with_the_document() -> None:
    make_system("assistant")
    text = SLO.replace("displayName: Grounded answers}", "annotations: {aire/failure-class: X}}")
    assert not apply(text.replace("X", "generation.ungrounded-claim")).refusals
    assert Slo.objects.get().failure_class == "generation.ungrounded-claim"
    assert not apply(SLO).refusals
    assert Slo.objects.get().failure_class == ""
    for hostile in ("no.such-cause", "bogus", '"<b>drift</b>"'):
        (refusal,) = apply(text.replace("X", hostile)).refusals
        assert "class" in str(refusal)
    assert Slo.objects.get().failure_class == ""


def test_an_objective_of_an_unknown_service_is_refused_with_its_line() -> None:
    (refusal,) = apply(SLO).refusals
    assert "Service assistant does not exist" in str(refusal)
    assert refusal.line == 6


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("target: 0.98", "target: 1.5"),
        ("target: 0.98", "target: nearly all"),
        ("28d", "28 days"),
        ("Occurrences", "Guessing"),
        ("kind: SLO", "kind: Wish"),
        ("openslo/v1", "openslo/v9"),
        ("  service: assistant\n", ""),
        ("spec:\n  service", "extra: 1\nspec:\n  service"),
    ],
)
def test_what_breaks_the_specification_is_refused(old: str, new: str) -> None:
    make_system("assistant")
    assert apply(SLO.replace(old, new, 1)).refusals
    assert not Slo.objects.exists()


def test_sloppy_files_are_taken_with_warnings() -> None:
    system = make_system("web-availability")
    make_sli("response-code", system=system)
    outcome = apply((FIXTURES / "sloppy.yaml").read_text())
    assert [str(refusal) for refusal in outcome.refusals] == []
    assert outcome.warnings


def test_a_list_of_documents_is_taken() -> None:
    make_system("assistant")
    body = "\n".join("  " + line for line in SLO.strip().splitlines())
    assert not apply(f"-{body[1:]}\n").refusals
    assert Slo.objects.exists()


def test_pruning_takes_objectives_away_and_leaves_systems() -> None:
    make_system("assistant")
    apply(SLO)
    outcome = apply("", prune=True)
    assert not outcome.refusals
    assert not Slo.objects.exists()
    assert not OpenSloDocument.objects.exists()
    assert System.objects.exists()


def test_a_secret_of_a_data_source_comes_from_the_environment_only() -> None:
    text = """
apiVersion: openslo/v1
kind: DataSource
metadata: {name: prometheus}
spec: {type: prometheus, connectionDetails: {url: "https://p.example.org", token: TOKEN}}
"""
    assert apply(text).refusals
    mended = text.replace("token: TOKEN", 'token: "${PROMETHEUS_TOKEN}"')
    assert refused(mended)
    outcome = apply(mended, env={"PROMETHEUS_TOKEN": "s3cret-of-prometheus"})
    assert not outcome.refusals
    source = DataSource.objects.get()
    assert source.secret.reveal() == "s3cret-of-prometheus"
    assert "s3cret" not in export_yaml()
    assert ACTOR


def test_a_system_of_the_same_files_is_a_service_too() -> None:
    text = "apiVersion: aire/v1\nkind: System\nmetadata: {name: assistant}\nspec: {kind: llm}\n---"
    assert not apply(text + SLO).refusals
    assert Slo.objects.get().system.slug == "assistant"
