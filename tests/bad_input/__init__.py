"""Bad input at the ingest addresses, by category: every case is data, its outcome is asserted."""
