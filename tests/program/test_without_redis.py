"""Redis gone from beginning to end: it only carries hints."""

from __future__ import annotations

import json

import pytest

from tests.program.checker import check, settle
from tests.program.harness import Program
from tests.program.payloads import alert
from tests.program.ports import free_port

pytestmark = pytest.mark.program


def test_with_redis_gone_from_the_start_pages_still_go_out_within_seconds() -> None:
    nobody = f"redis://127.0.0.1:{free_port()}/0"
    with Program(env={"REDIS_URL": nobody}) as program:
        assert "valkey" not in program.pids()
        for number in range(10):
            program.sender.post("prod", alert(f"NoRedis{number}"))
        settle(program)
        check(program)
        for number, accepted in enumerate(program.sender.accepted):
            for channel in ("email", "slack"):
                messages = program.inboxes.about(f"NoRedis{number}", channel=channel)
                assert (messages[0].at - accepted.at).total_seconds() < 5
        status, body = program.request("GET", "/readyz")
        assert status == 200
        assert "broker" in json.loads(body)
        assert program.stop() < 10
        assert program.left_over() == []
