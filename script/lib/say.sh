# shellcheck shell=bash
# How every script speaks and fails: one line about what it does, one sentence about what is missing.

PROGRAM="script/$(basename -- "$0")"

say() { printf '%s\n' "$*"; }

die() {
    printf '%s: %s\n' "$PROGRAM" "$*" >&2
    exit 1
}

# explain LOG WHAT: the cause of a failed download or installation as one sentence.
explain() {
    local log=$1 what=$2 last
    if grep -qiE 'no space left|not enough free space|disk quota exceeded' "$log"; then
        die "$what: the disk is full; make room and run this again."
    elif grep -qiE 'could not get lock|unable to acquire the dpkg' "$log"; then
        die "$what: another package manager holds the lock; wait for it to end and run this again."
    elif grep -qiE 'resolv|name or service not known|dns error|network is unreachable|no route to host|connection (refused|timed out|reset)|failed to establish|error sending request|operation timed out|unable to connect|could not connect|failed to fetch|max retries' "$log"; then
        die "$what: no network, or the mirror does not answer; see $log and the part on machines without internet in docs/operations.md."
    elif grep -qiE 'no solution found|no matching distribution|was not found in the (package registry|provided|cache)' "$log"; then
        die "$what: the package index or wheel folder in use does not hold a locked version; see $log."
    elif grep -qi 'hash mismatch' "$log"; then
        die "$what: a downloaded file differs from the one that was locked (wrong hash); see $log."
    fi
    last=$(grep -vE '^[[:space:]]*$' "$log" | tail -n 1 || true)
    die "$what: ${last:-no reason given}; see $log."
}

# room_for FOLDER MEGABYTES WHAT: refuses to begin what the disk cannot hold.
room_for() {
    local free
    free=$(df -Pm -- "$1" | awk 'NR == 2 { print $4 }')
    if [ "${free:-0}" -lt "$2" ]; then
        die "disk full: $3 needs about $2 MB on the disk of $1, and $free MB are free."
    fi
}

# answers_to PID WORD: is this process alive, and is it ours (WORD stands in its command line)?
answers_to() {
    [[ $1 =~ ^[0-9]+$ ]] && kill -0 "$1" 2>/dev/null && tr '\0' ' ' 2>/dev/null <"/proc/$1/cmdline" | grep -qF -- "$2"
}

# wait_gone PID SECONDS: waits until the process has ended.
wait_gone() {
    local tries=$(($2 * 20))
    while kill -0 "$1" 2>/dev/null; do
        ((tries-- > 0)) || return 1
        sleep 0.05
    done
}

pid_in() { if [ -s "$1" ]; then head -n 1 -- "$1" 2>/dev/null || true; fi; }
