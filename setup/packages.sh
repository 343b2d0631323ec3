#!/usr/bin/env bash
# Installs the system packages that are missing for `run`, `lint` or `test`; asks apt for nothing else.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/step.sh"

wanted=()

# need PACKAGE COMMAND: the package is wanted when the command is not there.
need() {
  command -v "$2" >/dev/null 2>&1 || wanted+=("$1")
}

usable_python() {
  local python
  for python in python3.13 python3.12 python3.11 python3; do
    if command -v "$python" >/dev/null && "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$python"
      return
    fi
  done
  return 1
}

need_python() {
  local python version
  if [[ -x "$root/.venv/bin/python" ]]; then return; fi
  if ! python=$(usable_python); then
    wanted+=(python3 python3-venv)
  elif ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    if [[ "$python" == */python3 ]]; then wanted+=(python3-venv); else wanted+=("python$version-venv"); fi
  fi
}

need_web() {
  need nodejs node
  need npm npm
}

need_for_run() {
  local cache=${CENTRALA_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/centrala}
  [[ -z "${CENTRALA_CACHE:-}" && $EUID -eq 0 ]] && cache=/var/cache/centrala
  need espeak-ng espeak-ng
  if ! command -v sox >/dev/null; then wanted+=(sox libsox-fmt-base); fi
  if [[ ! -d "$cache/asterisk-22" ]] && ! PATH="$PATH:/usr/sbin" command -v asterisk >/dev/null; then
    need mmdebstrap mmdebstrap
    [[ -e /usr/share/keyrings/debian-archive-keyring.gpg ]] || wanted+=(debian-archive-keyring)
  fi
}

need_for_test() {
  need sip-tester sipp
  need redis-server redis-server
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || wanted+=(postgresql)
  if ! command -v chromium >/dev/null && ! command -v google-chrome >/dev/null; then
    if [[ "$(. /etc/os-release && echo "$ID")" == debian ]]; then wanted+=(chromium); fi
  fi
}

install() {
  local as_root=()
  if [[ $EUID -ne 0 ]]; then as_root=(sudo -n); fi
  export DEBIAN_FRONTEND=noninteractive
  "${as_root[@]}" apt-get -q update || echo 'some package lists could not be read again: going on with what is known'
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get -q install -y --no-install-recommends "${wanted[@]}"
}

need_python
need_web
case "$1" in
  run) need_for_run ;;
  lint) ;;
  test)
    need_for_run
    need_for_test
    ;;
  *) say_and_stop "packages.sh takes run, lint or test" ;;
esac

((${#wanted[@]})) || exit 0
if ! command -v apt-get >/dev/null; then
  say_and_stop "this machine has no apt; install what provides: ${wanted[*]}"
fi
if [[ $EUID -ne 0 ]] && ! { command -v sudo >/dev/null && sudo -v; }; then
  say_and_stop "packages are missing and neither root nor sudo is at hand; as root: apt-get install ${wanted[*]}"
fi
printf '  packages: %s\n' "${wanted[*]}"
step "system packages" install
