#!/usr/bin/env bash
# Builds the desktop's web bundle when its sources changed.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/step.sh"

web=agent_desktop/web
npm_ci() { (cd "$root/$web" && npm ci --no-audit --no-fund --loglevel=error); }
npm_build() { (cd "$root/$web" && npm run --silent build); }

[[ -d "$root/$web/node_modules" ]] || rm -f "$state/web-packages"
[[ -d "$root/$web/dist" ]] || rm -f "$state/web-bundle"
packages=$(digest "$web/package.json" "$web/package-lock.json")
once web-packages "$packages" "web packages" npm_ci
sources=$(cd "$root" && find "$web" \( -name node_modules -o -name 'dist*' \) -prune -o -type f -print0 |
  LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c1-64)
once web-bundle "$sources" "web bundle" npm_build
