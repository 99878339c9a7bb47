"""Hostile bodies on the wire: no 5xx, bounded memory and time, no neighbour lost, a reason kept."""

from __future__ import annotations

import contextlib
import gzip
import socket
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from alerts import absorb
from alerts.models import Alert, Receipt
from tests.alerts.ingest_server import (
    Reply,
    WebProcess,
    database_url,
    made_source,
    read_reply,
    send,
    send_chunked,
    talk,
    web_process,
)
from tests.integrations.captured import body
from tests.integrations.hostile import hostile_bodies

pytestmark = pytest.mark.django_db(transaction=True)
FIRING = body("alertmanager", "webhook-single-firing")
MIB = 1024 * 1024
LIMIT = 5 * MIB


@pytest.fixture(scope="module")
def web(django_db_setup: None, django_db_blocker: object) -> Iterator[WebProcess]:
    with web_process(database_url()) as process:
        yield process


@pytest.fixture
def path() -> str:
    _, key = made_source()
    return f"/in/{key}/alertmanager/"


def absorbed() -> Receipt:
    """The one receipt there is, after everything that waits was absorbed."""
    while absorb.absorb_due():
        pass
    return Receipt.objects.get()


@pytest.mark.parametrize("kind", ["alertmanager", "grafana", "generic", "pagerduty"])
def test_every_hostile_body_is_kept_and_read_or_set_aside_with_a_reason(
    web: WebProcess, kind: str
) -> None:
    _, key = made_source("hostile", kind)
    cases = hostile_bodies()
    for name, hostile in cases.items():
        assert send(web.port, "POST", f"/in/{key}/{kind}/", hostile).status == 202, name
    while absorb.absorb_due():
        pass
    states = Receipt.objects.values_list("state", "reason")
    assert len(states) == len(cases)
    assert {state for state, _ in states} <= {"done", "set_aside"}
    assert all(reason for state, reason in states if state == "set_aside")


def test_good_neighbours_of_hostile_bodies_are_all_absorbed(web: WebProcess, path: str) -> None:
    hostile = [b"", b"[" * 100_000, b"{", b'{"alerts": "\\u0000\\ud800"}', b"\xff\xfe", b"null"]
    for number, bad in enumerate(hostile):
        good = FIRING.replace(b'"fingerprint":"', f'"fingerprint":"{number}'.encode())
        assert send(web.port, "POST", path, bad).status == 202
        assert send(web.port, "POST", path, good).status == 202
    while absorb.absorb_due():
        pass
    assert Alert.objects.count() == len(hostile)
    assert Receipt.objects.filter(state="set_aside").count() == len(hostile)


def test_a_body_declared_too_large_is_refused_at_once(web: WebProcess, path: str) -> None:
    reply = talk(
        web.port,
        f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {10**12}\r\n\r\n".encode(),
    )
    assert reply.status == 413
    assert "5120 KiB" in reply.json["detail"]


def test_a_chunked_body_that_grows_too_large_is_refused(web: WebProcess, path: str) -> None:
    assert send_chunked(web.port, path, [b"x" * MIB] * 6).status == 413
    assert not Receipt.objects.exists()


def test_a_body_of_exactly_the_limit_is_taken(web: WebProcess, path: str) -> None:
    assert send(web.port, "POST", path, b"x" * LIMIT).status == 202
    assert send(web.port, "POST", path, b"x" * (LIMIT + 1)).status == 413


def test_a_compressed_body_is_stored_unpacked(web: WebProcess, path: str) -> None:
    assert _gzip(web, path, gzip.compress(FIRING)).status == 202
    row = absorbed()
    assert bytes(row.body) == FIRING
    assert "content-encoding" not in row.headers
    assert row.state == "done"


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(FIRING[:50]) + gzip.compress(FIRING[50:])),
        ("deflate", zlib.compress(FIRING)),
        ("gzip, gzip", gzip.compress(gzip.compress(FIRING))),
        ("GZip", gzip.compress(FIRING)),
        ("identity", FIRING),
        ("gzip", gzip.compress(FIRING)[:4] + b"\0" * 6 + gzip.compress(FIRING)[10:]),
    ],
    ids=["two members", "deflate", "twice", "in capitals", "identity", "no time"],
)
def test_ways_to_compress_that_are_understood(
    web: WebProcess, path: str, encoding: str, packed: bytes
) -> None:
    assert send(web.port, "POST", path, packed, {"Content-Encoding": encoding}).status == 202
    assert absorbed().state == "done"


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(FIRING)[:-9]),
        ("gzip", gzip.compress(FIRING)[:-8] + b"\0" * 8),
        ("gzip", FIRING),
        ("gzip", gzip.compress(FIRING) + b"garbage"),
        ("gzip", b""),
        ("", gzip.compress(FIRING)),
        ("br", FIRING),
        ("zstd", b"\x28\xb5\x2f\xfd"),
        ("gzip, gzip, gzip", gzip.compress(FIRING)),
        ("identity;q=0", FIRING),
        ("deflate", zlib.compress(FIRING)[2:-4]),
        ("gzip", b"\x1f\x8b\x08\x08" + b"\0" * 6 + b"n" * MIB),
        ("gzip", gzip.compress(b"") * 10_000),
    ],
    ids=["truncated", "wrong sum", "plain", "garbage after", "empty", "unsaid", "brotli",
         "zstandard", "three times", "identity refused", "raw deflate", "endless name",
         "many members"],
)  # fmt: skip
def test_ways_to_compress_that_are_not_understood_are_kept_and_set_aside(
    web: WebProcess, path: str, encoding: str, packed: bytes
) -> None:
    began = time.monotonic()
    assert send(web.port, "POST", path, packed, {"Content-Encoding": encoding}).status == 202
    assert time.monotonic() - began < 5
    row = absorbed()
    assert (row.state, bytes(row.body)) == ("set_aside", packed)
    assert row.reason


def test_a_compressed_body_inside_another_is_unpacked_once_and_set_aside(
    web: WebProcess, path: str
) -> None:
    inner = gzip.compress(FIRING)
    assert _gzip(web, path, gzip.compress(inner)).status == 202
    row = absorbed()
    assert (row.state, bytes(row.body)) == ("set_aside", inner)


def test_a_compressed_bomb_is_refused_in_bounded_memory(web: WebProcess, path: str) -> None:
    bomb = gzip.compress(b"\0" * 256 * MIB, compresslevel=9)
    nested = gzip.compress(bomb)
    send(web.port, "POST", path, FIRING)
    before = _resident_mib(web)
    for _ in range(8):
        assert _gzip(web, path, bomb).status == 413
        twice = {"Content-Encoding": "gzip, gzip"}
        assert send(web.port, "POST", path, nested, twice).status == 413
    assert _resident_mib(web) - before < 64
    assert Receipt.objects.count() == 1


@pytest.mark.parametrize(
    "head",
    [
        "POST {path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n",
        "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n"
        "\r\n0\r\n\r\n",
        "POST {path}\r\n\r\n",
        "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
)
def test_broken_framing_is_refused_or_cut_and_stores_nothing(
    web: WebProcess, path: str, head: str
) -> None:
    raw = head.format(path=path).encode("latin-1")
    with socket.create_connection(("127.0.0.1", web.port), timeout=20) as connected:
        answer = b""
        # The server may hang up before we have finished: that is a refusal too.
        with contextlib.suppress(OSError):
            connected.sendall(raw)
            connected.shutdown(socket.SHUT_WR)
            answer = connected.recv(65536)
    assert not answer or answer.split()[1].startswith(b"4")
    assert not Receipt.objects.exists()


def test_a_body_that_is_cut_off_is_not_half_stored(web: WebProcess, path: str) -> None:
    with socket.create_connection(("127.0.0.1", web.port), timeout=20) as connected:
        head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n"
        connected.sendall(head.encode() + FIRING[:400])
    assert send(web.port, "POST", path, FIRING).status == 202
    assert Receipt.objects.count() == 1


def test_one_connection_carries_many_posts(web: WebProcess, path: str) -> None:
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(FIRING)}\r\n\r\n".encode()
    with socket.create_connection(("127.0.0.1", web.port), timeout=20) as connected:
        for _ in range(20):
            connected.sendall(head + FIRING)
            assert read_reply(connected).status == 202
    assert Receipt.objects.count() == 20


def test_thousands_of_headers_are_cut(web: WebProcess, path: str) -> None:
    many = {f"X-Number-{number}": "v" * 20 for number in range(1_000)}
    reply = send(web.port, "POST", path, FIRING, many)
    assert reply.status in (202, 400, 431)
    assert all(len(row.headers) <= 40 for row in Receipt.objects.all())


def _gzip(web: WebProcess, path: str, packed: bytes) -> Reply:
    return send(web.port, "POST", path, packed, {"Content-Encoding": "gzip"})


def _resident_mib(web: WebProcess) -> float:
    """The most that the web process ever held."""
    status = Path(f"/proc/{web.process.pid}/status").read_text()
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(peak.split()[1]) / 1024
