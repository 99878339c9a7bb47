"""What keeps an alert from paging: silences, maintenance, inhibition, dependencies, flapping.

An alert that is held back stays open, visible and counted; it pages when nothing holds it any more.
The rules are pure modules; `applying` holds alerts back as they come, `rechecking` afterwards.
"""
