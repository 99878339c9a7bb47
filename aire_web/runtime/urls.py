"""Reading DATABASE_URL into Django's settings. Connecting is Django's and libpq's business."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from aire_web.runtime.refusal import Refusal

EXAMPLE = "postgresql://user:password@host:5432/database"
# libpq's names for what Django keeps outside of OPTIONS.
_FIELDS = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}


def database_settings(url: str) -> dict[str, Any]:
    """Django's NAME, USER, PASSWORD, HOST, PORT and OPTIONS for a libpq connection URI.

    Understands what libpq does: percent-encoding everywhere, several hosts
    (`a:5432,b:5433`), IPv6 in brackets, a socket folder as `?host=/folder` or as a
    percent-encoded host, and every other parameter of the query as an option
    (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS).
    No message repeats the URL, because it holds a password.
    """
    parts = urlsplit(url.strip())
    if parts.scheme not in ("postgres", "postgresql"):
        found = f"not with {parts.scheme}://" if parts.scheme else "and a scheme is missing"
        raise Refusal(f"DATABASE_URL must start with postgresql://, {found}. Form: {EXAMPLE}")
    credentials, _, addresses = parts.netloc.rpartition("@")
    user, _, password = credentials.partition(":")
    hosts, ports = _hosts_and_ports(addresses)
    fields: dict[str, Any] = {
        "NAME": unquote(parts.path.removeprefix("/")),
        "USER": unquote(user),
        "PASSWORD": unquote(password),
        "HOST": hosts,
        "PORT": ports,
    }
    options: dict[str, str] = {}
    for name, value in _parameters(parts.query):
        if name in _FIELDS:
            fields[_FIELDS[name]] = value
        else:
            options[name] = value
    if not fields["NAME"]:
        raise Refusal(f"DATABASE_URL names no database. Form: {EXAMPLE}")
    return {**fields, "OPTIONS": options}


def socket_url(folder: str, database: str, user: str) -> str:
    """The URI of a server that listens only on a unix socket in `folder`."""
    return f"postgresql:///{quote(database)}?host={quote(folder)}&user={quote(user)}"


def _parameters(query: str) -> list[tuple[str, str]]:
    try:
        # libpq does not read "+" as a space, unlike a web form.
        return parse_qsl(
            query.replace("+", "%2B"), keep_blank_values=True, strict_parsing=bool(query)
        )
    except ValueError:
        raise Refusal("DATABASE_URL: after the ? must come name=value pairs joined by &.") from None


def _hosts_and_ports(addresses: str) -> tuple[str, str]:
    hosts: list[str] = []
    ports: list[str] = []
    for address in addresses.split(","):
        host, bracket, rest = address.rpartition("]")
        if bracket:
            host, port = host.removeprefix("["), rest.removeprefix(":")
        else:
            host, _, port = address.partition(":")
        if port and not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
            raise Refusal("DATABASE_URL: the port must be a number from 1 to 65535.")
        hosts.append(unquote(host))
        ports.append(port)
    return ",".join(hosts), ",".join(ports) if any(ports) else ""
