"""Push messages over ntfy."""
