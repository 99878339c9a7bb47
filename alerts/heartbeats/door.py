"""`GET|POST /heartbeat/<key>/`: a ping; `/start`, `/fail` or an exit code behind it say more."""

from __future__ import annotations

import re
from collections.abc import Mapping

from alerts.heartbeats.format import FORMAT_NAME, KIND_HEADER, NAME_HEADER
from alerts.heartbeats.rules import Beat
from alerts.ingest.doors import Answer, Call, Door
from core.payload import clean_text

LIMIT = 64 * 1024
PINGS = ("GET", "POST", "HEAD", "PUT")


def _beat(word: str | None) -> Beat:
    if word is None or word.strip("0") == "":
        return Beat.PING
    return Beat.START if word == "start" else Beat.FAIL


def _keep(call: Call) -> Mapping[str, str]:
    return {
        KIND_HEADER: _beat(call.match["word"]),
        NAME_HEADER: clean_text(call.query.get("name", ""), 100),
    }


def _accept(call: Call, receipt: str) -> Answer:
    return Answer(200, b"OK\n", content_type="text/plain; charset=utf-8")


PING = Door(
    path=re.compile(r"^/heartbeat/(?P<key>[^/]{1,200})(?:/(?P<word>start|fail|[0-9]{1,3}))?/?\Z"),
    key=lambda call: call.match["key"],
    format=lambda call: FORMAT_NAME,
    accept=_accept,
    keep=_keep,
    limit=LIMIT,
    methods=lambda match: PINGS,
)
