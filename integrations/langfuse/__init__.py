"""Langfuse monitors, as alerts, and prompt versions, as changes."""
