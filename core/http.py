"""The one way out: an HTTP client that reaches public addresses only. No vendor knowledge here.

The check is made on the address that the socket connects to, after the name was resolved and on
every redirect, so that neither a name that changes its answer nor a redirect leads inside.
`AIRE_ALLOW_PRIVATE_NETWORK` lifts the limits of address and port for named hosts or networks.
"""

from __future__ import annotations

import ipaddress
import json as jsonlib
import math
import queue
import re
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any, Final

import httpcore
import httpx
from django.conf import settings

from core import clock
from core.errors import AireError
from core.public_addresses import IPAddress, IPNetwork, is_public

MAX_URL: Final = 2_048
MAX_REDIRECTS: Final = 3
PORTS: Final = {80, 443}
USER_AGENT: Final = "AIRE/1"
# Names are looked up in threads, since the system's resolver knows no time limit.
_LOOKUPS: Final = threading.BoundedSemaphore(32)


class OutboundRefused(AireError):
    """The call is not allowed to happen. Trying again cannot help."""


class OutboundFailed(AireError):
    """No usable answer. Trying again can help; `retry_after` (seconds) when that was said.
    `unsure`: the call was out, so the other side may have acted on it."""

    def __init__(
        self, message: str, retry_after: float | None = None, *, unsure: bool = False
    ) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.unsure = unsure


@dataclass(frozen=True, slots=True)
class Response:
    """What was answered, whatever the status. `headers` does not care about upper case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def retry_after(self) -> float | None:
        """Seconds that the other side asks to wait, from `Retry-After` as number or date."""
        given = self.headers.get("retry-after", "").strip()
        if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,6})?", given):
            return float(given)
        try:
            wait = (parsedate_to_datetime(given) - clock.now()).total_seconds()
        except (ValueError, TypeError, OverflowError):
            return None  # absent, no date, or a date without a zone
        return max(0.0, wait)

    def json(self) -> Any:
        """The body as JSON; `OutboundFailed` when it is not."""
        try:
            return jsonlib.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise OutboundFailed("The answer is not JSON.") from error


def request(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    json: object = None,
    content: bytes | None = None,
    data: Mapping[str, Any] | None = None,
    timeout: float = 5.0,
    max_bytes: int = 1_048_576,
    allow_redirects: int = 0,
) -> Response:
    """Call an outside address. `timeout` is the total, from the look-up to the last byte.

    Raises `OutboundRefused` (never retry) or `OutboundFailed`. With `allow_redirects=0` a redirect
    is an answer like any other. Must not be called inside a database transaction.
    """
    if not 0 <= allow_redirects <= MAX_REDIRECTS:
        raise ValueError(f"allow_redirects is 0 to {MAX_REDIRECTS}")
    deadline = time.monotonic() + timeout
    call = httpx.Request(
        method,
        _checked_url(url), headers=_checked_headers(headers or {}),
        json=json, content=content, data=data,
    )  # fmt: skip
    for _ in range(allow_redirects + 1):
        response = _send(call, deadline, timeout, max_bytes)
        onward = response.headers.get("location")
        if not allow_redirects or onward is None or response.status not in _REDIRECTS:
            return response
        call = _redirected(call, response.status, onward)
    raise OutboundRefused(f"{call.url.host} redirected more than {allow_redirects} times.")


@lru_cache(maxsize=8)
def _exceptions(setting: str) -> tuple[frozenset[str], tuple[IPNetwork, ...]]:
    """The hosts and networks of `AIRE_ALLOW_PRIVATE_NETWORK`."""
    hosts, networks = set(), []
    for entry in filter(None, map(str.strip, setting.split(","))):
        try:
            networks.append(ipaddress.ip_network(entry.strip("[]"), strict=False))
        except ValueError:
            hosts.add(entry.lower().rstrip("."))
    return frozenset(hosts), tuple(networks)


def _is_excepted(host: str, address: IPAddress) -> bool:
    hosts, networks = _exceptions(settings.AIRE_ALLOW_PRIVATE_NETWORK)
    return host.rstrip(".") in hosts or any(
        address in network for network in networks if network.version == address.version
    )


def _parsed(text: str) -> IPAddress:
    """The address itself: an IPv4 address wrapped in IPv6 is judged as IPv4."""
    address = ipaddress.ip_address(text)
    return getattr(address, "ipv4_mapped", None) or address


def _check_address(host: str, text: str, port: int) -> None:
    address = _parsed(text)
    if _is_excepted(host, address):
        return
    if not is_public(address):
        raise OutboundRefused(
            f"{host} is not on the public internet. "
            "An administrator can allow it in AIRE_ALLOW_PRIVATE_NETWORK."
        )
    if port not in PORTS:
        raise OutboundRefused(f"Port {port} is not allowed; only 80 and 443 are.")


def check_destination(host: str, port: int) -> str:
    """The address to connect to, once every address of the name was checked: for libraries that
    open sockets themselves. Raises `OutboundRefused`."""
    try:
        addresses = lookup(host, port)
    except (OSError, UnicodeError) as error:
        raise OutboundRefused(f"The name {host} could not be looked up.") from error
    for address in addresses:
        _check_address(host, address, port)
    return addresses[0]


def lookup(host: str, port: int) -> list[str]:
    """Every address of a name, as the system resolves it. Blocks."""
    entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in entries))


def _resolved(host: str, port: int, deadline: float) -> list[str]:
    answers: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(lookup(host, port))
        except (OSError, UnicodeError) as error:
            answers.put(error)
        finally:
            _LOOKUPS.release()

    if not _LOOKUPS.acquire(timeout=_left(deadline)):
        raise httpcore.ConnectTimeout("too many look-ups at once")
    threading.Thread(target=ask, name="lookup", daemon=True).start()
    try:
        answer = answers.get(timeout=_left(deadline))
    except queue.Empty:
        raise httpcore.ConnectTimeout("the look-up took too long") from None
    if isinstance(answer, Exception) or not answer:
        raise OutboundFailed(f"The name {host} could not be looked up.")
    return answer


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the time is up")
    return left


class _Stream(httpcore.NetworkStream):
    """A stream whose every step ends at the deadline: a byte a second does not keep it open."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: float) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(self._deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), 65_536):
            self._inner.write(buffer[start : start + 65_536], _left(self._deadline))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:  # fmt: skip
        left = _left(self._deadline)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Guard(httpcore.SyncBackend):
    """Resolves, checks every address of the name, and connects to a checked address itself.

    Host header and TLS name stay those of the address bar, so certificates are still verified.
    """

    def __init__(self, deadline: float) -> None:
        self._deadline = deadline

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:  # fmt: skip
        addresses = _resolved(host, port, self._deadline)
        for address in addresses:
            _check_address(host, address, port)
        failure: Exception = httpcore.ConnectError("no address")
        for address in addresses:
            try:
                left = _left(self._deadline)
                stream = super().connect_tcp(address, port, left, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
                continue
            _check_address(host, stream.get_extra_info("server_addr")[0], port)
            return _Stream(stream, self._deadline)
        raise failure


class _Transport(httpx.HTTPTransport):
    """httpx's translation over a pool of our own: no proxies, no environment, one connection."""

    def __init__(self, deadline: float) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls_context(), network_backend=_Guard(deadline), max_connections=1
        )


@lru_cache(maxsize=1)
def tls_context() -> ssl.SSLContext:
    """Certificates are verified against the shipped roots and those of `AIRE_CA_FILE`."""
    context = httpx.create_ssl_context(trust_env=False)
    if settings.AIRE_CA_FILE:
        context.load_verify_locations(settings.AIRE_CA_FILE)
    return context


_REDIRECTS: Final = {301, 302, 303, 307, 308}
_KEPT_ACROSS_HOSTS: Final = {"accept", "accept-language", "user-agent"}


def _checked_url(url: str) -> httpx.URL:
    if len(url) > MAX_URL:
        raise OutboundRefused(f"The address is longer than {MAX_URL} characters.")
    if not re.match(r"https?://[^/?#]", url, re.IGNORECASE):
        raise OutboundRefused("The address must start with http:// or https:// and name a host.")
    # What browsers and libraries mend differently is refused rather than guessed.
    authority = url.split("/", 3)[2]
    if re.search(r"[\x00-\x20\x7f\\]", url) or "@" in authority or "%" in authority:
        raise OutboundRefused("The address is ambiguous: write it as https://host/path.")
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, UnicodeError) as error:
        raise OutboundRefused("The address cannot be read.") from error
    _check_not_ourselves(parsed)
    return parsed


def _check_not_ourselves(url: httpx.URL) -> None:
    own = httpx.URL(settings.AIRE_BASE_URL)
    hosts, _ = _exceptions(settings.AIRE_ALLOW_PRIVATE_NETWORK)
    if url.host not in hosts and (url.host, _port(url)) == (own.host, _port(own)):
        raise OutboundRefused("AIRE does not call itself.")


def _port(url: httpx.URL) -> int:
    return url.port or (443 if url.scheme == "https" else 80)


def _checked_headers(headers: Mapping[str, str]) -> dict[str, str]:
    for name, value in headers.items():
        plain = value.isascii() and not re.search(r"[\x00-\x08\x0a-\x1f\x7f]", value)
        if not plain or not re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", name):
            raise OutboundRefused(f"The header {name[:40]!r} holds characters it may not hold.")
        if name.lower() in ("host", "content-length", "transfer-encoding", "cookie"):
            raise OutboundRefused(f"The header {name} is not for callers to set.")
    # Uncompressed, so that the size on the wire is the size in memory.
    return {"User-Agent": USER_AGENT, "Accept": "*/*", **headers, "Accept-Encoding": "identity"}


def _send(call: httpx.Request, deadline: float, timeout: float, max_bytes: int) -> Response:
    host = call.url.host
    try:
        with _Transport(deadline) as transport:
            answer = transport.handle_request(call)
            body = _body(answer, host, max_bytes)
            return Response(answer.status_code, answer.headers, body)
    except httpx.TimeoutException as error:
        out = not isinstance(error, httpx.ConnectTimeout)
        raise OutboundFailed(f"{host} did not answer within {timeout:g} s.", unsure=out) from error
    except httpx.ConnectError as error:
        if isinstance(_root(error), ssl.SSLError):
            raise OutboundFailed(f"{host} has no valid TLS certificate.") from error
        raise OutboundFailed(f"{host} cannot be reached.") from error
    except (httpx.HTTPError, httpcore.TimeoutException, OSError) as error:
        raise OutboundFailed(
            f"{host} broke the connection or does not speak HTTP.", unsure=True
        ) from error


def _root(error: BaseException) -> BaseException:
    while (inner := error.__cause__ or error.__context__) is not None:
        error = inner
    return error


def _body(answer: httpx.Response, host: str, max_bytes: int) -> bytes:
    """The body, read up to the limit; a compression nobody asked for is undone within it."""
    encoding = answer.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "", "gzip", "deflate"):
        raise OutboundFailed(f"{host} answered in a compression that was not asked for.")
    inflate = zlib.decompressobj(wbits=47) if encoding in ("gzip", "deflate") else None
    body = bytearray()
    for chunk in answer.iter_raw():
        try:
            body += inflate.decompress(chunk, max_bytes + 1) if inflate else chunk
        except zlib.error as error:
            raise OutboundFailed(f"{host} answered in broken compression.") from error
        if len(body) > max_bytes:
            raise OutboundFailed(f"{host} answered more than {math.ceil(max_bytes / 1024)} KiB.")
    return bytes(body)


def _redirected(call: httpx.Request, status: int, onward: str) -> httpx.Request:
    """The call that a redirect asks for. Another host gets neither credentials nor the body."""
    try:
        joined = str(call.url.join(onward[:MAX_URL]))
    except (httpx.InvalidURL, ValueError) as error:
        raise OutboundRefused(f"{call.url.host} redirected to an unreadable address.") from error
    target = _checked_url(joined)
    if call.url.scheme == "https" and target.scheme != "https":
        raise OutboundRefused(f"{call.url.host} redirected to an unencrypted address.")
    method, body = call.method, call.content
    if status in (301, 302, 303) and method != "HEAD":
        method, body = "GET", b""
    same = (target.host, _port(target)) == (call.url.host, _port(call.url))
    if body and not same:
        raise OutboundRefused(f"{call.url.host} redirected the body to another host.")
    dropped = {"host", "content-length"} | (set() if body else {"content-type"})
    headers = {
        name: value
        for name, value in call.headers.items()
        if name not in dropped and (same or name in _KEPT_ACROSS_HOSTS)
    }
    headers["Accept-Encoding"] = "identity"
    return httpx.Request(method, target, headers=headers, content=body or None)
