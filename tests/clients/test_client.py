"""How the client behaves when AIRE is away, busy or says no: against a server that is."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from aire_client import Aire, AireError, Measurement, Refused, Retry, Unreachable
from aire_client.transport import _seconds

ROOT = Path(__file__).resolve().parents[2]
NOON = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
QUICK = Retry(tries=3, seconds=5, first=0.01)


@dataclass
class Desk:
    """Takes calls. `says` are answers in order: (status, headers, body); then all is well. A
    status of 0 takes the call and hangs up. With `shut`, calls wait until it is opened."""

    url: str = ""
    says: list[tuple[int, dict[str, str], object]] = field(default_factory=list)
    heard: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    opened: threading.Event = field(default_factory=threading.Event)

    def client(self, retry: Retry = QUICK, timeout: float = 5.0) -> Aire:
        return Aire(self.url, api_key="aire_k", source_key="s", retry=retry, timeout=timeout)

    def bodies(self) -> list[dict[str, object]]:
        return [json.loads(body) for _, _, body in self.heard]


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    desk.opened.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            desk.heard.append((self.path, dict(self.headers), body))
            desk.opened.wait(10)
            status, headers, said = desk.says.pop(0) if desk.says else (202, {}, {})
            if not status:
                self.close_connection = True
                return
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(said if isinstance(said, bytes) else json.dumps(said).encode())

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    desk.url = f"http://127.0.0.1:{server.server_address[1]}"
    yield desk
    desk.opened.set()
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    "trouble", [(429, {"Retry-After": "0"}, {}), (503, {}, b"<html>"), (0, {}, {})]
)
def test_a_call_is_tried_again_with_the_same_key(
    desk: Desk, trouble: tuple[int, dict[str, str], object]
) -> None:
    desk.says = [trouble, trouble]
    assert desk.client().change("rag", "prompt", "v31").status == 202
    assert len(desk.heard) == 3
    assert len({(head["Idempotency-Key"], body) for _, head, body in desk.heard}) == 1


def test_a_wait_that_is_longer_than_the_time_is_not_waited(desk: Desk) -> None:
    desk.says = [(503, {"Retry-After": "60"}, {})]
    with pytest.raises(Unreachable, match=r"change of rag could not be sent: AIRE answered 503"):
        desk.client().change("rag", "prompt", "v31")
    assert len(desk.heard) == 1


def test_retry_after_may_be_a_date() -> None:
    from email.message import Message

    def wait(said: str) -> float | None:
        headers = Message()
        headers["Retry-After"] = said
        return _seconds(headers)

    assert wait("7") == 7.0
    assert wait("Fri, 01 Jan 2021 00:00:00 GMT") == 0.0
    assert (wait("Fri, 01 Jan 2100 00:00:00 GMT") or 0) > 1e9
    assert wait("soon") is None
    assert 7.0 <= QUICK.wait(1, 7.0) <= 7.1


def test_a_refusal_is_not_repeated_and_says_what_is_wrong(desk: Desk) -> None:
    errors = {"kind": ["“x” is not a valid choice."]}
    problem = {"type": "urn:aire:problem:invalid", "detail": "kind: no", "errors": errors}
    desk.says = [(400, {}, problem)]
    with pytest.raises(Refused, match="AIRE answered 400: kind: no") as caught:
        desk.client().change("rag", "prompt", "v31")
    assert (caught.value.status, caught.value.type) == (400, "urn:aire:problem:invalid")
    assert caught.value.errors == errors
    assert "(kind: “x” is not a valid choice.)" in str(caught.value)
    assert len(desk.heard) == 1


@pytest.mark.parametrize(
    "body", [b"", b"<html>no</html>", b"[1]", b'{"errors": 3, "detail": null}']
)
def test_a_refusal_without_a_problem_is_a_refusal(desk: Desk, body: bytes) -> None:
    desk.says = [(401, {}, body)]
    with pytest.raises(Refused, match="401"):
        desk.client().report("rag", "wrong")


def test_a_redirect_is_not_followed_with_the_key(desk: Desk) -> None:
    desk.says = [(302, {"Location": f"{desk.url}/elsewhere"}, {})]
    with pytest.raises(Refused, match="302"):
        desk.client().report("rag", "wrong")
    assert len(desk.heard) == 1


def test_no_error_and_no_name_shows_a_key(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Aire("http://127.0.0.1:9", api_key="aire_secret", retry=Retry(tries=1))
    with pytest.raises(Unreachable) as caught:
        client.heartbeat("hb_secret")
    assert "secret" not in f"{caught.value} {client!r} {client.background()!r}"
    monkeypatch.delenv("AIRE_SOURCE_KEY", raising=False)
    with pytest.raises(AireError, match="needs `source_key`"):
        client.alert("wrong", key="k")


@pytest.mark.parametrize("url", ["", "aire.example", "file:///etc/passwd", "https://"])
def test_an_address_that_is_none_is_refused(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AIRE_URL", raising=False)
    with pytest.raises(ValueError, match=r"https://aire\.example"):
        Aire(url)


def test_what_aire_cannot_take_is_refused_before_it_is_sent(desk: Desk) -> None:
    client = desk.client()
    with pytest.raises(ValueError, match="zone"):
        client.measure("s", good=1, total=1, end=datetime(2026, 1, 1))  # noqa: DTZ001
    with pytest.raises(ValueError, match="JSON"):
        client.measure("s", good=float("nan"), total=1)
    with pytest.raises(ValueError, match="1 to 10,000"):
        client.measurements("s", [])
    with pytest.raises(ValueError, match="at_least"):
        client.evaluation("s", [0.4])
    assert not desk.heard


def test_scores_and_verdicts_are_counted_and_a_failed_judge_is_not(desk: Desk) -> None:
    client = desk.client()
    client.evaluation("s", [0.9, 0.8, 0.1, None], at_least=0.8, start=NOON, end=NOON)
    client.evaluation("s", [True, False, None])
    counts = [(m["good"], m["total"]) for b in desk.bodies() for m in b["measurements"]]  # type: ignore[attr-defined]
    assert counts == [(2, 3), (1, 2)]


def test_measurements_without_times_follow_each_other(desk: Desk) -> None:
    client = desk.client()
    for _ in range(3):
        client.measure("s", good=1, total=1)
    client.measure("other", good=1, total=1)
    told = [body["measurements"][0] for body in desk.bodies()]  # type: ignore[index]
    assert [m["start"] for m in told[1:3]] == [m["end"] for m in told[:2]]
    first = datetime.fromisoformat(told[3]["end"]) - datetime.fromisoformat(told[3]["start"])
    assert first == timedelta(minutes=1)


def test_a_job_that_fails_says_so_and_keeps_its_error(desk: Desk) -> None:
    desk.says = [(401, {}, {})]  # also when AIRE takes no heartbeat
    with pytest.raises(KeyError), desk.client().job("hb"):
        raise KeyError("row 7")
    assert [(path, body) for path, _, body in desk.heard] == [
        ("/heartbeat/hb/start/", b""), ("/heartbeat/hb/fail/", b"KeyError"),
    ]  # fmt: skip


def test_the_background_waits_for_nobody_and_sends_together(desk: Desk) -> None:
    desk.opened.clear()
    later = desk.client().background(size=4)
    assert later.change("rag", "prompt", "v31")  # taken at once, although nobody answers
    while not desk.heard:
        pass
    for minute in range(4):
        point = Measurement(NOON, NOON + timedelta(minutes=minute + 1), 1, 2)
        assert later.measurements("s", [point])
    assert not later.report("rag", "too much waits")
    assert not later.measure("s", good=float("nan"), total=1)
    assert later.lost == 2
    assert not later.flush(0.05)
    desk.opened.set()
    assert later.flush(10)
    assert [len(body.get("measurements", "")) for body in desk.bodies()] == [0, 4]  # type: ignore[arg-type]
    assert later.close()
    assert not later.report("rag", "closed")


def test_the_background_survives_refusals_and_logs_few(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(
        logging.getLogger("aire_client"), "handle", lambda line: said.append(line.getMessage())
    )
    desk.says = [(400, {}, {"detail": "no such system"})] * 12
    with desk.client().background() as later:
        for _ in range(13):
            assert later.change("rag", "prompt", "v31")
    assert (later.lost, len(desk.heard)) == (12, 13)
    assert len(said) == 2  # the 1st and the 10th
    assert "no such system" in said[0]


def test_what_waits_is_sent_when_the_program_ends(desk: Desk) -> None:
    script = "from aire_client import Aire; Aire().background().report('rag', 'at its end')"
    env = {**os.environ, "AIRE_URL": desk.url, "AIRE_API_KEY": "k",
           "PYTHONPATH": str(ROOT / "clients/python/src")}  # fmt: skip
    subprocess.run([sys.executable, "-c", script], env=env, check=True, timeout=30)
    assert [body["text"] for body in desk.bodies()] == ["at its end"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_process_has_a_background_of_its_own(desk: Desk) -> None:
    script = (
        "import os; from aire_client import Aire\n"
        "later = Aire().background(); later.report('rag', 'parent'); later.flush()\n"
        "pid = os.fork()\n"
        "if not pid:\n    later.report('rag', 'child'); os._exit(0 if later.flush() else 1)\n"
        "assert os.waitpid(pid, 0)[1] == 0"
    )
    env = {**os.environ, "AIRE_URL": desk.url, "AIRE_API_KEY": "k",
           "PYTHONPATH": str(ROOT / "clients/python/src")}  # fmt: skip
    subprocess.run([sys.executable, "-W", "ignore", "-c", script], env=env, check=True, timeout=30)
    assert [body["text"] for body in desk.bodies()] == ["parent", "child"]
