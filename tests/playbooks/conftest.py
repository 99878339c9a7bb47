"""A cluster that answers, and an incident of the system that runs in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from catalog.models import System
from incidents.models import Incident
from tests.fakes.kubernetes import FakeKubernetes
from tests.incidents.cast import make_incident
from tests.playbooks.cast import connect


@pytest.fixture(autouse=True)
def _local(settings: Any) -> None:
    settings.AIRE_ALLOW_PRIVATE_NETWORK = "127.0.0.1"


@pytest.fixture
def cluster(db: None) -> Iterator[FakeKubernetes]:
    with FakeKubernetes() as fake:
        fake.deployment("assistant")
        connect(fake)
        yield fake


@pytest.fixture
def incident(system: System) -> Incident:
    return make_incident(systems=[system])
