"""Looking at a source's own API: what began or ended while AIRE was away is told by nobody."""
