#!/usr/bin/env bash
# Usage: make-venv.sh PYTHON FOLDER -- create a virtual environment, or say plainly why not.
set -euo pipefail
python=$1
venv=$2

if ! command -v "$python" >/dev/null 2>&1; then
  echo "There is no '$python' here. Install Python 3.11 or newer, or name one: make PYTHON=python3.12 ..." >&2
  exit 1
fi
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  echo "$("$python" --version) is too old: rivalry needs Python 3.11 or newer." >&2
  echo "Name a newer one: make PYTHON=python3.12 ..." >&2
  exit 1
fi
echo "Creating $venv with $("$python" --version)"
if ! "$python" -m venv "$venv"; then
  # A folder without a working pip would pass for finished at the next call.
  rm -rf "$venv"
  echo "The venv module failed. On Debian and Ubuntu: apt-get install python3-venv" >&2
  exit 1
fi
