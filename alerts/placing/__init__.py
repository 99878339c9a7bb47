"""Changes that senders tell of: which system they belong to, and those that found none."""
