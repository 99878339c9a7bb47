"""Bodies that no sender should send, by kind: shape, text, numbers and times, meaning."""

from __future__ import annotations

import json
from collections.abc import Iterator

GOOD_ALERT = {
    "status": "firing",
    "labels": {"alertname": "A", "severity": "critical", "system": "rag"},
    "annotations": {"summary": "s"},
    "startsAt": "2026-11-21T02:00:00Z",
    "endsAt": "0001-01-01T00:00:00Z",
    "generatorURL": "https://prometheus.example/graph",
    "fingerprint": "71105dc7c1e86af8",
}


def document(**changes: object) -> dict[str, object]:
    """One body that every format finds its fields in; `changes` are put wherever they fit."""
    alert = {**GOOD_ALERT, **changes}
    payload = {"summary": "s", "source": "x", "severity": "critical", "timestamp": "2026-11-21"}
    payload.update({name: value for name, value in changes.items() if name in payload})
    if "startsAt" in changes:
        payload["timestamp"] = changes["startsAt"]
    if "labels" in changes:
        payload["custom_details"] = changes["labels"]
    event = {"event_action": "trigger", "dedup_key": changes.get("fingerprint", "k")}
    return {"version": "4", "title": "t", "alerts": [alert], "payload": payload, **event, **changes}


def encoded(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


def shapes() -> Iterator[tuple[str, bytes]]:
    good = encoded(document())
    yield from {
        "empty": b"", "white space": b" \n\t ", "null": b"null", "number": b"5",
        "string": b'"x"', "list": b"[]", "object": b"{}", "nested lists": b"[[]]",
        "trailing comma": b'{"alerts": [],}', "two documents": good + good,
        "ndjson": good + b"\n" + good, "comment": b"// x\n" + good, "single quotes": b"{'a': 1}",
        "keys that disagree": b'{"alerts": 5, ' + good[1:], "depth 65": b"[" * 65 + b"]" * 65,
        "depth 1,000": b'{"a":' * 1_000 + b"1" + b"}" * 1_000,
        "depth 100,000": b"[" * 100_000 + b"]" * 100_000,
        "depth 100,000 open": b"[" * 100_000,
        "200,000 keys": encoded(dict.fromkeys(map(str, range(200_000)), 1)),
        "49,000 keys": encoded(document(labels=dict.fromkeys(map(str, range(49_000)), "x"))),
        "one key of 1 MB": encoded(document(labels={"k" * 1_000_000: "v"})),
        "one string of 900 KB": encoded(document(annotations={"summary": "s" * 900_000})),
        "50,000 alerts": encoded({"alerts": [{}] * 50_000}),
        "24,000 empty alerts": encoded({"alerts": [{}] * 24_000}),
        "2,000 alerts": encoded({**document(), "alerts": [GOOD_ALERT] * 2_000}),
        "24,000 numbers": encoded({**document(), "alerts": [1] * 24_000}),
        "magic keys": encoded(document(labels={"__proto__": "x", "constructor": {"a": 1}})),
        "keys that differ by case": encoded(document(labels={"A": "1", "a": "2"})),
        "numeric keys": encoded(document(labels={"1": "a", "01": "b", "-1": "c"})),
        "yaml": b"alerts:\n  - status: firing\n", "xml": b"<?xml version='1.0'?><a/>",
        "form": b"payload=%7B%7D",
        "multipart": b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--',
    }.items()  # fmt: skip
    for end in range(64, len(good), 64):
        yield f"cut at byte {end}", good[:end]


TEXTS = {
    "nul": "a\0b",
    "high surrogate": "a\ud800b",
    "low surrogate": "a\udc00b",
    "right to left": "\u202egnp.exe",
    "joiners": "a" + "\u200d" * 5_000,
    "combining marks": "a" + "\u0301" * 10_000,
    "homoglyph": "ѕupport-аssistant",
    "composed": "Gr\u00f6\u00dfe",
    "decomposed": "Gro\u0308\u00dfe",
    "family": "👨‍👩‍👧‍👦",
    "private use": "\ue000\U0010fffd",
    "terminal": "\x1b[2J\x1b]0;x\x07",
    "log line": "ok\r\nERROR forged",
    "line separator": "a\u2028b\u2029c",
    "carriage return": "a\rb",
    "template": "{{ ''.__class__ }} {0.__class__} ${x} %(y)s",
    "64 KB": "v" * 65_536,
}


def texts() -> Iterator[tuple[str, bytes]]:
    for name, text in TEXTS.items():
        changes = {
            "labels": {"alertname": text, text: text, "severity": text},
            "annotations": {"summary": text, text: text},
            "fingerprint": text,
            "summary": text,
            "title": text,
        }
        yield f"{name} raw", encoded(document(**changes))
        yield f"{name} escaped", json.dumps(document(**changes)).encode()
    good = encoded(document(labels={"alertname": "Größe"}))
    yield from {
        "invalid utf-8": good.replace("ö".encode(), b"\xff"),
        "overlong slash": good.replace("ö".encode(), b"\xc0\xaf"),
        "latin-1": good.decode().encode("latin-1"),
        "byte order mark": b"\xef\xbb\xbf" + good,
        "utf-16-le": good.decode().encode("utf-16-le"),
        "utf-16": good.decode().encode("utf-16"),
        "utf-32": good.decode().encode("utf-32"),
    }.items()


NUMBERS = [
    "NaN", "Infinity", "-Infinity", "1e400", "-0", "7" * 5_000, str(2**63), str(2**64),
    str(-(2**63) - 1), "0." + "1" * 400, "true", "null", "[]", "{}", "[1]", '""',
]  # fmt: skip
TIMES = [
    "0001-01-01T00:00:00Z", "0001-06-01T00:00:00Z", "9999-12-31T23:59:59Z",
    "9999-12-31T23:59:59-14:00", "10000-01-01T00:00:00Z", "2026-02-30T00:00:00Z",
    "2026-11-21T24:00:00Z", "2026-12-31T23:59:60Z", 1790000000, 1790000000000,
    "1790000000000000000", "2026-11-21T00:00:00+14:00", "2026-11-21T00:00:00-12:00",
    "2026-11-21T00:00:00+99:99", "2026-03-29T02:30:00", "2026-10-25T02:30:00",
    "2016-11-21T00:00:00Z", "2036-11-21T00:00:00Z", -86400, "-PT5M", "yesterday", True, 1e300,
    "9" * 5_000, "2026-11-21 02:00:00 +0000 UTC", {"s": 1}, [1],
]  # fmt: skip


def numbers_and_times() -> Iterator[tuple[str, bytes]]:
    for number in NUMBERS:
        for field in ("startsAt", "severity", "fingerprint", "status", "summary", "dedup_key"):
            body = encoded(document(**{field: "@@"})).replace(b'"@@"', number.encode())
            yield f"{field} is {number[:20]}", body
        labels = encoded(document(labels={"alertname": "A", "n": "@@"}))
        yield f"label is {number[:20]}", labels.replace(b'"@@"', number.encode())
        values = encoded(document(values={"B": "@@"}, truncatedAlerts="@@"))
        yield f"value is {number[:20]}", values.replace(b'"@@"', number.encode())
    for moment in TIMES:
        yield f"startsAt {moment!s:.30}", encoded(document(startsAt=moment))
        yield f"endsAt {moment!s:.30}", encoded(document(endsAt=moment, status="resolved"))
    late = document(startsAt="2026-11-21T02:00:00Z", endsAt="2026-11-21T01:00:00Z")
    yield "ends before it starts", encoded(late)
    missing = {name: value for name, value in GOOD_ALERT.items() if name != "startsAt"}
    yield "no start", encoded({**document(), "alerts": [missing]})


def meanings() -> Iterator[tuple[str, bytes]]:
    bare = {name: value for name, value in GOOD_ALERT.items() if name != "fingerprint"}
    yield from {
        "no fingerprint": encoded({**document(), "alerts": [bare]}),
        "unknown severity": encoded(document(severity="huge", labels={"severity": "huge"})),
        "severity list": encoded(document(severity=["a"], labels={"severity": ["critical"]})),
        "misspelt status": encoded(document(status="fireing", event_action="triger")),
        "truncated": encoded(document(truncatedAlerts=4)),
        "no alerts": encoded({**document(), "alerts": []}),
        "10,000 labels": encoded(document(labels={f"l{n}": "v" for n in range(10_000)})),
        "dotted names": encoded(document(labels={"service.name": "x", "größe": "y"})),
        "script link": encoded(document(generatorURL="javascript:alert(1)",
                                        links=[{"href": "javascript:1"}, 5])),
        "empty summary": encoded(document(summary="", annotations={"summary": ""}, title="")),
        "summary of 1 MB": encoded(document(summary="s" * 1_000_000)),
        "key of 10 KB": encoded(document(dedup_key="k" * 10_240, fingerprint="f" * 10_240)),
        "no key": encoded(document(dedup_key=None, fingerprint=None)),
        "github ping": encoded({"zen": "x", "hook_id": 1, "hook": {"type": "Repository"}}),
        "labels are a list": encoded(document(labels=["a"], annotations="x")),
        "alert is a string": encoded({**document(), "alerts": ["x", None, [], 1]}),
        "last year": encoded(document(startsAt="2025-11-21T02:00:00Z")),
    }.items()  # fmt: skip


def hostile_bodies() -> dict[str, bytes]:
    """Every case by its name."""
    return {
        f"{kind}: {name}": body
        for kind, cases in {
            "shape": shapes(),
            "text": texts(),
            "number": numbers_and_times(),
            "meaning": meanings(),
        }.items()
        for name, body in cases
    }
