"""Duties to report an incident within a time. Rules are data; nothing here is legal advice."""
