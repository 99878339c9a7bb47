"""OpenAI's chat completions as far as a judge needs them, with structured outputs and refusals.

What it judges by is simple and stays: a claim agrees with a text that has each of its words of
five letters and more.
"""

from __future__ import annotations

import json
import re
from typing import Any

from tests.fakes.tracker_server import Answer, FakeServer

TOKEN = "sk-a-key-of-the-judge"
_WORD = re.compile(r"[a-z0-9]{5,}")


class FakeOpenAI(FakeServer):
    """Only at `/v1/chat/completions`, only with the key, only for a strict JSON schema."""

    def answer(self, method: str, path: str, headers: Any, body: Any) -> Answer:
        if headers.get("Authorization") != f"Bearer {TOKEN}":
            return _refused(401, "invalid_api_key", "Incorrect API key provided.")
        if (method, path) != ("POST", "/v1/chat/completions"):
            return _refused(404, "unknown_url", f"Unknown request URL: {method} {path}.")
        if not isinstance(body.get("model"), str) or not body.get("messages"):
            return _refused(400, "missing_required_parameter", "model and messages are required.")
        format_ = body.get("response_format") or {}
        schema = format_.get("json_schema") or {}
        if format_.get("type") != "json_schema" or not schema.get("strict"):
            return _refused(400, "invalid_value", "This judge answers strict JSON schemas only.")
        said = judge(body["messages"][-1]["content"], set(schema["schema"]["properties"]))
        if said is None:
            return _refused(400, "invalid_json_schema", "This judge has no answer of that schema.")
        message = {"role": "assistant", "content": json.dumps(said), "refusal": None}
        choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
        usage = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
        return Answer(
            200,
            {
                "id": "chatcmpl-1", "object": "chat.completion", "created": 1_760_000_000,
                "model": body["model"], "choices": [choice], "usage": usage,
            },
            (("Content-Type", "application/json"),),
        )  # fmt: skip


def judge(prompt: str | list[dict[str, str]], fields: set[str]) -> dict[str, Any] | None:
    """The answer to one of the questions of a metric of faithfulness, by the fields it wants."""
    text = prompt if isinstance(prompt, str) else "".join(part["text"] for part in prompt)
    *_, last = re.split(r"\n(?:Text|Excerpt|AI Output|Retrieval Contexts):\n", text)
    given = last.rpartition("\n\nJSON:")[0].strip()
    if fields <= {"truths", "claims"}:
        return {name: [given] for name in fields}
    if fields == {"verdicts"}:
        context, _, claims = given.partition("\n\nClaims:\n")
        known = set(_WORD.findall(context.lower()))
        lines = re.findall(r"'([^']+)'|\"([^\"]+)\"", claims) or [(claims, "")]
        verdicts = ["yes" if set(_WORD.findall((a or b).lower())) <= known else "no"
                    for a, b in lines]  # fmt: skip
        return {"verdicts": [{"verdict": one, "reason": None} for one in verdicts]}
    if fields == {"reason"}:
        return {"reason": "By the words it shares with its context."}
    return None


def _refused(status: int, code: str, message: str) -> Answer:
    error = {"message": message, "type": "invalid_request_error", "param": None, "code": code}
    return Answer(status, {"error": error}, (("Content-Type", "application/json"),))
