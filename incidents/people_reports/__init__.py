"""Reports by people: "this answer was wrong", clustered by system, version and words."""
