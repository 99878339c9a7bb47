"""Kinds of mitigation: what a step does, whatever carries it out. Pure.

The taxonomy's standard mitigations are sentences; `taxonomy.shipped` says which kind of these
carries a sentence out, and a sentence that an admin writes may name its kind in brackets at the
end: "serve yesterday's index [restore-index]".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

KINDS: Final[Mapping[str, str]] = {
    "roll-back": "Roll back a release",
    "roll-back-model": "Roll back a model",
    "roll-back-prompt": "Roll back a prompt",
    "restore-index": "Restore an index or data",
    "restrict-retrieval": "Restrict retrieval",
    "switch-provider": "Switch to a fallback",
    "disable-tool": "Disable a tool or feature",
    "require-approval": "Put people in the loop",
    "tighten-guardrail": "Tighten a guardrail",
    "cap-spend": "Cap spend, steps or traffic",
    "scale": "Scale",
    "retrain": "Retrain or rebuild",
    "rotate-credentials": "Rotate credentials",
}
