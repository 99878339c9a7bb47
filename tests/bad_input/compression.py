"""BI-C: compression. 413 beyond the limit, in bounded memory; the rest kept as it came."""

from __future__ import annotations

import gzip
import zlib

from tests.bad_input.corpus import ASIDE, NOTHING, READ, Case, alert, refused

GOOD = alert()
PACKED = gzip.compress(GOOD)
BOMB = gzip.compress(b"\0" * 32 * 1024 * 1024, compresslevel=9)


def _packed(name: str, body: bytes, encoding: str = "gzip", **more: object) -> Case:
    headers = {"content-encoding": encoding} if encoding else {}
    return Case(name, body, headers=headers, **more)  # type: ignore[arg-type]


CASES = [
    _packed("a bomb of 1,000:1", BOMB, status=refused(413), outcome=NOTHING),
    _packed("a bomb in a bomb", gzip.compress(BOMB), "gzip, gzip", status=refused(413),
            outcome=NOTHING),
    _packed("gzip in gzip", gzip.compress(PACKED), outcome=ASIDE),
    _packed("garbage behind", PACKED + b"garbage", outcome=ASIDE, says="unpacked"),
    _packed("two members", gzip.compress(GOOD[:50]) + gzip.compress(GOOD[50:]), outcome=READ),
    _packed("cut off", PACKED[:-9], outcome=ASIDE, says="unpacked"),
    _packed("a wrong sum", PACKED[:-8] + b"\0" * 8, outcome=ASIDE, says="unpacked"),
    _packed("said to be packed", GOOD, outcome=ASIDE, says="unpacked"),
    _packed("packed and not said so", PACKED, "", outcome=ASIDE),
    _packed("raw deflate", zlib.compress(GOOD)[2:-4], "deflate", outcome=ASIDE),
    _packed("brotli", GOOD, "br", outcome=ASIDE),
    _packed("zstandard", b"\x28\xb5\x2f\xfd", "zstd", outcome=ASIDE),
    _packed("packed three times", PACKED, "gzip, gzip, gzip", outcome=ASIDE),
    _packed("identity;q=0", GOOD, "identity;q=0", outcome=ASIDE),
    _packed("a file name of 1 MB", b"\x1f\x8b\x08\x08" + b"\0" * 6 + b"n" * 1_000_000,
            outcome=ASIDE),
]  # fmt: skip
