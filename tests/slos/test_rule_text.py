"""Rules as lines of text: what is written is read back, what is wrong is told by its line."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slos.burn import BurnRule, standard_rules
from slos.rule_text import parse_rules, write_rules

RULES = st.builds(
    BurnRule,
    name=st.from_regex(r"[a-z0-9][a-z0-9-]{0,20}", fullmatch=True),
    budget_fraction=st.integers(1, 10**6).map(lambda count: count / 10**6),
    long_window=st.integers(61, 40_000).map(lambda count: timedelta(minutes=count)),
    short_window=st.integers(1, 60).map(lambda count: timedelta(minutes=count)),
    severity=st.sampled_from(["sev1", "sev4"]),
    pages=st.booleans(),
    minimum_events=st.integers(0, 10**6),
)


@given(st.lists(RULES, max_size=5, unique_by=lambda rule: rule.name))
def test_what_is_written_is_read_back(rules: list[BurnRule]) -> None:
    assert parse_rules(write_rules(rules)).rules == tuple(rules)


def test_direct_rules_say_bad_instead_of_budget() -> None:
    rule = replace(standard_rules(timedelta(days=28))[0], budget_fraction=1, direct_bad_ratio=0.3)
    assert write_rules([rule]) == "fast: 30% bad in 1h/5m, sev2, page"
    assert parse_rules(write_rules([rule])).rules == (rule,)


def test_case_spaces_comments_and_empty_lines_do_not_matter() -> None:
    found = parse_rules("\n# ours\n  Fast :2 % BUDGET in 1h / 5m ,SEV2\n\n")
    assert found.problems == ()
    assert (found.rules[0].name, found.rules[0].pages) == ("fast", False)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("fast", "Line 1: write"),
        ("fast: 2 budget in 1h/5m, sev2", "Line 1: write"),
        ("fast: 2% budget in 1h, sev2", "Line 1: write"),
        ("fast: 2% budget in 1M/5m, sev2", "Line 1: write"),
        ("fast: 2% budget in 5m/1h, sev2", "must not be the longer one"),
        ("fast: 2% budget in 1h/5m, sev9", "Line 1: write"),
        ("fast: 2% bad in 1h/5m, sev1\nfast: 2% bad in 1h/5m, sev1", "Line 2: there is a rule"),
        ("\n".join(f"r{n}: 2% bad in 1h/5m, sev1" for n in range(13)), "At most 12"),
        ("x" * 100_000, "Line 1: write"),
        ("fast: " + "9" * 50 + "% budget in 1h/5m, sev2", "Line 1: write"),
    ],
)
def test_a_wrong_line_is_told(line: str, problem: str) -> None:
    assert any(problem in said for said in parse_rules(line).problems)
