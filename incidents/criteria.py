"""What each severity means for an AI system, in words that two people read alike. Pure.

The first line that is true decides; when in doubt take the more severe one, it can be lowered.
"""

from __future__ import annotations

from dataclasses import dataclass

from alerts import severity as severities


@dataclass(frozen=True, slots=True)
class Criterion:
    """One severity. `signs` are statements about effects on people, not about metrics."""

    severity: str
    title: str
    signs: tuple[str, ...]

    @property
    def pages(self) -> bool:
        return severities.pages(self.severity)


CRITERIA = (
    Criterion(
        "sev1",
        "People are harmed or could be, or the service is gone",
        (
            "Unsafe output reached people: instructions to harm, abuse, advice that endangers.",
            "Personal or secret data leaked through outputs, retrieval, tools or logs.",
            "Wrong answers stated with confidence reach many people or decide about money, "
            "health, work or rights.",
            "An agent acts beyond what it was allowed to do, and the acts cannot be undone.",
            "A system that people depend on is down for everybody.",
        ),
    ),
    Criterion(
        "sev2",
        "A large part does not work, or a group is treated unfairly",
        (
            "One group of people gets clearly worse results than others.",
            "Wrong but confident output for one language, region, product or customer.",
            "A guardrail, filter or evaluator is off or blind, so that nobody would notice harm.",
            "The system is down or too slow to use for a large part of its people.",
            "Cost runs at more than three times the plan and keeps rising.",
        ),
    ),
    Criterion(
        "sev3",
        "Quality is worse than promised, with a way around",
        (
            "Answers are degraded (stale, incomplete, off topic) and people can tell.",
            "Drift or a failing evaluation that has not reached people yet.",
            "Latency or errors above the objective for a part of the traffic.",
            "Cost above the plan without a danger to the budget of the month.",
        ),
    ),
    Criterion(
        "sev4",
        "Worth writing down, can wait for the working day",
        (
            "A defect without an effect on people, for example in a shadow or development stage.",
            "An oddity that somebody should look at, or a question about a result.",
        ),
    ),
)
