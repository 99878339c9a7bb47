"""Prints how many processes run the tests: one a core, from two to eight."""

from __future__ import annotations

import os
import sys

# Below two, nothing would show that tests are independent; above eight, the one PostgreSQL
# of the run has too few connections.
sys.stdout.write(f"{min(max(os.cpu_count() or 2, 2), 8)}\n")
