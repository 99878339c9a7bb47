"""GitHub: issues as the place where follow-ups are worked on."""
