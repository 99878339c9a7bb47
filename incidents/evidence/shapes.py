"""Evaluation cases in the shapes that evaluators read: files made of redacted samples. Pure.

jsonl: AIRE's own, a case a line. openai-evals: `input` messages and `ideal`, a line each
(github.com/openai/evals). promptfoo: a list of tests (promptfoo.dev/docs/configuration/test-cases).
deepeval: a list of goldens (docs.confident-ai.com, EvaluationDataset.add_goldens_from_json_file).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Case:
    """`ref` is how results come back: INC-42/3. `sample` as `evidence.sample` says."""

    ref: str
    title: str
    systems: Sequence[str]
    sample: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shape:
    name: str
    title: str
    ending: str
    media_type: str
    write: Callable[[Sequence[Case]], str]


def _lines(rows: Sequence[Any]) -> str:
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)


def _whole(rows: Sequence[Any]) -> str:
    return json.dumps(rows, ensure_ascii=False, indent=2) + "\n"


def _jsonl(cases: Sequence[Case]) -> str:
    return _lines([
        {
            "id": case.ref, "title": case.title, "systems": list(case.systems),
            "input": case.sample.get("prompt", ""), "context": case.sample.get("context", []),
            "bad_output": case.sample.get("answer", ""), "wrong": case.sample.get("wrong", ""),
            "expected": case.sample.get("expected", ""),
            **{name: case.sample.get(name) for name in
               ("tool_calls", "versions", "parameters", "seed", "trace_ids")},
        }
        for case in cases
    ])  # fmt: skip


def _openai(cases: Sequence[Case]) -> str:
    """Cases without an expected answer have no `ideal`: they need an eval that judges."""
    rows = []
    for case in cases:
        context = "\n\n".join(case.sample.get("context", []))
        messages = [{"role": "system", "content": context}] if context else []
        messages.append({"role": "user", "content": case.sample.get("prompt", "")})
        row: dict[str, Any] = {"input": messages}
        if expected := case.sample.get("expected"):
            row["ideal"] = expected
        rows.append({**row, "metadata": {"id": case.ref, "title": case.title}})
    return _lines(rows)


def _promptfoo(cases: Sequence[Case]) -> str:
    return _whole([
        {
            "description": f"{case.ref} {_raw(case.title)}",
            "vars": {
                "prompt": _raw(case.sample.get("prompt", "")),
                "context": _raw("\n\n".join(case.sample.get("context", []))),
            },
            "assert": _asserts(case.sample),
            "metadata": {"id": case.ref},
        }
        for case in cases
    ])  # fmt: skip


def _asserts(sample: dict[str, Any]) -> list[dict[str, str]]:
    found = []
    if expected := sample.get("expected"):
        said = _raw(expected)
        found.append({"type": "llm-rubric", "value": f"The answer agrees with this one: {said}"})
    if wrong := sample.get("wrong"):
        said = _raw(wrong)
        found.append(
            {"type": "llm-rubric", "value": f"The answer does not have this fault: {said}"}
        )
    if answer := sample.get("answer"):
        found.append({"type": "not-equals", "value": _raw(answer)})
    return found


def _raw(text: str) -> str:
    """promptfoo reads values as templates, and `file://` at their beginning as a file: what people
    or attackers wrote is neither."""
    if not text:
        return ""
    return "{% raw %}" + text.replace("endraw", "end-raw") + "{% endraw %}"


def _deepeval(cases: Sequence[Case]) -> str:
    return _whole([
        {
            "input": case.sample.get("prompt", ""),
            "actual_output": case.sample.get("answer", ""),
            "expected_output": case.sample.get("expected") or None,
            "context": case.sample.get("context", []),
            "retrieval_context": case.sample.get("context", []),
            "name": case.ref,
            "comments": case.sample.get("wrong", ""),
            "additional_metadata": {"id": case.ref, "title": case.title,
                                    "versions": case.sample.get("versions", {})},
        }
        for case in cases
    ])  # fmt: skip


SHAPES = {
    shape.name: shape
    for shape in (
        Shape("jsonl", "JSONL", "jsonl", "application/x-ndjson", _jsonl),
        Shape("openai-evals", "OpenAI Evals", "jsonl", "application/x-ndjson", _openai),
        Shape("promptfoo", "promptfoo", "json", "application/json", _promptfoo),
        Shape("deepeval", "DeepEval", "json", "application/json", _deepeval),
    )
}
