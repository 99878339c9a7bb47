"""The centre: incidents, their lifecycle, timeline, roles, tasks and people."""
