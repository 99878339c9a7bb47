"""Follow-ups in the trackers where teams keep their work: connections, links, sync both ways."""
