"""The embedded runtime behind `manage.py up` and the tests. Free of Django, so it starts fast."""
