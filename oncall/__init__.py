"""Schedules, rotations, overrides, escalation policies and pages."""
