"""Business figures of systems: values, their usual band, what an incident did to them."""
