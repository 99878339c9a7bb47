"""Any sender of JSON, read through a mapping."""
