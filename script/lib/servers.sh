# shellcheck shell=bash
# Private PostgreSQL and Redis of this checkout: own data, own unix sockets, no TCP port. DATABASE_URL and REDIS_URL replace them.
#
# As root the servers run as the user postgres below /var/lib/cppcc-<hash of the checkout's path>/, because PostgreSQL
# refuses root and cannot enter /root; otherwise below var/. Each NAME (server, test) has a folder of its own.

# plan_servers NAME: sets the folders; starts nothing.
plan_servers() {
    local hash
    hash=$(printf '%s' "$ROOT" | sha256sum | cut -c1-10)
    OWN_POSTGRES=${DATABASE_URL:+no}
    OWN_REDIS=${REDIS_URL:+no}
    if [ "$EUID" -eq 0 ]; then SERVERS=/var/lib/cppcc-$hash/$1; else SERVERS=$ROOT/var/$1; fi
    SOCKETS=$SERVERS
    # A socket's path has at most 107 bytes, and stands in an address.
    if [ ${#SERVERS} -gt 85 ] || [[ $SERVERS == *[^A-Za-z0-9._/-]* ]]; then SOCKETS=/tmp/cppcc-$UID-$hash-$1; fi
    PGDATA=$SERVERS/postgres
    REDIS_SOCKET=$SOCKETS/redis.sock
}

as_keeper() {
    if [ "$EUID" -eq 0 ]; then
        (cd / && exec setpriv --reuid=postgres --regid=postgres --init-groups -- "$@")
    else
        "$@"
    fi 9>&-
}

make_folders() {
    local folder
    for folder in "$SERVERS" "$SOCKETS"; do
        mkdir -p -- "$folder" || die "the folder $folder cannot be made."
        if [ "$EUID" -eq 0 ]; then chown postgres: "$folder"; else [ -O "$folder" ] || die "$folder belongs to another user; remove it."; fi
        chmod 700 "$folder"
    done
}

# The programs that fit the data, else the newest ones.
find_postgres() {
    local folder version=
    [ ! -s "$PGDATA/PG_VERSION" ] || version=$(<"$PGDATA/PG_VERSION")
    PGBIN=
    for folder in /usr/lib/postgresql/${version:-*}/bin; do
        if [ -x "$folder/initdb" ]; then PGBIN=$folder; fi
    done
    if [ -z "$PGBIN" ] && [ -n "$version" ]; then
        die "the data in $PGDATA was written by PostgreSQL $version, which is not installed; install postgresql-$version or move the folder away."
    fi
    [ -n "$PGBIN" ] || die "PostgreSQL is not installed; run script/bootstrap, or set DATABASE_URL."
}

# After kill -9 or a power cut a pid file may name a process that is gone, or one of somebody else.
clear_stale_postgres() {
    local pid
    pid=$(pid_in "$PGDATA/postmaster.pid")
    if [ -n "$pid" ] && ! answers_to "$pid" "$PGDATA"; then rm -f "$PGDATA/postmaster.pid"; fi
    pid=$(pid_in "$SOCKETS/.s.PGSQL.5432.lock")
    if [ -n "$pid" ] && ! answers_to "$pid" "$PGDATA"; then rm -f "$SOCKETS"/.s.PGSQL.5432*; fi
}

make_cluster() {
    [ ! -s "$PGDATA/PG_VERSION" ] || return 0
    room_for "$SERVERS" 200 "the database"
    as_keeper rm -rf "$PGDATA.new"
    as_keeper "$PGBIN/initdb" -D "$PGDATA.new" -U cppcc --locale=C.UTF-8 -E UTF8 --auth=trust "${INITDB_OPTIONS[@]}" >"$LOGS/initdb.log" 2>&1 ||
        explain "$LOGS/initdb.log" "the database cluster could not be made"
    as_keeper rm -rf "$PGDATA"
    as_keeper mv "$PGDATA.new" "$PGDATA"
}

start_postgres() { # options of the server, such as "-c fsync=off"
    local log=$SERVERS/postgres.log
    find_postgres
    clear_stale_postgres
    make_cluster
    if ! "$PGBIN/pg_isready" -q -h "$SOCKETS"; then
        as_keeper "$PGBIN/pg_ctl" -D "$PGDATA" -s -w -t 60 -l "$log" \
            -o "-k $SOCKETS -c listen_addresses='' -c unix_socket_permissions=0700 -c jit=off $*" start >"$LOGS/postgres-start.log" 2>&1 ||
            { cat "$log" >>"$LOGS/postgres-start.log"; explain "$LOGS/postgres-start.log" "PostgreSQL did not start"; }
    fi
    if [ "$(as_keeper "$PGBIN/psql" -XAtq -h "$SOCKETS" -U cppcc -d postgres -c "select 1 from pg_database where datname = 'cppcc'")" != 1 ]; then
        as_keeper "$PGBIN/createdb" -h "$SOCKETS" -U cppcc cppcc
    fi
    DATABASE_URL=postgres://cppcc@${SOCKETS//\//%2F}/cppcc
    export DATABASE_URL
}

stop_postgres() {
    if ! answers_to "$(pid_in "$PGDATA/postmaster.pid")" "$PGDATA"; then return 0; fi
    as_keeper "$PGBIN/pg_ctl" -D "$PGDATA" -s -w -t 30 -m fast stop >/dev/null 2>&1 ||
        as_keeper "$PGBIN/pg_ctl" -D "$PGDATA" -s -w -t 10 -m immediate stop >/dev/null 2>&1 ||
        say "PostgreSQL in $PGDATA does not stop; see $SERVERS/postgres.log."
}

redis_answers() { [ "$(as_keeper redis-cli -s "$REDIS_SOCKET" ping 2>/dev/null)" = PONG ]; }

start_redis() {
    local tries=200
    command -v redis-server >/dev/null || die "Redis is not installed; run script/bootstrap, or set REDIS_URL."
    if ! redis_answers; then
        stop_redis
        rm -f "$REDIS_SOCKET" "$SERVERS/redis.pid"
        as_keeper redis-server --port 0 --unixsocket "$REDIS_SOCKET" --unixsocketperm 700 --daemonize yes --pidfile "$SERVERS/redis.pid" \
            --logfile "$SERVERS/redis.log" --dir "$SERVERS" --save '' --appendonly no >"$LOGS/redis-start.log" 2>&1 ||
            explain "$LOGS/redis-start.log" "Redis did not start"
        until redis_answers; do
            ((tries-- > 0)) || die "Redis did not start; see $SERVERS/redis.log."
            sleep 0.05
        done
    fi
    REDIS_URL=redis+socket://$REDIS_SOCKET
    export REDIS_URL
}

stop_redis() {
    local pid
    pid=$(pid_in "$SERVERS/redis.pid")
    if answers_to "$pid" redis-server; then
        kill -TERM "$pid"
        wait_gone "$pid" 10 || kill -KILL "$pid" 2>/dev/null || true
    fi
}

# start_servers NAME [PostgreSQL options]: starts what is not given from outside and exports DATABASE_URL and REDIS_URL.
start_servers() {
    plan_servers "$1"
    shift
    if [ "$OWN_POSTGRES$OWN_REDIS" != nono ]; then make_folders; fi
    INITDB_OPTIONS=()
    case " $* " in *fsync=off*) INITDB_OPTIONS=(--no-sync) ;; esac
    if [ "$OWN_POSTGRES" != no ]; then start_postgres "$@"; fi
    if [ "$OWN_REDIS" != no ]; then start_redis; fi
}

stop_servers() {
    [ -n "${SERVERS:-}" ] || return 0
    if [ "$OWN_REDIS" != no ]; then stop_redis; fi
    if [ "$OWN_POSTGRES" != no ] && [ -n "${PGBIN:-}" ]; then stop_postgres; fi
}
