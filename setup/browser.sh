#!/usr/bin/env bash
# Where the distribution has no Chromium package of its own (Ubuntu), takes the one that Playwright provides.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/step.sh"

command -v chromium >/dev/null && exit 0
command -v google-chrome >/dev/null && exit 0
once browser "$("$root/.venv/bin/python" -m playwright --version)" "Chromium" \
  "$root/.venv/bin/python" -m playwright install --with-deps chromium
