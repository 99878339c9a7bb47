"""BI-T: what people write (patterns, mappings, YAML) is refused at once or bounded at run."""

from __future__ import annotations

import time

import pytest

from alerts.mapping import validate_mapping
from alerts.matchers import MatcherError, matcher
from core.yaml import YamlError, load_documents
from tests.bad_input.templates import PATTERNS, TEXTS, YAML

REFUSED = {"(?=x)", r"(a)\1", "a{1001}", "((a{100}){100}){100}", "a" * 100_000, "\udcff("}
LONG = "a" * 50_000 + "!"


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: ascii(pattern)[:30])
def test_a_pattern_is_refused_or_runs_in_linear_time(pattern: str) -> None:
    if pattern in REFUSED:
        with pytest.raises(MatcherError):
            matcher("alertname", "=~", pattern)
        return
    made = matcher("alertname", "=~", pattern)
    start = time.process_time()
    made.matches({"alertname": LONG})
    assert time.process_time() - start < 2


@pytest.mark.parametrize("text", TEXTS)
def test_a_template_of_another_language_in_a_mapping_is_no_program(text: str) -> None:
    for sentence in validate_mapping({"title": text, "key": "id"}):
        assert sentence.startswith("title")


@pytest.mark.parametrize("name", YAML)
def test_hostile_yaml_is_refused_or_harmless(name: str) -> None:
    start = time.process_time()
    if name == "on: yes":
        (found,) = load_documents(YAML[name].encode())
        assert isinstance(found.value, dict)
        assert list(found.value) == ["on"]
    else:
        with pytest.raises(YamlError):
            load_documents(YAML[name].encode())
    assert time.process_time() - start < 2
