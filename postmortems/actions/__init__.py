"""Follow-up actions: proposed from causes, owed by somebody, until they are verifiably done."""
