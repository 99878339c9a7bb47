"""LangSmith alert rules and automation rules."""
