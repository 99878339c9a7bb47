"""BI-J: the shape of JSON. Stored and set aside with a reason, or read; never an error."""

from __future__ import annotations

from tests.bad_input.corpus import ASIDE, EITHER, READ, Case, alert
from tests.integrations.hostile import encoded

GOOD = alert()
CASES = [
    Case("empty body", b"", outcome=ASIDE, says="empty"),
    Case("white space only", b" \n\t ", outcome=ASIDE, says="empty"),
    Case("null", b"null", outcome=ASIDE),
    Case("bare number", b"5", outcome=ASIDE),
    Case("bare string", b'"x"', outcome=ASIDE),
    Case("empty list", b"[]", outcome=READ, says="without alerts"),
    Case("empty object", b"{}", outcome=ASIDE),
    Case("nested empty lists", b"[[]]", outcome=READ),
    Case("trailing comma", b'{"alerts": [],}', outcome=ASIDE, says="not JSON"),
    Case("two documents", GOOD + GOOD, outcome=ASIDE, says="more than one"),
    Case("NDJSON", GOOD + b"\n" + GOOD, outcome=ASIDE, says="more than one"),
    Case("comment", b"// x\n" + GOOD, outcome=ASIDE),
    Case("single quotes", b"{'alerts': []}", outcome=ASIDE),
    Case("keys that disagree", b'{"alerts": 5, ' + GOOD[1:], outcome=READ, says="twice"),
    Case("depth 65", b"[" * 65 + b"]" * 65, outcome=ASIDE, says="deep"),
    Case("depth 1,000", b'{"a":' * 1_000 + b"1" + b"}" * 1_000, outcome=ASIDE, says="deep"),
    Case("depth 100,000", b"[" * 100_000 + b"]" * 100_000, outcome=ASIDE, says="deep"),
    Case("200,000 keys", encoded(dict.fromkeys(map(str, range(200_000)), 1)), outcome=ASIDE),
    Case("a key of 1 MB", alert(labels={"k" * 1_000_000: "v"}), outcome=READ),
    Case("a string of 900 KB", alert(annotations={"summary": "s" * 900_000}), outcome=READ),
    Case("50,000 alerts", encoded({"alerts": [{}] * 50_000}), outcome=ASIDE, says="values"),
    Case("magic keys", alert(labels={"__proto__": "x", "constructor": {"a": 1}}), outcome=READ),
    Case("keys that differ by case", alert(labels={"A": "1", "a": "2"}), outcome=READ),
    Case("numeric keys", alert(labels={"1": "a", "01": "b", "-1": "c"}), outcome=READ),
    Case("YAML", b"alerts:\n  - status: firing\n", outcome=ASIDE),
    Case("XML", b"<?xml version='1.0'?><alerts/>", outcome=ASIDE),
    Case("multipart", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n',
         outcome=ASIDE),
    *(Case(f"cut at byte {end}", GOOD[:end], outcome=ASIDE, says="cut off")
      for end in range(64, len(GOOD), 64)),
    Case("an object where a list is due", encoded({"alerts": {"0": {}}}), outcome=ASIDE),
    Case("a list where an object is due", encoded({"version": "4", "alerts": [[1], []]}),
         outcome=EITHER),
]  # fmt: skip
