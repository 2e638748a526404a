#!/usr/bin/env bash
# Installs from Debian what the tests need and npm cannot bring: a Chromium to drive. Does nothing where it is present.
set -euo pipefail
command -v chromium >/dev/null 2>&1 && exit 0
if ! command -v apt-get >/dev/null 2>&1; then
  echo "The tests drive /usr/bin/chromium, which is not installed, and this system has no apt-get to install it with." >&2
  exit 1
fi
run() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
export DEBIAN_FRONTEND=noninteractive
run apt-get update -qq
run apt-get install -y -qq --no-install-recommends chromium >/dev/null
