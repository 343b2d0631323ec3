#!/usr/bin/env bash
# Installs what is missing for `run`, `lint` or `test`. A second time it finds everything done and touches no network.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

"$here/packages.sh" "$1"
"$here/python.sh" "$1"
"$here/web.sh"
if [[ "$1" == test ]]; then "$here/browser.sh"; fi
