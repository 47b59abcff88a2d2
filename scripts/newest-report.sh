#!/usr/bin/env bash
# Usage: newest-report.sh OUT -- print where the newest report under OUT lies; fail if there is none.
set -euo pipefail
out=$1

# Folder names are times, so the last in order of name is the newest.
newest=
for report in "$out"/afghanistan/*/report.html; do
  [ -f "$report" ] && newest=$report
done
if [ -z "$newest" ]; then
  echo "No report.html was written under $out/afghanistan" >&2
  exit 1
fi
echo "Report: $(cd "$(dirname "$newest")" && pwd)/report.html"
