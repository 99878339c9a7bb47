"""The roof: settings, addresses, processes, and the one place where the rooms are wired."""
