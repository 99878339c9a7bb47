"""The vendors of channels that speak HTTP, each by its documented rules, on one local server.

`with Providers() as vendors:` then point the settings at `vendors.settings()`. What was taken is in
`vendors.inbox`; `vendors.faults` are answered instead, in order, and `vendors.lost` accepts and
never answers. Whatever breaks a vendor's rule is answered as the vendor would.
"""

from __future__ import annotations

import base64
import json
import re
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02

SID, TOKEN, FROM = "AC" + "0" * 32, "token-of-the-account", "+4930000000"
BOT = "123456:bot-token"


@dataclass(frozen=True)
class Taken:
    vendor: str
    body: Any
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Fault:
    status: int
    body: Any = None
    headers: tuple[tuple[str, str], ...] = ()


class Browser:
    """A browser that has subscribed to push; reads what is sent to it."""

    def __init__(self, endpoint: str) -> None:
        self._private = ec.generate_private_key(ec.SECP256R1())
        self._auth = b"0123456789abcdef"
        point = self._private.public_key().public_bytes(
            Encoding.X962, PublicFormat.UncompressedPoint
        )
        keys = {"p256dh": _b64(point), "auth": _b64(self._auth)}
        self.subscription = json.dumps({"endpoint": endpoint, "keys": keys})

    def read(self, body: bytes) -> dict[str, Any]:
        text = http_ece.decrypt(
            body, private_key=self._private, auth_secret=self._auth, version="aes128gcm"
        )
        found: dict[str, Any] = json.loads(text)
        return found


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class Providers:
    def __init__(self) -> None:
        self.inbox: list[Taken] = []
        self.faults: list[Fault] = []
        self.lost = 0
        self._server: ThreadingHTTPServer | None = None

    def __enter__(self) -> Providers:
        handler = type("Handler", (_Handler,), {"vendors": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def settings(self) -> dict[str, Any]:
        return {
            "AIRE_ALLOW_PRIVATE_NETWORK": "127.0.0.1",
            "AIRE_TWILIO_ACCOUNT_SID": SID,
            "AIRE_TWILIO_AUTH_TOKEN": TOKEN,
            "AIRE_TWILIO_FROM": FROM,
            "AIRE_TWILIO_API_URL": self.url,
            "AIRE_NTFY_URL": self.url + "/ntfy",
            "AIRE_TELEGRAM_BOT_TOKEN": BOT,
            "AIRE_TELEGRAM_API_URL": self.url,
        }

    def browser(self) -> Browser:
        return Browser(f"{self.url}/push/1")

    def answer(self, path: str, headers: dict[str, str], raw: bytes) -> Fault:
        for pattern, vendor in _VENDORS:
            if re.fullmatch(pattern, path):
                wrong, body, said = vendor(headers, raw)
                if wrong is not None:
                    return wrong
                self.inbox.append(Taken(vendor.__name__, body, headers))
                return said
        return Fault(404, {"message": "no such address"})


def sms(headers: dict[str, str], raw: bytes) -> tuple[Fault | None, Any, Fault]:
    """https://www.twilio.com/docs/messaging/api/message-resource"""
    fields = {name: values[0] for name, values in parse_qs(raw.decode()).items()}
    login = base64.b64encode(f"{SID}:{TOKEN}".encode()).decode()
    if headers.get("authorization") != f"Basic {login}":
        return _twilio(401, 20003, "Authenticate"), None, Fault(500)
    if not re.fullmatch(r"\+[1-9]\d{6,14}", fields.get("To", "")):
        return _twilio(400, 21211, "Invalid 'To' Phone Number"), None, Fault(500)
    if fields["To"].endswith("0000"):
        return _twilio(400, 21610, "Attempt to send to unsubscribed recipient"), None, Fault(500)
    if len(fields.get("Body", "x")) > 1_600:
        return _twilio(400, 21617, "The concatenated message body exceeds 1600"), None, Fault(500)
    if "Body" not in fields and "Url" not in fields:
        return _twilio(400, 21602, "Message body is required"), None, Fault(500)
    return None, fields, Fault(201, {"sid": f"SM{len(raw):032d}", "status": "queued"})


def call(headers: dict[str, str], raw: bytes) -> tuple[Fault | None, Any, Fault]:
    return sms(headers, raw)


def _twilio(status: int, code: int, words: str) -> Fault:
    return Fault(status, {"code": code, "message": words, "status": status})


def ntfy(headers: dict[str, str], raw: bytes) -> tuple[Fault | None, Any, Fault]:
    """https://docs.ntfy.sh/publish/#publish-as-json"""
    body = json.loads(raw)
    if not re.fullmatch(r"[-_A-Za-z0-9]{1,64}", body.get("topic", "")):
        return Fault(400, {"code": 40009, "error": "invalid topic"}), None, Fault(500)
    if len(body.get("message", "").encode()) > 4_096:
        return Fault(413, {"code": 41301, "error": "too large"}), None, Fault(500)
    if not 1 <= body.get("priority", 3) <= 5 or len(body.get("actions", [])) > 3:
        return Fault(400, {"code": 40017, "error": "invalid priority or actions"}), None, Fault(500)
    return None, body, Fault(200, {"id": "ntfy-1", "event": "message"})


def telegram(headers: dict[str, str], raw: bytes) -> tuple[Fault | None, Any, Fault]:
    """https://core.telegram.org/bots/api#sendmessage"""
    body = json.loads(raw)
    if str(body["chat_id"]) == "404404":
        said = {"ok": False, "error_code": 400, "description": "Bad Request: chat not found"}
        return Fault(400, said), None, Fault(500)
    if not 1 <= len(body["text"].encode("utf-16-le")) // 2 <= 4_096:
        return Fault(400, {"ok": False, "description": "message is too long"}), None, Fault(500)
    return None, body, Fault(200, {"ok": True, "result": {"message_id": 7}})


def push(headers: dict[str, str], raw: bytes) -> tuple[Fault | None, Any, Fault]:
    """RFC 8030, 8188 and 8292: the length, the headers and the signature are looked at."""
    scheme, _, rest = headers.get("authorization", "").partition(" ")
    needed = headers.get("content-encoding") == "aes128gcm" and headers.get("ttl", "").isdigit()
    if scheme != "vapid" or "t=" not in rest or not Vapid02.verify(f"vapid {rest}"):
        return Fault(401, "unauthorized"), None, Fault(500)
    if not needed or len(raw) > 4_096 or len(headers.get("topic", "")) > 32:
        return Fault(413 if len(raw) > 4_096 else 400, "bad request"), None, Fault(500)
    return None, raw, Fault(201, None, (("Location", "/push/message/1"),))


def teams(headers: dict[str, str], raw: bytes) -> tuple[Fault | None, Any, Fault]:
    """An Adaptive Card in an attachment; more than 28 KB is refused."""
    body = json.loads(raw)
    card = body["attachments"][0]["content"]
    if len(raw) > 28_000:
        return Fault(413, "too large"), None, Fault(500)
    if body["type"] != "message" or card["type"] != "AdaptiveCard":
        return Fault(400, "Bad payload"), None, Fault(500)
    return None, body, Fault(202)


def mattermost(headers: dict[str, str], raw: bytes) -> tuple[Fault | None, Any, Fault]:
    body = json.loads(raw)
    if not body.get("text") and not body.get("attachments"):
        return Fault(400, {"message": "Unable to parse incoming data"}), None, Fault(500)
    return None, body, Fault(200, "ok")


def hook(headers: dict[str, str], raw: bytes) -> tuple[Fault | None, Any, Fault]:
    return None, raw, Fault(204)


_VENDORS = (
    (rf"/2010-04-01/Accounts/{SID}/Messages\.json", sms),
    (rf"/2010-04-01/Accounts/{SID}/Calls\.json", call),
    (r"/ntfy", ntfy),
    (rf"/bot{BOT}/sendMessage", telegram),
    (r"/push/\w+", push),
    (r"/teams/\w+", teams),
    (r"/mattermost/\w+", mattermost),
    (r"/hook/\w+", hook),
)


class _Handler(BaseHTTPRequestHandler):
    vendors: Providers

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        if self.vendors.faults:
            self._send(self.vendors.faults.pop(0))
            return
        found = self.vendors.answer(self.path, headers, raw)
        if self.vendors.lost:
            self.vendors.lost -= 1
            self.close_connection = True
            return
        self._send(found)

    def _send(self, found: Fault) -> None:
        text = found.body if isinstance(found.body, str) else json.dumps(found.body)
        payload = b"" if found.body is None else text.encode()
        self.send_response(found.status)
        for name, value in found.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, *_: object) -> None:
        """Quiet."""
