"""Objectives said in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from slos.definition import Definition, Method, NoData, PolicyRule, standard_definition
from slos.windows import Window
from slos.words import (
    method_words,
    no_data_words,
    percent,
    policy_words,
    ratio_words,
    version_words,
    window_words,
)


@pytest.mark.parametrize(
    ("share", "said"), [(0.98, "98%"), (0.9995, "99.95%"), (0.999999, "99.9999%"), (0.5, "50%")]
)
def test_a_target_has_the_digits_it_needs(share: float, said: str) -> None:
    assert percent(share) == said


@pytest.mark.parametrize(
    ("share", "said"), [(0.98214, "98.21%"), (1, "100.00%"), (0.99995, "99.9950%"), (0, "0.00%")]
)
def test_a_measured_share_keeps_its_distance_from_the_ends(share: float, said: str) -> None:
    assert ratio_words(share) == said


def test_windows_and_slices() -> None:
    assert window_words(Window()) == "28 days"
    assert window_words(Window("calendar", 2_592_000, "month", "Europe/Berlin")) == (
        "each month (Europe/Berlin)"
    )
    assert method_words(Method()) == "each event counts"
    assert method_words(Method("timeslices", 300, 0.95)) == (
        "time slices of 5 min, each good from 95% on"
    )


def test_policies_are_sentences() -> None:
    assert policy_words(PolicyRule("a", "freeze")) == (
        "While 0% or less is left, promotion of model and prompt is frozen."
    )
    assert policy_words(PolicyRule("b", "postmortem", 0.2, "incident_cost")) == (
        "When one incident costs more than 20%, a postmortem is required."
    )


def test_silence_is_a_sentence() -> None:
    assert no_data_words(NoData()) == "No data after three times the usual interval raises SEV3."
    assert no_data_words(NoData(7200, "sev2", True)) == "No data after 2 h raises SEV2, paging."
    assert no_data_words(NoData(severity="")) == "No data raises no alert."


def test_a_version_says_what_changed() -> None:
    first = standard_definition(0.98)
    assert version_words(None, first) == ["Made: 98% over 28 days."]
    second = replace(first, target=0.99, rules=first.rules[:1], no_data=NoData(severity=""))
    assert version_words(first, second) == [
        "Target from 98% to 99%.",
        "Burn rules: fast.",
        "No data raises no alert.",
    ]
    assert version_words(first, first) == ["The indicator changed."]
    assert version_words(first, Definition(target=0.98))[-1] == "Error-budget policy changed."
