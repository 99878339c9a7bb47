"""A judge's rates survive OpenSLO."""

from __future__ import annotations

import pytest

from catalog.models import System
from core.errors import Invalid
from slos.manifest.judges import judges_of
from slos.manifest.rows import save_indicator, sli_meaning
from slos.models import SliEvaluator
from slos.openslo.composing import sli_document
from slos.openslo.documents import OpenSlo
from tests.cast import TESTER
from tests.slos.scene import make_sli

pytestmark = pytest.mark.django_db
JUDGE = {
    "name": "judge@3", "true_positive_rate": 0.9, "false_positive_rate": 0.03, "bad_items": 300,
    "good_items": 900,
}  # fmt: skip


def document(**annotations: str) -> OpenSlo:
    named = {f"aire/{name.replace('_', '-')}": text for name, text in annotations.items()}
    source = {"metricSource": {"type": "aire", "spec": {}}}
    return OpenSlo(
        {
            "apiVersion": "openslo/v1",
            "kind": "SLI",
            "metadata": {"name": "grounded-answers", "annotations": named},
            "spec": {"ratioMetric": {"good": source, "total": source}},
        }
    )


def test_rates_go_out_and_come_back(system: System) -> None:
    sli = make_sli(system=system, evaluators=[JUDGE])
    written = sli_document(sli_meaning(sli))
    SliEvaluator.objects.all().delete()
    save_indicator(written, actor=TESTER)
    judge = SliEvaluator.objects.get()
    assert {name: getattr(judge, name) for name in JUDGE} == JUDGE


def test_a_document_that_is_silent_about_the_rates_leaves_them(system: System) -> None:
    make_sli(system=system, evaluators=[JUDGE])
    save_indicator(document(evaluator="judge@3"), actor=TESTER)
    assert SliEvaluator.objects.get().true_positive_rate == 0.9


def test_another_version_starts_without_rates(system: System) -> None:
    make_sli(system=system, evaluators=[JUDGE])
    save_indicator(document(evaluator="judge@4"), actor=TESTER)
    assert SliEvaluator.objects.get(name="judge@4").true_positive_rate is None


@pytest.mark.parametrize(
    "text",
    ["{", "[]", '{"other": 1}', '{"bad_items": 1.5}', '{"bad_items": -1}', '{"good_items": true}',
     '{"true_positive_rate": "high"}'],
)  # fmt: skip
def test_wrong_rates_are_refused(text: str) -> None:
    with pytest.raises(Invalid, match="judge-rates"):
        judges_of({"evaluator": "j", "judge-rates": text}, slug="x")
