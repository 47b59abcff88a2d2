#!/usr/bin/env bash
# Usage: install.sh VENV EXTRAS -- install this checkout, editable, with EXTRAS (may be empty).
set -euo pipefail
cd "$(dirname "$0")/.."
venv=$1
extras=$2

target=.
[ -z "$extras" ] || target=".[$extras]"
echo "Installing rivalry $target into $venv (a first time takes a few minutes)"
if ! "$venv/bin/python" -m pip install -qq --disable-pip-version-check --editable "$target"; then
  echo "The installation failed; the lines above say why. Without a network, give pip a folder of" >&2
  echo "wheels: PIP_FIND_LINKS=FOLDER PIP_NO_INDEX=1 make ..." >&2
  exit 1
fi
