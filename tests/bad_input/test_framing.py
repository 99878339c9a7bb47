"""BI-H: HTTP framing on a real socket. Nothing is accepted half-read, nobody else waits for it."""

from __future__ import annotations

import contextlib
import socket
import struct
from collections.abc import Iterator

import pytest

from alerts.models import Receipt
from tests.alerts.ingest_server import WebProcess, database_url, made_source, send, web_process
from tests.integrations.captured import body

pytestmark = pytest.mark.django_db(transaction=True)
FIRING = body("alertmanager", "webhook-single-firing")
SIZE = len(FIRING)
POST = "POST {path} HTTP/1.1\r\nHost: x\r\n"
LONG = f"Content-Length: {SIZE}\r\n\r\n"

REFUSED = {
    "a bad chunk size": POST + "Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n",
    "a length and chunks": POST + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
    "0\r\n\r\n",
    "two lengths": POST + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
    "a negative length": POST + "Content-Length: -1\r\n\r\n",
    "a length in words": POST + "Content-Length: five\r\n\r\nhello",
    "a header of 100 KB": POST + "X-Long: " + "v" * 100_000 + "\r\n" + LONG,
    "an address of 20 KB": "POST {path}?" + "q" * 200_000 + " HTTP/1.1\r\nHost: x\r\n" + LONG,
    "HTTP/0.9": "POST {path}\r\n\r\n",
    "lower-case method": "post {path} HTTP/1.1\r\nHost: x\r\n" + LONG,
    "TRACE": "TRACE {path} HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET with an override": "GET {path} HTTP/1.1\r\nHost: x\r\n"
    "X-HTTP-Method-Override: POST\r\n\r\n",
    "TLS to a plain port": "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
}  # fmt: skip
"""Answered with a 4xx or hung up on; stores nothing."""

UNFINISHED = {
    "a length beyond the body": POST + "Content-Length: 900\r\n\r\n" + "{{",
    "a body byte by byte": POST + LONG + "{{",
    "headers byte by byte": "POST {path} HTTP/1.1\r\nHo",
    "100-continue and then nothing": POST + "Expect: 100-continue\r\n" + LONG,
    "dropped behind the headers": POST + LONG,
    "a chunk that does not end": POST + "Transfer-Encoding: chunked\r\n\r\nff\r\nhello",
}
"""They hold their connections, and must hold nobody else's."""

TAKEN = {
    "a chunk extension of 1 MB": b"POST %s HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
    b"\r\n%x;" + b"x" * 1_000_000 + b"\r\n%s\r\n0\r\n\r\n",
    "chunked without a length": b"POST %s HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"%x\r\n%s\r\n0\r\n\r\n",
    "a foreign host": b"POST %s HTTP/1.1\r\nHost: evil.example\r\nContent-Length: %d\r\n\r\n%s",
    "an absolute address": b"POST http://evil.example%s HTTP/1.1\r\nHost: x\r\n"
    b"Content-Length: %d\r\n\r\n%s",
    "underscored proxy headers": b"POST %s HTTP/1.1\r\nHost: x\r\nX_Forwarded_For: 10.0.0.1\r\n"
    b"Content-Length: %d\r\n\r\n%s",
    "1,000 headers": b"POST %s HTTP/1.1\r\nHost: x\r\n" + b"X-Many: v\r\n" * 1000
    + b"Content-Length: %d\r\n\r\n%s",
    "a length short of the body": b"POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s"
    b"and more than was said",
    "a list of 10,000 forwarders": b"POST %s HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: "
    + b"1.1.1.1," * 10_000 + b"\r\nContent-Length: %d\r\n\r\n%s",
}  # fmt: skip
"""Odd, and none of the ingest's business: taken whole, or refused, never half."""


@pytest.fixture(scope="module")
def web(django_db_setup: None, django_db_blocker: object) -> Iterator[WebProcess]:
    with web_process(database_url()) as process:
        yield process


def raw(web: WebProcess, data: bytes) -> bytes:
    """The first bytes of the answer; none when the server hung up."""
    with (
        socket.create_connection(("127.0.0.1", web.port), timeout=20) as connected,
        contextlib.suppress(OSError),
    ):
        connected.sendall(data)
        connected.shutdown(socket.SHUT_WR)
        return connected.recv(65536)
    return b""


def test_broken_framing_stores_nothing_and_starves_nobody(web: WebProcess) -> None:
    _, key = made_source()
    path = f"/in/{key}/alertmanager/"
    wrong = {}
    for name, text in REFUSED.items():
        answer = raw(web, text.replace("{path}", path).encode("latin-1"))
        if answer and not answer.split()[1].startswith((b"4", b"501")):
            wrong[name] = answer[:60]
        if Receipt.objects.exists():
            kept = Receipt.objects.get()
            wrong[name] = b"stored " + bytes(kept.body)[:50] + str(kept.headers)[:200].encode()
            Receipt.objects.all().delete()
    assert not wrong
    with contextlib.ExitStack() as open_:
        for text in UNFINISHED.values():
            held = open_.enter_context(socket.create_connection(("127.0.0.1", web.port)))
            held.sendall(text.replace("{path}", path).encode())
        assert send(web.port, "POST", path, FIRING).status == 202
    with socket.create_connection(("127.0.0.1", web.port)) as reset:
        reset.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        reset.sendall((POST + LONG).replace("{path}", path).encode() + FIRING[:100])
    assert [bytes(row.body) for row in Receipt.objects.all()] == [FIRING]
    for name, head in TAKEN.items():
        answer = raw(web, head % (path.encode(), SIZE, FIRING))
        assert not answer or answer.split()[1] in (b"202", b"400", b"404"), name
    assert {len(bytes(row.body)) for row in Receipt.objects.all()} == {SIZE}
    assert send(web.port, "POST", path + "?" + "&".join(["a=1"] * 10_000), FIRING).status == 202


def test_many_requests_behind_each_other_are_all_answered(web: WebProcess) -> None:
    _, key = made_source()
    head = f"POST /in/{key}/alertmanager/ HTTP/1.1\r\nHost: x\r\nContent-Length: {SIZE}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", web.port), timeout=20) as connected:
        connected.sendall((head.encode() + FIRING) * 500)
        data = b""
        while data.count(b"HTTP/1.1 202") < 500:
            chunk = connected.recv(65536)
            assert chunk, data[-200:]
            data += chunk
    assert Receipt.objects.count() == 500
