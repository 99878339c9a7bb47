"""Tables that were emptied find the shipped causes again."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from taxonomy.models import Cause


@pytest.mark.django_db(transaction=True)
def test_a_flush_brings_the_shipped_causes_back() -> None:
    call_command("flush", interactive=False, verbosity=0)
    assert Cause.objects.filter(shipped=True).count() >= 80
