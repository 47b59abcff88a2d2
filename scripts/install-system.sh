#!/usr/bin/env bash
# Chromium and fonts for the tests that open the report. Safe to call again and again: it does
# nothing when a browser is there. Where it may not install one it says so and succeeds, and the
# browser tests skip.
set -euo pipefail

find_browser() {
  local name
  if [ -n "${RIVALRY_CHROMIUM:-}" ]; then
    [ -x "$RIVALRY_CHROMIUM" ] && echo "$RIVALRY_CHROMIUM"
    return
  fi
  for name in chromium chromium-browser google-chrome; do
    command -v "$name" && return
  done
}

skip() {
  echo "Browser tests will skip: $1"
  exit 0
}

[ -z "$(find_browser || true)" ] || exit 0
[ -z "${RIVALRY_CHROMIUM:-}" ] || skip "RIVALRY_CHROMIUM=$RIVALRY_CHROMIUM is not an executable file."
command -v apt-get >/dev/null 2>&1 ||
  skip "there is no Chromium and no apt-get; install Chromium and set RIVALRY_CHROMIUM to its path."

if [ "$(id -u)" -eq 0 ]; then
  as_root=()
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
  as_root=(sudo -n)
else
  skip "there is no Chromium and no right to install it; run: sudo apt-get install chromium fonts-dejavu-core"
fi

echo "Installing Chromium and fonts for the browser tests"
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { "${as_root[@]}" apt-get update &&
       "${as_root[@]}" apt-get install -y --no-install-recommends chromium fonts-dejavu-core
     } >"$log" 2>&1; then
  tail -n 5 "$log"
  skip "apt-get could not install Chromium (last lines above)."
fi
