"""Moving over from another on-call tool: its export becomes documents, `apply` does the rest."""
