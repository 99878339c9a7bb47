"""Structured logs: one event name per line, context bound per request, secrets taken out.

Every line of the program passes here, whether structlog or a library wrote it. No room words.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Final

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

REDACTED: Final = "[redacted]"
MAX_TEXT: Final = 8_000
MAX_DEPTH: Final = 6
MAX_ITEMS: Final = 200

_SECRET_WORDS: Final = frozenset(
    {"authorization", "cookie", "cookies", "credential", "credentials", "passphrase", "passwd"}
    | {"password", "pwd", "secret", "secrets", "token", "apikey"}
)
_SECRET_NAMES: Final = re.compile(
    r"(?:api|private|access|secret|routing|integration|encryption|signing|source)[-_]?keys?\b"
)
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
# Each keeps what tells a reader what was there (group 1) and takes out the secret itself.
_SECRET_TEXT: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?i)\b((?:bearer|genie-?key)\s+)[A-Za-z0-9._~+/=-]{8,}",
        r"(?i)\b((?:proxy-)?authorization[\"']?\s*[:=]\s*[\"']?)[^\s\"',;]+(?:\s+[^\s\"',;]+)?",
        r"(?i)\b((?:set-)?cookie[\"']?\s*:\s*[\"']?)[^\r\n\"']+",
        r"(?i)((?:password|passwd|secret|api[-_]?key|routing_key|access_token|token)"
        r"[\"']?\s*[=:]\s*[\"']?)[^\s&\"',;}]+",
        r"([a-zA-Z][a-zA-Z0-9+.-]*://)[^/\s@\"']+(?=@)",
        r"(hooks\.slack\.com/(?:services|workflows|triggers)/)[^\s\"']+",
        # The key of a source is a part of the address it posts to, in any form its team gave it.
        r"(/(?:in|heartbeat|integrations/v1/[^/\s\"']+)/)[^/\s\"'?]+(?=/)",
        r"\b(aire_)[a-z0-9]{4,}",
        r"\b(xox[a-z]-|xapp-)[A-Za-z0-9-]+",
        r"\b(sk-)[A-Za-z0-9_-]{16,}",
        r"\b(gh[pousr]_|github_pat_|glpat-)[A-Za-z0-9_-]{16,}",
        r"\b(AKIA|ASIA)[A-Z0-9]{16}\b",
        r"\b(eyJ)[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}(?:\.[A-Za-z0-9_-]*)?",
    )
)
# C0 but tab and newline, DEL, C1, line separators, bidirectional overrides, lone surrogates.
_CONTROL: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger whose first argument is an event name (`page_sent`), the rest key words."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger


def current_request_id() -> str | None:
    """The id bound to the request being answered, None outside of one."""
    value = structlog.contextvars.get_contextvars().get("request_id")
    return value if isinstance(value, str) else None


def redact_text(text: str) -> str:
    """The text without what looks like a secret, however it came there."""
    if len(text) > MAX_TEXT:
        text = text[:MAX_TEXT] + "…"
    for pattern in _SECRET_TEXT:
        text = pattern.sub(lambda found: found.group(1) + REDACTED, text)
    return text


def is_secret_name(name: str) -> bool:
    """Does this key say that its value is a secret? `token` does, `tokens_used` does not."""
    flat = _CAMEL.sub("_", name).lower()
    return not _SECRET_WORDS.isdisjoint(re.split(r"[^a-z0-9]+", flat)) or bool(
        _SECRET_NAMES.search(flat)
    )


def _clean(value: Any, depth: int = 0) -> Any:
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if depth > MAX_DEPTH:
        return "…"
    if isinstance(value, str):
        return _CONTROL.sub(lambda found: f"\\u{ord(found.group()):04x}", redact_text(value))
    if isinstance(value, Mapping):
        pairs = list(value.items())[:MAX_ITEMS]
        return {
            _clean(str(key), depth + 1): REDACTED
            if is_secret_name(str(key))
            else _clean(entry, depth + 1)
            for key, entry in pairs
        }
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray, memoryview)):
        return [_clean(entry, depth + 1) for entry in value[:MAX_ITEMS]]
    return _clean(_described(value), depth + 1)


def _described(value: Any) -> str:
    try:
        return repr(value)
    except Exception:
        # A log line must not fail for an object that cannot describe itself.
        return f"<{type(value).__name__}>"


def _one_line(value: Any) -> Any:
    return value.replace("\n", "\\n") if isinstance(value, str) else value


def redact(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Last step before writing: secrets out by name and by form, control characters escaped.

    Only a traceback keeps its line breaks; its lines are indented so that none can pass for an
    event. Everything else stays on its one line.
    """
    # The end of a long traceback says what happened, so that is the part to keep.
    exception = str(event.pop("exception", None) or "")[-MAX_TEXT:]
    cleaned: EventDict = {
        _one_line(_clean(key)): REDACTED if is_secret_name(key) else _one_line(_clean(value))
        for key, value in event.items()
        if not key.startswith("_")
    }
    if exception:
        lines = str(_clean(exception)).split("\n")
        cleaned["exception"] = "\n".join(f"    {line}" for line in lines)
    return cleaned


# One list for the whole program: loggers made before `configure` keep working after it.
_SHARED: Final[list[Processor]] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
_NOISY: Final = {
    # These write whole addresses, and addresses of webhooks are secrets.
    "httpx": logging.WARNING,
    "httpcore": logging.WARNING,
    "urllib3": logging.WARNING,
    "slack_sdk": logging.WARNING,
    "asyncio": logging.WARNING,
    "MARKDOWN": logging.WARNING,
    # It tells each of its steps; what it leaves out of a page stands there as well.
    "weasyprint": logging.ERROR,
    "weasyprint.progress": logging.ERROR,
    "fontTools": logging.WARNING,
}


class _AireHandler(logging.StreamHandler[Any]):
    """Marks the one handler that `configure` owns and replaces."""


def _formatter(*, json: bool) -> logging.Formatter:
    renderer: Processor = (
        structlog.processors.JSONRenderer(sort_keys=False)
        if json
        else structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0)
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_SHARED,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            # Without local variables: they hold bodies and keys.
            structlog.processors.format_exc_info,
            redact,
            renderer,
        ],
    )


def configure(json: bool, level: str) -> None:
    """Send every line of the program to standard error, as JSON or for a terminal. May repeat."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = _AireHandler(sys.stderr)
    handler.setFormatter(_formatter(json=json))
    root = logging.getLogger()
    for old in [each for each in root.handlers if isinstance(each, _AireHandler)]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level.upper())
    for name, least in _NOISY.items():
        logging.getLogger(name).setLevel(max(least, root.level))
