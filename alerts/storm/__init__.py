"""When a source sends more than people can look at: few incidents, few pages, nothing dropped."""
