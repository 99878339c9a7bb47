"""Judges answers with DeepEval and tells AIRE the verdicts, metric by metric."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Protocol

from aire_client import Aire

SLOS: Mapping[str, str] = {"Faithfulness": "example-faithful"}
"""The objective that a metric feeds. Metrics that are not here are not told."""
JUDGE = "gpt-4.1"
"""The one that the objective trusts: DeepEval's own default changes with its releases, and AIRE
refuses the verdicts of a judge that nobody has agreed to."""


class Judged(Protocol):
    """What DeepEval says of one metric and one answer (its MetricData)."""

    name: str
    success: bool
    error: str | None
    evaluation_model: str | None


class Tested(Protocol):
    """One answer (its TestResult)."""

    @property
    def metrics_data(self) -> Iterable[Judged] | None: ...


def judged() -> Iterable[Tested]:
    """Two answers to the same question; needs a judge, such as OPENAI_API_KEY."""
    from deepeval import evaluate
    from deepeval.metrics import FaithfulnessMetric
    from deepeval.test_case import LLMTestCase

    context = ["Orders can be returned within 30 days of delivery."]
    answers = ["You have 30 days from delivery.", "You have a year from the day of the order."]
    cases = [
        LLMTestCase(
            input="How long may I return it?", actual_output=text, retrieval_context=context
        )
        for text in answers
    ]
    metric = FaithfulnessMetric(threshold=0.8, model=JUDGE)
    results: Iterable[Tested] = evaluate(cases, [metric]).test_results
    return results


def send(aire: Aire, results: Iterable[Tested]) -> dict[str, int]:
    """One measurement for each metric and judge; a judge that failed counts in neither number.
    Answers how many verdicts each objective got."""
    verdicts: defaultdict[tuple[str, str], list[bool | None]] = defaultdict(list)
    for result in results:
        for one in result.metrics_data or ():
            if slo := SLOS.get(one.name):
                verdict = None if one.error else one.success
                verdicts[slo, one.evaluation_model or ""].append(verdict)
    told: dict[str, int] = {}
    for (slo, judge), of_one in verdicts.items():
        aire.evaluation(slo, of_one, evaluator=judge)
        told[slo] = told.get(slo, 0) + sum(verdict is not None for verdict in of_one)
    return told


if __name__ == "__main__":
    for slo, count in send(Aire(), judged()).items():
        print(f"{slo}: {count} verdicts")
