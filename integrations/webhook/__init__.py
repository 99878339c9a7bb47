"""Any tracker that takes a signed webhook, and may answer with one."""
