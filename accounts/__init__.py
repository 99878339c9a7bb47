"""People, teams, roles, sign-in, API keys, the audit trail."""
