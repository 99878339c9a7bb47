#!/bin/sh
# Makes the virtual environment named by the first argument with the first Python that is
# new enough. Says what is missing when there is none.
set -eu

new_enough='import sys; sys.exit(sys.version_info < (3, 11))'
for python in python3 python3.13 python3.12 python3.11 python3.14; do
    # Asked, not only looked for: a version manager's stand-in exists without its Python.
    if "$python" -c "$new_enough" 2>/dev/null; then
        echo "Making $1 with $("$python" --version)."
        if "$python" -m venv "$1"; then
            exit 0
        fi
        rm -rf "$1"
        echo "$python cannot make virtual environments." \
            "On Debian and Ubuntu: apt-get install python3-venv" >&2
        exit 1
    fi
done
echo "AIRE needs Python 3.11 or newer. Install it from your system's packages or from" \
    "https://www.python.org/downloads/, then run this again." >&2
exit 1
