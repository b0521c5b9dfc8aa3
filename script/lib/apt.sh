# shellcheck shell=bash
# Debian packages: which are missing, and their installation without starting any server of Debian's own.

APT_OPTIONS=(-q -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 -o Acquire::Retries=3)
POLICY=/usr/sbin/policy-rc.d
POLICY_MARK="# put here by script/bootstrap of cppcc for the time of one installation"
CLUSTERS=/etc/postgresql-common/createcluster.conf

missing_packages() {
    local name
    for name in "$@"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null || true)" = installed ] || printf '%s\n' "$name"
    done
}

as_root() { if [ "$EUID" -eq 0 ]; then "$@"; else sudo -n -- "$@"; fi; }

# Debian starts a server when its package is installed, on the standard port; ours are private, so that is forbidden meanwhile.
forbid_starting() {
    if [ ! -e "$POLICY" ]; then
        printf '#!/bin/sh\n%s\nexit 101\n' "$POLICY_MARK" | as_root tee "$POLICY" >/dev/null
        as_root chmod 755 "$POLICY"
    fi
    if [ ! -e "$CLUSTERS" ] && [ ! -d /etc/postgresql ]; then
        as_root mkdir -p "${CLUSTERS%/*}"
        printf '# Written by script/bootstrap of cppcc, which needs no cluster of the machine.\ncreate_main_cluster = false\n' |
            as_root tee "$CLUSTERS" >/dev/null
    fi
}

allow_starting() {
    if grep -qsF "$POLICY_MARK" "$POLICY"; then as_root rm -f "$POLICY"; fi
}

apt_get() { as_root env DEBIAN_FRONTEND=noninteractive UCF_FORCE_CONFFOLD=1 NEEDRESTART_SUSPEND=1 apt-get "${APT_OPTIONS[@]}" "$@" </dev/null >>"$APT_LOG" 2>&1; }

repair_dpkg() {
    as_root env DEBIAN_FRONTEND=noninteractive dpkg --configure -a --force-confold </dev/null >>"$APT_LOG" 2>&1 || true
    apt_get --fix-broken install -y || true
}

install_packages() {
    local missing fresh_redis=no
    mapfile -t missing < <(missing_packages "$@")
    [ ${#missing[@]} -gt 0 ] || return 0
    command -v apt-get >/dev/null || die "this needs Debian 12 or 13: there is no apt-get here to install ${missing[*]}."
    if [ "$EUID" -ne 0 ] && ! sudo -n true 2>/dev/null; then
        die "Debian packages are missing and this user may not install them; run as root: apt-get install --no-install-recommends ${missing[*]}"
    fi
    room_for /var/cache/apt 1200 "installing Debian packages"
    say "Installing ${#missing[@]} Debian packages: ${missing[*]}"
    : >"$APT_LOG"
    case " ${missing[*]} " in *" redis-server "*) fresh_redis=yes ;; esac
    trap allow_starting EXIT
    forbid_starting
    apt_get update || true # an unreachable foreign source must not stop us; what cannot be installed is told below
    if ! apt_get install -y --no-install-recommends "${missing[@]}"; then
        if ! grep -qiE 'interrupted|fix-broken|unmet dependencies' "$APT_LOG"; then explain "$APT_LOG" "the Debian packages could not be installed"; fi
        repair_dpkg # an installation was killed half-way
        apt_get install -y --no-install-recommends "${missing[@]}" || explain "$APT_LOG" "the Debian packages could not be installed"
    fi
    allow_starting
    trap - EXIT
    if [ $fresh_redis = yes ] && command -v systemctl >/dev/null; then
        as_root systemctl disable --quiet redis-server >>"$APT_LOG" 2>&1 || true
    fi
}
