"""What shows what an incident was: samples, reproductions, counts and reports of other tools."""
