#!/usr/bin/env bash
# Installs from Debian what the tests need and npm cannot bring: a Chromium to drive, and the Vulkan loader through
# which its software driver runs the WebGPU tests. Does nothing where both are present.
set -euo pipefail
missing=()
command -v chromium >/dev/null 2>&1 || missing+=(chromium)
ldconfig -p 2>/dev/null | grep -q 'libvulkan\.so\.1' || missing+=(libvulkan1)
[ "${#missing[@]}" = 0 ] && exit 0
if ! command -v apt-get >/dev/null 2>&1; then
  echo "The tests need ${missing[*]}, and this system has no apt-get to install them with." >&2
  exit 1
fi
run() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
export DEBIAN_FRONTEND=noninteractive
run apt-get update -qq
run apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
