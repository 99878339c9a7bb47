"""`manage.py doctor`: what may be wrong with an installation, and how to mend it. Only looks."""
