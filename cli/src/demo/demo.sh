#!/usr/bin/env bash
# The demonstration behind `make demo`: a small hosting server is backed up by the schedule, one account is destroyed, and it comes
# back through the restore queue over HTTP. Everything happens in one temporary folder, which is removed at the end.
set -euo pipefail

dist=${1:?usage: demo.sh DISTRIBUTION}
packhorse=$dist/bin/packhorse
whmapi1=$dist/bin/whmapi1
work=$(mktemp -d "${TMPDIR:-/tmp}/packhorse-demo.XXXXXX")
chmod 755 "$work"
root=$work/server
export PACKHORSE_STATE=$work/state
pids=()

cleanup() {
    for pid in "${pids[@]}"; do
        kill "$pid" 2>/dev/null || true
    done
    for pid in "${pids[@]}"; do
        wait "$pid" 2>/dev/null || true
    done
    rm -rf "$work"
}
trap cleanup EXIT

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
plain() { printf '   %s\n' "$*"; }
fail() {
    echo "demo failed: $*" >&2
    echo "--- the daemon's log ---" >&2
    tail -n 40 "$work/daemon.log" >&2 || true
    exit 1
}
[ -t 1 ] || say() { printf '\n%s\n' "$*"; }

# wait_for SECONDS COMMAND...: until the command succeeds
wait_for() {
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.2
    done
}

# call FUNCTION [key=value...]: a WHM API 1 call over HTTP, as any client makes it
call() {
    local function=$1 arguments=()
    shift
    for argument in "$@"; do
        arguments+=(--data-urlencode "$argument")
    done
    if command -v curl >/dev/null; then
        printf 'header = "Authorization: whm root:%s"\n' "$(cat "$PACKHORSE_STATE/root.token")" |
            curl -sS --config - --data api.version=1 "${arguments[@]}" "$(cat "$PACKHORSE_STATE/http.address")/json-api/$function"
        echo
    else
        "$whmapi1" --output=json "$function" "$@"
    fi
}

show() {
    local function=$1
    plain "\$ $*"
    call "$@" | sed 's/^/     /' | cut -c1-400
}

say "1. A small hosting server"
"$packhorse" demo "$root" | sed 's/^/   /'
plain "accounts: $(ls "$root/var/cpanel/users" | tr '\n' ' ')"

mysql=off
if command -v mariadbd >/dev/null && [ "$(id -u)" -eq 0 ]; then
    mkdir -p "$work/mysql" && chown mysql "$work/mysql"
    mariadb-install-db --no-defaults --user=mysql --datadir="$work/mysql/data" \
        --auth-root-authentication-method=socket --skip-test-db >/dev/null 2>&1
    mariadbd --no-defaults --user=mysql --datadir="$work/mysql/data" --socket="$work/mysql/s.sock" \
        --pid-file="$work/mysql/pid" --skip-networking --skip-log-bin >"$work/mysql.log" 2>&1 &
    pids+=($!)
    wait_for 20 mariadb-admin --no-defaults -S "$work/mysql/s.sock" --silent ping >/dev/null 2>&1 || fail "MariaDB did not start"
    mariadb --no-defaults -S "$work/mysql/s.sock" <<'SQL'
CREATE DATABASE alice_shop CHARACTER SET utf8mb4;
CREATE TABLE alice_shop.orders (id INT PRIMARY KEY AUTO_INCREMENT, item VARCHAR(80), price DECIMAL(8,2));
INSERT INTO alice_shop.orders (item, price) VALUES ('saddle', 129.90), ('panier für Äpfel', 49.50), ('bell', 7.25);
CREATE VIEW alice_shop.cheap AS SELECT item FROM alice_shop.orders WHERE price < 50;
CREATE USER 'alice_app'@'localhost' IDENTIFIED BY 'demo only';
GRANT ALL PRIVILEGES ON `alice\_shop`.* TO 'alice_app'@'localhost';
SQL
    mysql=auto
    plain "and a MariaDB server with the database alice_shop"
fi

say "2. The nightly backup is switched on, for a moment from now"
mkdir -p "$root/var/cpanel/backups"
night=$(date -d '+7 seconds' +%H:%M:%S)
"$packhorse" serve --set host.root="$root" --set state="$PACKHORSE_STATE" --set http.listen=127.0.0.1:0 --set http.tls=off \
    --set host.name=host.packhorse.example --set mysql.enabled=$mysql --set mysql.socket="$work/mysql/s.sock" \
    --set backup.time="$night" >"$work/daemon.out" 2>"$work/daemon.log" &
daemon=$!
pids+=("$daemon")
wait_for 30 test -s "$PACKHORSE_STATE/http.address" || fail "the daemon did not start"
plain "$(cat "$work/daemon.out")"
show backup_config_set backupenable=1 backupdays=0,1,2,3,4,5,6 backupsuspendedaccts=1 backupdir=/backup
plain "the clock rings at $night"

say "3. The scheduler packs every account"
run_ended() { "$packhorse" queue ls --kind run --json | grep -qE '"state":"(succeeded|partial|failed)"'; }
wait_for 60 run_ended || fail "the run did not end"
"$packhorse" queue ls --kind backup | sed 's/^/   /'
today=$(ls "$root/backup" | grep -E '^[0-9]{4}-' | head -n 1)
for archive in "$root/backup/$today/accounts"/*.tar.gz; do
    gzip -t "$archive" && members=$(tar tzf "$archive" | wc -l)
    plain "$(basename "$archive"): $(stat -c %s "$archive") bytes, $members members; gzip and tar read it"
done
show backup_user_list restore_point="$today"

say "4. Disaster: alice is gone, with her files, her domains and her user"
before=$("$packhorse" demo --digest "$root/home/alice")
hash_before=$(grep '^alice:' "$root/etc/shadow")
rm -rf "$root/home/alice" "$root/var/cpanel/users/alice" "$root/var/cpanel/userdata/alice" "$root/var/spool/cron/alice"
sed -i '/^alice:/d' "$root/etc/passwd" "$root/etc/shadow" "$root/etc/group"
[ "$mysql" = off ] || mariadb --no-defaults -S "$work/mysql/s.sock" -e "DROP DATABASE alice_shop; DROP USER 'alice_app'@'localhost'"
plain "accounts: $(ls "$root/var/cpanel/users" | tr '\n' ' ')"

say "5. She comes back through the restore queue"
show restore_queue_add_task user=alice restore_point="$today" mysql=1 subdomains=1 mail_config=1
show restore_queue_state
show restore_queue_activate
restored() { call restore_queue_list_completed | grep -q '"user":"alice"'; }
wait_for 60 restored || fail "the restore did not end"
show restore_queue_list_completed

say "6. Is everything back?"
after=$("$packhorse" demo --digest "$root/home/alice")
[ "$before" = "$after" ] || fail "the home directory differs: $before, $after"
plain "home directory: names, content, modes, owners, links and times are equal (digest ${after:0:16}...)"
[ "$(grep '^alice:' "$root/etc/shadow" | cut -d: -f2)" = "$(echo "$hash_before" | cut -d: -f2)" ] || fail "the password differs"
plain "her password works as before"
if [ "$mysql" != off ]; then
    rows=$(mariadb --no-defaults -S "$work/mysql/s.sock" -N -e 'SELECT COUNT(*) FROM alice_shop.orders')
    views=$(mariadb --no-defaults -S "$work/mysql/s.sock" -N -e 'SELECT COUNT(*) FROM alice_shop.cheap')
    [ "$rows" = 3 ] && [ "$views" = 2 ] || fail "the database differs: $rows rows, $views"
    mariadb --no-defaults -S "$work/mysql/s.sock" -u alice_app -p'demo only' -e 'SELECT 1' alice_shop >/dev/null || fail "the database user cannot log in"
    plain "database alice_shop: 3 orders, the view, and its user with the old password"
fi
show accountsummary user=alice

say "7. The daemon stops in order"
kill -TERM "$daemon"
wait "$daemon" && code=0 || code=$?
[ "$code" -eq 0 ] || fail "the daemon ended with $code"
plain "exit code 0; took ${SECONDS} s in all"
