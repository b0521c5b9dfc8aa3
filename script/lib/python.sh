# shellcheck shell=bash
# The private Python: .venv from the system's python3, filled by a pinned uv of its own with exactly the locked packages.

find_python() {
    PYTHON=${PYTHON:-/usr/bin/python3}
    command -v "$PYTHON" >/dev/null || die "there is no $PYTHON; install Python 3.11, 3.12 or 3.13, or name one: PYTHON=/path/to/python3 $PROGRAM"
    PYTHON_VERSION=$("$PYTHON" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])') || die "$PYTHON does not run."
    case $PYTHON_VERSION in
        3.11.* | 3.12.* | 3.13.*) ;;
        *) die "Python 3.11, 3.12 or 3.13 is needed and $PYTHON is $PYTHON_VERSION; name another one: PYTHON=/path/to/python3 $PROGRAM" ;;
    esac
}

# The mirror, wheel folder and certificates that pip was given on this machine are handed to uv.
mirror_settings() {
    local key value
    while IFS='=' read -r key value; do
        value=${value#[\'\"]}
        value=${value%[\'\"]}
        case $key in
            *.index-url) export UV_DEFAULT_INDEX="${UV_DEFAULT_INDEX:-$value}" ;;
            *.find-links) [ -n "${UV_FIND_LINKS:-}" ] || UV_FIND_LINKS=$(printf '%s' "${value//\\n/ }" | xargs | tr ' ' ',') && export UV_FIND_LINKS ;;
            *.no-index) case $value in 1 | true | yes | on | True) UV_ARGUMENTS+=(--no-index) ;; esac ;;
            *.cert) export SSL_CERT_FILE="${SSL_CERT_FILE:-$value}" ;;
            *.trusted-host) export UV_INSECURE_HOST="${UV_INSECURE_HOST:-$value}" ;;
        esac
    done < <("$ROOT/.uv/bin/python" -m pip config list 2>/dev/null) # the environment is listed first and wins
}

make_uv() {
    local lock=$ROOT/requirements/uv.txt stamp=$ROOT/.uv/stamp wanted
    wanted="$PYTHON_VERSION $(sha256sum <"$lock")"
    if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
        rm -rf "$ROOT/.uv"
        "$PYTHON" -m venv "$ROOT/.uv" >"$LOGS/uv.log" 2>&1 || explain "$LOGS/uv.log" "the Python environment .uv could not be made"
        "$ROOT/.uv/bin/python" -m pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes -r "$lock" \
            >"$LOGS/uv.log" 2>&1 || explain "$LOGS/uv.log" "uv could not be installed"
        printf '%s' "$wanted" >"$stamp"
    fi
    export UV_PYTHON_DOWNLOADS=never UV_NO_PROGRESS=1 UV_HTTP_TIMEOUT="${UV_HTTP_TIMEOUT:-120}" UV_LINK_MODE="${UV_LINK_MODE:-hardlink}"
    UV_ARGUMENTS=()
    mirror_settings
}

uv() { "$ROOT/.uv/bin/uv" "$@" ${UV_ARGUMENTS[@]+"${UV_ARGUMENTS[@]}"}; }

# fill_venv FILE: .venv holds what FILE locks, nothing else. A stamp in it makes the second call quick; a mark in it tells of a killed one.
fill_venv() {
    local lock=$1 venv=$ROOT/.venv wanted
    wanted="$PYTHON_VERSION $PYTHON $(sha256sum <"$lock")"
    [ "$(cat "$venv/stamp" 2>/dev/null)" = "$wanted" ] && return 0
    room_for "$ROOT" 900 "the Python environment"
    say "Installing the Python packages of ${lock#"$ROOT"/}"
    make_uv
    if [ -e "$venv/half-made" ] || [ "$("$venv/bin/python" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null)" != "$PYTHON_VERSION" ]; then
        rm -rf "$venv"
        "$PYTHON" -m venv --without-pip "$venv" >"$LOGS/packages.log" 2>&1 || explain "$LOGS/packages.log" "the Python environment .venv could not be made"
    fi
    rm -f "$venv/stamp"
    touch "$venv/half-made"
    uv pip sync --quiet --python "$venv/bin/python" --require-hashes --no-build "$lock" >"$LOGS/packages.log" 2>&1 ||
        explain "$LOGS/packages.log" "the Python packages could not be installed"
    rm -f "$venv/half-made"
    printf '%s' "$wanted" >"$venv/stamp"
}
