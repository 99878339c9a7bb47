"""Sources and keys, durable receipts, signals, alerts in episodes, routes, and their trace."""
