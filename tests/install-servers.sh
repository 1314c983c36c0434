#!/usr/bin/env bash
# Installs the real servers and tools that the tests need: the distribution's packages, and
# node-opcua with the Node of the Python environment.
# A test server that is missing is an error, never a skipped test.
set -euo pipefail
cd "$(dirname "$0")/.."

missing=()
need() { command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ] || missing+=("$2"); }

need mbpoll mbpoll
need mosquitto mosquitto
need chromium chromium
need openssl openssl
need influxd influxdb
need victoria-metrics victoria-metrics
need gcc gcc
need pkg-config pkg-config
pkg-config --exists libmodbus 2>/dev/null || missing+=(libmodbus-dev libc6-dev)
fc-list 2>/dev/null | grep -qiE 'noto.*cjk|wqy|wenquanyi' || missing+=(fontconfig fonts-wqy-microhei)

if [ ${#missing[@]} -ne 0 ]; then
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
    DEBIAN_FRONTEND=noninteractive \
        "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}"
    # These two packages start a server of their own; the tests start theirs, in their own folders.
    for service in influxdb victoria-metrics; do
        if [[ " ${missing[*]} " == *" $service "* && -d /run/systemd/system ]]; then
            "${as_root[@]}" systemctl disable --quiet --now "$service"
        fi
    done
fi

# npm writes what it has installed beside it; older than the lock means not this one.
cd tests/peers/node_opcua
if [ ! node_modules/.package-lock.json -nt package-lock.json ]; then
    echo "installing node-opcua"
    PATH="$OLDPWD/.venv/bin:$PATH" npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
fi
