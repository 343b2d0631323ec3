#!/usr/bin/env bash
# Makes .venv and installs Centrala into it, for `run` without and for `lint` and `test` with the test tools.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/step.sh"

make_venv() {
  local python
  for python in python3.13 python3.12 python3.11 python3; do
    if command -v "$python" >/dev/null && "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      "$python" -m venv "$root/.venv"
      return
    fi
  done
  echo 'Python 3.11 or later is needed' && return 1
}

pip_install() {
  "$root/.venv/bin/python" -m pip install --disable-pip-version-check --no-input --progress-bar off \
    --editable "$root$1"
}

if [[ ! -x "$root/.venv/bin/python" || ! -x "$root/.venv/bin/pip" ]]; then
  rm -f "$state/python" "$state/python-dev"
  step "virtual environment" make_venv
fi
key="$(digest pyproject.toml) $("$root/.venv/bin/python" -V)"
case "$1" in
  run)
    # The test tools come on top of what running needs.
    [[ -f "$state/python-dev" && "$(<"$state/python-dev")" == "$key" ]] && exit 0
    once python "$key" "Python packages" pip_install ""
    ;;
  *) once python-dev "$key" "Python packages and test tools" pip_install "[dev]" ;;
esac
