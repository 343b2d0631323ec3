# Sourced by the scripts beside it: quiet steps, one line each, with the log's tail when one fails.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
state="$root/.setup"
mkdir -p "$state"

# step TITLE COMMAND...: run the command with its output in a log; print the title and how long it took.
step() {
  local title=$1 log began
  shift
  log="$state/${title// /-}.log"
  began=$SECONDS
  printf '  %-44s' "$title"
  if "$@" >"$log" 2>&1 </dev/null; then
    printf '%4d s\n' "$((SECONDS - began))"
  else
    local status=$?
    printf 'failed\n\n'
    tail -n 30 "$log" >&2
    printf '\nsetup: "%s" failed; the whole log is %s\n' "$title" "$log" >&2
    exit "$status"
  fi
}

# once NAME KEY TITLE COMMAND...: run the step unless it succeeded before with the same key.
once() {
  local stamp="$state/$1" key=$2
  shift 2
  if [[ -f "$stamp" && "$(<"$stamp")" == "$key" ]]; then
    return
  fi
  rm -f "$stamp"
  step "$@"
  printf '%s\n' "$key" >"$stamp"
}

# digest FILE...: one checksum over the contents of the files and of those in the folders named.
digest() {
  (cd "$root" && find "$@" -type f -print0 2>/dev/null | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c1-64)
}

say_and_stop() {
  printf 'setup: %s\n' "$1" >&2
  exit 1
}
