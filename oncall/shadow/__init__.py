"""Shadow mode: everything runs for a source or a team, and nobody is paged."""
