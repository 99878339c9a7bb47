"""The outbound client against local servers that count who reaches them."""

from __future__ import annotations

import gzip
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from core import clock, http
from core.http import OutboundFailed, OutboundRefused

Reply = Callable[[BaseHTTPRequestHandler], None]


class Server:
    """A real HTTP server on 127.0.0.1 that keeps what it was asked."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, str, dict[str, str], bytes]] = []
        self.replies: dict[str, Reply] = {}
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def handle_any(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                outer.requests.append((self.command, self.path, headers, body))
                outer.replies.get(self.path, answer(200, b"hello"))(self)

            do_GET = do_POST = do_PUT = do_HEAD = handle_any

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"


def answer(status: int, body: bytes = b"", **headers: str) -> Reply:
    def reply(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return reply


@contextmanager
def serving() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.server.shutdown()
    server.server.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


@pytest.fixture
def other() -> Iterator[Server]:
    with serving() as running:
        yield running


@pytest.fixture
def allowed(settings: Any) -> None:
    settings.AIRE_ALLOW_PRIVATE_NETWORK = "127.0.0.0/8"
    settings.AIRE_BASE_URL = "https://aire.test"


@pytest.fixture
def guarded(settings: Any, server: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    """Nothing is excepted, every name leads to this server and no port number stands in the way:
    what is refused is refused for its address."""
    settings.AIRE_ALLOW_PRIVATE_NETWORK = ""
    settings.AIRE_BASE_URL = f"http://aire.test:{server.port}"
    monkeypatch.setattr(http, "PORTS", {80, 443, server.port})
    system = http.lookup

    def lookup(host: str, port: int) -> list[str]:
        literal = not host.strip("0123456789abcdefx.:")
        return (
            system(host, port)
            if literal
            else {"mixed.test": ["93.184.215.14", "127.0.0.1"]}.get(
                host, ["10.0.0.1"] if host == "ten.test" else ["127.0.0.1"]
            )
        )

    monkeypatch.setattr(http, "lookup", lookup)
    return server


LITERALS = """
127.0.0.1 127.1 0x7f000001 2130706433 0177.0.0.1 0.0.0.0 [::1] [::ffff:127.0.0.1]
[::ffff:169.254.169.254] 169.254.169.254 [fd00:ec2::254] 192.0.0.192 100.100.100.200 10.0.0.1
172.16.0.1 192.168.0.1 100.64.0.1 198.18.0.1 224.0.0.1 255.255.255.255 [64:ff9b::7f00:1]
[2002:7f00:1::] [fe80::1%25eth0] 168.63.129.16 localhost ten.test mixed.test аррle.test
""".split()  # noqa: SIM905 - a list of hosts reads better as words


@pytest.mark.parametrize("host", LITERALS)
def test_no_form_of_an_inside_address_is_reached(guarded: Server, host: str) -> None:
    with pytest.raises(OutboundRefused):
        http.request("POST", f"http://{host}:{guarded.port}/", content=b"x")
    assert guarded.requests == []


FORMS = [
    "gopher://127.0.0.1:{port}/_x",
    "file:///etc/passwd",
    "ftp://127.0.0.1:{port}/",
    "dict://127.0.0.1:{port}/",
    "unix:/var/run/docker.sock",
    "http://user@evil.test@good.test:{port}/",
    "http://user:password@good.test:{port}/",
    "http://good.test\\@evil.test:{port}/",
    "http://good.test:{port}#@evil.test/",
    "http://good.test:22/",
    "http://good.test:5432/",
    "http://good.test:6379/",
    "http://good.test:{port}/" + "a" * 20_000,
    "//evil.test:{port}/",
    "/\\evil.test:{port}/",
    "https:evil.test:{port}",
    "http://aire.test:{port}/api/v1/",
    "http:///{port}",
    "http://",
    "",
    "http://good.test:{port}/\r\nX-Injected: 1",
    "http://good.test:99999/",
    "http://[::1:{port}/",
    "javascript:alert(1)",
]


@pytest.mark.parametrize("form", FORMS)
def test_no_odd_form_of_an_address_is_called(guarded: Server, form: str) -> None:
    with pytest.raises(OutboundRefused):
        http.request("GET", form.replace("{port}", str(guarded.port)))
    assert guarded.requests == []


def test_aire_does_not_call_itself_wherever_it_is(settings: Any) -> None:
    settings.AIRE_BASE_URL = "https://Aire.test/"
    for url in ("https://aire.test/in/x/", "https://AIRE.test:443/"):
        with pytest.raises(OutboundRefused, match="does not call itself"):
            http.request("POST", url)


def test_a_refused_port_is_refused_on_a_public_address(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.AIRE_ALLOW_PRIVATE_NETWORK = ""
    monkeypatch.setattr(http, "lookup", lambda host, port: ["93.184.215.14"])
    with pytest.raises(OutboundRefused, match="Port 5432"):
        http.request("GET", "http://good.test:5432/")


def test_a_name_that_flips_after_the_check_still_leads_to_the_checked_address(
    guarded: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([["93.184.215.14"], ["127.0.0.1"], ["127.0.0.1"]])
    dialled: list[str] = []

    def connect(address: tuple[str, int], *_: Any, **__: Any) -> socket.socket:
        dialled.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(http, "lookup", lambda host, port: next(answers))
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(OutboundFailed):
        http.request("GET", f"http://flips.test:{guarded.port}/")
    assert dialled == ["93.184.215.14"]
    with pytest.raises(OutboundRefused):
        http.request("GET", f"http://flips.test:{guarded.port}/")
    assert dialled == ["93.184.215.14"]
    assert guarded.requests == []


def test_an_excepted_network_is_reached_on_any_port(allowed: None, server: Server) -> None:
    response = http.request("POST", f"{server.url}/hook", json={"a": 1}, headers={"X-Sign": "s"})
    method, path, headers, body = server.requests[0]
    assert (response.status, response.body, response.ok) == (200, b"hello", True)
    assert (method, path, body, headers["x-sign"]) == ("POST", "/hook", b'{"a":1}', "s")
    assert headers["host"] == f"127.0.0.1:{server.port}"


def test_an_excepted_name_is_reached_and_another_name_is_not(
    settings: Any, guarded: Server
) -> None:
    settings.AIRE_ALLOW_PRIVATE_NETWORK = "Chat.test, 10.9.0.0/16"
    assert http.request("GET", f"http://chat.test:{guarded.port}/").ok
    assert guarded.requests[0][2]["host"] == f"chat.test:{guarded.port}"
    with pytest.raises(OutboundRefused):
        http.request("GET", f"http://other.test:{guarded.port}/")


def test_a_proxy_of_the_environment_is_not_used(
    allowed: None, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    assert http.request("GET", f"{server.url}/").ok


def test_a_redirect_is_an_answer_unless_it_may_be_followed(allowed: None, server: Server) -> None:
    server.replies["/old"] = answer(302, Location="/new")
    assert http.request("GET", f"{server.url}/old").status == 302
    assert http.request("GET", f"{server.url}/old", allow_redirects=1).body == b"hello"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_the_inside_is_refused(
    settings: Any, guarded: Server, other: Server, status: int
) -> None:
    settings.AIRE_ALLOW_PRIVATE_NETWORK = "hooks.test"
    guarded.replies["/"] = answer(status, Location=f"http://inside.test:{other.port}/")
    with pytest.raises(OutboundRefused):
        http.request("POST", f"http://hooks.test:{guarded.port}/", content=b"x", allow_redirects=3)
    assert len(guarded.requests) == 1
    assert other.requests == []


@pytest.mark.parametrize("target", ["file:///etc/passwd", "gopher://x/", "http://u@h.test/"])
def test_a_redirect_to_another_scheme_is_refused(
    allowed: None, server: Server, target: str
) -> None:
    server.replies["/"] = answer(302, Location=target)
    with pytest.raises(OutboundRefused):
        http.request("GET", f"{server.url}/", allow_redirects=3)


def test_a_redirect_loop_ends(allowed: None, server: Server) -> None:
    server.replies["/"] = answer(302, Location="/")
    with pytest.raises(OutboundRefused, match="more than 3 times"):
        http.request("GET", f"{server.url}/", allow_redirects=3)
    assert len(server.requests) == 4


def test_another_host_gets_no_credentials_and_no_cookie(
    allowed: None, server: Server, other: Server
) -> None:
    server.replies["/"] = answer(302, Location=f"{other.url}/", Set_Cookie="a=b; Path=/")
    headers = {"Authorization": "Bearer secret", "X-Api-Key": "secret"}
    http.request("GET", f"{server.url}/", headers=headers, allow_redirects=1)
    assert server.requests[0][2]["authorization"] == "Bearer secret"
    assert not {"authorization", "x-api-key", "cookie"} & set(other.requests[0][2])


def test_a_body_is_carried_to_the_same_host_only(
    allowed: None, server: Server, other: Server
) -> None:
    server.replies["/a"] = answer(307, Location="/b")
    http.request("POST", f"{server.url}/a", content=b"x", allow_redirects=1)
    assert server.requests[1][0] == "POST"
    assert server.requests[1][3] == b"x"
    server.replies["/c"] = answer(307, Location=f"{other.url}/")
    with pytest.raises(OutboundRefused, match="another host"):
        http.request("POST", f"{server.url}/c", content=b"x", allow_redirects=1)
    assert other.requests == []


def endless(pause: float, chunk: bytes) -> Reply:
    def reply(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(10 * 1024**3))
        handler.end_headers()
        try:
            while True:
                handler.wfile.write(chunk)
                time.sleep(pause)
        except OSError:
            handler.close_connection = True

    return reply


def test_an_answer_of_ten_gigabytes_is_left_at_the_limit(allowed: None, server: Server) -> None:
    server.replies["/"] = endless(0, b"x" * 65_536)
    with pytest.raises(OutboundFailed, match="more than 1024 KiB"):
        http.request("GET", f"{server.url}/")


def test_a_byte_a_second_ends_at_the_deadline(allowed: None, server: Server) -> None:
    server.replies["/"] = endless(0.1, b"x")
    started = time.monotonic()
    with pytest.raises(OutboundFailed, match=r"within 0\.5 s"):
        http.request("GET", f"{server.url}/", timeout=0.5)
    assert time.monotonic() - started < 2


def test_a_slow_look_up_ends_at_the_deadline(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = threading.Event()
    monkeypatch.setattr(http, "lookup", lambda host, port: [str(done.wait(5))])
    with pytest.raises(OutboundFailed, match="did not answer"):
        http.request("GET", "http://slow.test/", timeout=0.2)
    done.set()


def test_a_gzip_bomb_stops_at_the_limit(allowed: None, server: Server) -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    server.replies["/"] = answer(200, bomb, Content_Encoding="gzip")
    with pytest.raises(OutboundFailed, match="more than"):
        http.request("GET", f"{server.url}/")


def test_small_gzip_is_read_and_broken_gzip_is_a_failure(allowed: None, server: Server) -> None:
    server.replies["/good"] = answer(200, gzip.compress(b"hi"), Content_Encoding="gzip")
    server.replies["/bad"] = answer(200, b"hi", Content_Encoding="gzip")
    server.replies["/br"] = answer(200, b"hi", Content_Encoding="br")
    assert http.request("GET", f"{server.url}/good").body == b"hi"
    for path in ("/bad", "/br"):
        with pytest.raises(OutboundFailed):
            http.request("GET", f"{server.url}{path}")


@pytest.mark.parametrize(
    ("given", "seconds"), [("30", 30), ("0", 0), ("soon", None), ("", None), ("-1", None)]
)
def test_retry_after_is_read_or_left_alone(given: str, seconds: float | None) -> None:
    assert http.Response(429, {"retry-after": given}, b"").retry_after == seconds


def test_retry_after_may_be_a_date(time_machine: Any) -> None:
    time_machine.move_to("2026-01-01T00:00:00Z", tick=False)
    response = http.Response(503, {"retry-after": "Thu, 01 Jan 2026 00:01:00 GMT"}, b"")
    assert response.retry_after == 60


@pytest.mark.parametrize(
    ("name", "value"), [("X-A", "b\r\nX-C: d"), ("X A", "b"), ("Host", "evil.test"), ("X-A", "ü")]
)
def test_headers_cannot_be_injected(allowed: None, server: Server, name: str, value: str) -> None:
    with pytest.raises(OutboundRefused, match="header"):
        http.request("GET", f"{server.url}/", headers={name: value})
    assert server.requests == []


def test_what_does_not_answer_names_the_host_and_not_the_address(allowed: None) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with pytest.raises(OutboundFailed) as failed:
        http.request("GET", f"http://127.0.0.1:{port}/services/T0/B0/secret")
    assert failed.value.message == "127.0.0.1 cannot be reached."


@pytest.fixture
def certified(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> Iterator[Server]:
    """The server speaks TLS with a certificate for `good.test` only, which `AIRE_CA_FILE` has."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "good.test")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(clock.now() - timedelta(days=1))
        .not_valid_after(clock.now() + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("good.test")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "both.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    speaks = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    speaks.load_cert_chain(file)
    server.server.socket = speaks.wrap_socket(server.server.socket, server_side=True)
    settings.AIRE_CA_FILE = str(file)
    http.tls_context.cache_clear()
    monkeypatch.setattr(http, "lookup", lambda host, port: ["127.0.0.1"])
    yield server
    http.tls_context.cache_clear()


def test_the_name_in_the_address_is_what_the_certificate_has_to_prove(
    allowed: None, certified: Server
) -> None:
    assert http.request("GET", f"https://good.test:{certified.port}/").body == b"hello"
    with pytest.raises(OutboundFailed, match="no valid TLS certificate"):
        http.request("GET", f"https://other.test:{certified.port}/")
    assert len(certified.requests) == 1


def test_a_certificate_of_nobody_known_is_refused(
    allowed: None, certified: Server, settings: Any
) -> None:
    settings.AIRE_CA_FILE = ""
    http.tls_context.cache_clear()
    with pytest.raises(OutboundFailed, match="no valid TLS certificate"):
        http.request("GET", f"https://good.test:{certified.port}/")
    assert certified.requests == []


@pytest.mark.parametrize("text", ["1.1.1.1", "93.184.215.14", "2606:4700:4700::1111"])
def test_public_addresses_are_public(text: str) -> None:
    assert http.is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize(
    "text",
    ["64:ff9b::1.1.1.1", "2002:101:101::", "fec0::1", "ff02::1", "::", "5f00::1", "240.0.0.1"],
)
def test_what_is_not_plain_unicast_of_the_internet_is_not_public(text: str) -> None:
    assert not http.is_public(ipaddress.ip_address(text))
