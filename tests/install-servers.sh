#!/usr/bin/env bash
# Installs the real servers and tools that the tests need, from the distribution's packages.
# A test server that is missing is an error, never a skipped test.
set -euo pipefail

missing=()
need() { command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ] || missing+=("$2"); }

need mbpoll mbpoll
need mosquitto mosquitto
need chromium chromium
need openssl openssl
fc-list 2>/dev/null | grep -qiE 'noto.*cjk|wqy|wenquanyi' || missing+=(fontconfig fonts-wqy-microhei)

[ ${#missing[@]} -eq 0 ] && exit 0
echo "installing ${missing[*]}"
as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
        echo "the tests need: apt-get install ${missing[*]} (run it as root)" >&2
        exit 1
    fi
    as_root=(sudo)
fi
"${as_root[@]}" apt-get update -qq
DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}"
