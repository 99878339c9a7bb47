"""Any service that Apprise knows."""
