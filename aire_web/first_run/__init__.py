"""The first run: five steps from an empty installation to a page that arrives. It spans rooms,
so it lives at the roof; what it makes is written by the services of the rooms."""
