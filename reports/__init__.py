"""What managers read: one question a report, definitions beside numbers. Writes nothing of others."""
