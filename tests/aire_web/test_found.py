"""Whoever signs in finds every page: no address has to be known."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from accounts.models import User
from tests.browser.routes import ROUTES
from tests.cast import sign_in

LINK = re.compile(r"""<(?:a|form)\s[^>]*?(?:href|action)="(/[^"#?]*)""")
# The service worker shows it; the sign-in asks for it; it is the step after another one.
ELSEWHERE = {"offline", "account_reauthenticate", "account_email"}


@pytest.mark.django_db
def test_every_page_that_needs_no_argument_is_found_from_the_first_page(owner: User) -> None:
    browser = sign_in(owner)
    names = {name for name, route in ROUTES.items() if route.kind == "page" and not route.facts}
    wanted = {reverse(name): name for name in names - ELSEWHERE}
    found, next_ones = {"/"}, ["/"]
    while next_ones:
        answer = browser.get(next_ones.pop(), follow=True)
        for address in set(LINK.findall(answer.content.decode())) - found:
            found.add(address)
            if address in wanted:
                next_ones.append(address)
    assert sorted(name for address, name in wanted.items() if address not in found) == []
