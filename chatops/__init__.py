"""Commands over an incident, in whatever chat or box they are typed. Calls services only."""
