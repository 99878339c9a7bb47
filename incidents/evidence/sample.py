"""What a sample of a bad output holds, its limits, and what is wrong with one. Pure.

prompt, answer, expected, wrong: text; context: texts that it was given; tool_calls: objects;
versions: what ran (model, prompt, index …); parameters: temperature and the like; seed; trace_ids.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from core.errors import Invalid
from core.payload import PayloadError, load_json

TEXTS = {"prompt": 50_000, "answer": 50_000, "expected": 20_000, "wrong": 4_000}
LABELS = {
    "prompt": "Prompt", "context": "Context it was given", "answer": "Answer",
    "wrong": "What is wrong with it", "expected": "What it should have been",
    "tool_calls": "Tool calls", "versions": "Versions", "parameters": "Parameters",
    "seed": "Seed", "trace_ids": "Trace ids",
}  # fmt: skip
MAX_SEED, MAX_TRACE, MAX_TRACES = 200, 128, 20
MAX_CONTEXT, MAX_CALLS, MAX_NAMES = 50, 100, 50
MAX_SIZE = 256 * 1024
MAX_SAMPLES = 200
MAX_NODES = 1_000_000
"""Values of a file, which is bounded by its size already."""
_SAME = {"input": "prompt", "question": "prompt", "output": "answer", "response": "answer",
         "actual_output": "answer", "ideal": "expected", "expected_output": "expected",
         "retrieval_context": "context", "trace_id": "trace_ids"}  # fmt: skip


def read_sample(given: Mapping[str, Any]) -> dict[str, Any]:
    """The sample with each of its fields, checked. Raises `Invalid` with a sentence a field."""
    errors: dict[str, list[str]] = {}
    raw = {_SAME.get(str(name), str(name)): value for name, value in given.items()}
    for name in sorted(raw.keys() - LABELS.keys() - {"title"}):
        errors[name[:60]] = [f"Is not a field of a sample. There are: {', '.join(LABELS)}."]
    sample: dict[str, Any] = {}
    for name, read in _READERS.items():
        try:
            sample[name] = read(name, raw.get(name))
        except ValueError as error:
            errors[name] = [str(error)]
    if not errors and not (sample["prompt"] or sample["answer"]):
        errors["answer"] = ["Give the answer or the prompt: without them it shows nothing."]
    if (
        not errors
        and len(json.dumps(sample, ensure_ascii=False).encode("utf-8", "replace")) > MAX_SIZE
    ):
        errors["answer"] = [f"All of it together is larger than {MAX_SIZE // 1024} KiB."]
    if errors:
        raise Invalid("The sample was not kept.", errors=errors)
    return sample


def read_many(data: bytes) -> list[Mapping[str, Any]]:
    """A file: a JSON object, a JSON array of them, or JSONL. Raises `Invalid` naming the line."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _no_file("It is no text in UTF-8.") from None
    try:
        whole = load_json(data, max_nodes=MAX_NODES).value
    except PayloadError:
        return [
            _line(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()
        ]
    rows: list[Any] = whole if isinstance(whole, list) else [whole]
    if not rows or not all(isinstance(row, dict) for row in rows):
        raise _no_file("It holds no objects.")
    return rows


def _line(number: int, line: str) -> Mapping[str, Any]:
    try:
        row = load_json(line.encode()).value
    except PayloadError:
        row = None
    if not isinstance(row, dict):
        raise _no_file(f"Line {number} is no JSON object.")
    return row


def _no_file(why: str) -> Invalid:
    return Invalid("The file was not read.", errors={"file": [why]})


def _text(name: str, value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError("Give a text.")
    if "\x00" in value:
        raise ValueError("Holds a character that cannot be stored.")
    if len(value) > TEXTS[name]:
        raise ValueError(f"Is {len(value):,} characters long; at most {TEXTS[name]:,} are kept.")
    return value.strip()


def _seed(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError("Give a number or a short text.")
    if isinstance(value, int) and abs(value) >= 10**MAX_SEED:
        raise ValueError(f"Is longer than {MAX_SEED} characters. A seed is a number.")
    text = str(value).strip()
    if len(text) > MAX_SEED:
        raise ValueError(f"Is {len(text):,} characters long; at most {MAX_SEED} are a seed.")
    return text


def _texts(name: str, value: Any) -> list[str]:
    found = [value] if isinstance(value, str) else value or []
    most, longest = (MAX_TRACES, MAX_TRACE) if name == "trace_ids" else (MAX_CONTEXT, 50_000)
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise ValueError("Give a list of texts.")
    if len(found) > most or any(len(one) > longest for one in found):
        raise ValueError(f"At most {most} texts of {longest:,} characters.")
    if any("\x00" in one for one in found):
        raise ValueError("Holds a character that cannot be stored.")
    return [one.strip() for one in found if one.strip()]


def _calls(name: str, value: Any) -> list[Any]:
    found = value or []
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise ValueError("Give a list of objects.")
    if len(found) > MAX_CALLS:
        raise ValueError(f"At most {MAX_CALLS} calls.")
    # Of what came as an object and not as text: PostgreSQL keeps no NUL and no NaN in JSON.
    return [load_json(json.dumps(one).encode()).value for one in found]


def _names(name: str, value: Any) -> dict[str, str]:
    found = value or {}
    if not isinstance(found, dict) or len(found) > MAX_NAMES:
        raise ValueError(f"Give an object of at most {MAX_NAMES} names.")
    read = {
        str(key)[:100]: one if isinstance(one, str) else json.dumps(one)
        for key, one in found.items()
    }
    if any(len(one) > 2_000 or "\x00" in key + one for key, one in read.items()):
        raise ValueError("A value has at most 2,000 characters that can be stored.")
    return read


_READERS: dict[str, Any] = {
    **dict.fromkeys(TEXTS, _text),
    "context": _texts,
    "tool_calls": _calls,
    "versions": _names,
    "parameters": _names,
    "seed": _seed,
    "trace_ids": _texts,
}
