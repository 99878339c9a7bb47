#!/bin/sh
# Prints the path of a Chrome or Chromium for the browser tests. On Debian and Ubuntu, as
# root, installs Chromium when there is none; elsewhere says how to get one.
set -eu

# A path is believed only when the program answers: Ubuntu has a stand-in that does not.
works() {
    "$1" --version >/dev/null 2>&1
}

find_browser() {
    for name in chromium chromium-browser google-chrome google-chrome-stable \
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" \
        "/Applications/Chromium.app/Contents/MacOS/Chromium"; do
        path=$(command -v "$name" 2>/dev/null) || continue
        if works "$path"; then
            echo "$path"
            return 0
        fi
    done
    return 1
}

if [ -n "${AIRE_CHROME:-}" ]; then
    if works "$AIRE_CHROME"; then
        echo "$AIRE_CHROME"
        exit 0
    fi
    echo "AIRE_CHROME is $AIRE_CHROME, which does not run." >&2
    exit 1
fi

find_browser && exit 0

if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    echo "Installing Chromium for the browser tests." >&2
    DEBIAN_FRONTEND=noninteractive
    export DEBIAN_FRONTEND
    if apt-get update -qq >&2 && apt-get install -y -qq --no-install-recommends chromium >&2; then
        find_browser && exit 0
    fi
fi

echo "The browser tests need Chrome or Chromium, and none was found. Install one (Debian and" \
    "Ubuntu: sudo apt-get install chromium; macOS: brew install --cask chromium) or set" \
    "AIRE_CHROME to its path." >&2
exit 1
