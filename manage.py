#!/usr/bin/env python
"""The command line of AIRE: `python manage.py help`."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aire_web.settings")
    if sys.argv[1:2] == ["up"]:
        # It needs the settings alone: to load every room first would take seconds.
        from aire_web.management.commands.up import Command

        Command().run_from_argv(sys.argv)
    else:
        execute_from_command_line(sys.argv)
