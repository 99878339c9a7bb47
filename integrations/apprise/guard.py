"""Keeps Apprise within the public internet, and to services that are reached over HTTP.

Apprise's services call `requests`, which AIRE itself never does: so the one place where urllib3
opens a socket is made to check the address, as `core.http` does for AIRE's own calls.
"""

from __future__ import annotations

import contextlib
import socket
import sys
import threading
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from apprise.plugins import NotifyBase
from urllib3.util import connection as urllib3_connection

from core.http import OutboundRefused, check_destination

_inside = threading.local()
_original = urllib3_connection.create_connection


class _Unreachable(OSError):
    """What urllib3 understands; `refusal` is what happened."""


def _checked(address: tuple[str, int], *args: Any, **kwargs: Any) -> socket.socket:
    if getattr(_inside, "depth", 0):
        host, port = address
        try:
            chosen = check_destination(host, port)
        except OutboundRefused as refusal:
            _inside.refusal = refusal
            raise _Unreachable(refusal.message) from refusal
        return _original((chosen, port), *args, **kwargs)
    return _original(address, *args, **kwargs)


urllib3_connection.create_connection = _checked


@contextlib.contextmanager
def public_only() -> Iterator[None]:
    """Within it this thread's urllib3 connects to checked addresses only; a refusal is raised."""
    _inside.depth, _inside.refusal = 1, None
    try:
        yield
        if _inside.refusal is not None:
            raise _inside.refusal
    finally:
        _inside.depth, _inside.refusal = 0, None


def speaks_http(service: NotifyBase) -> bool:
    """Whether the service's module calls `requests` and opens no door of its own: no sockets, mail
    servers, brokers, desktops or programs of this machine."""
    module = sys.modules[type(service).__module__]
    others = ("smtplib", "socket", "subprocess", "ssl", "asyncio", "paho", "mqtt", "slixmpp")
    return _has(module, "requests") and not any(_has(module, name) for name in others)


def _has(module: ModuleType, name: str) -> bool:
    return name in vars(module)
