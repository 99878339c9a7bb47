"""AIRE's settings with nothing but the view of `bench.peers`: Django at its best."""

from aire_web.settings import *  # noqa: F403

ROOT_URLCONF = "bench.peers"
INSTALLED_APPS: list[str] = []
MIDDLEWARE: list[str] = []
