#!/bin/sh
# A custom transport that stores in a folder beside itself, named by the host it is given. The file HOST.fault spoils it.
set -eu
if [ $# -lt 4 ]; then
    echo "usage: command folder [arguments] host user" >&2
    exit 64
fi
command=$1
here=${0%/*}
case "$command" in
    put | get) first=$3 second=$4 host=$5 user=$6 ;;
    *) first=$3 second= host=$4 user=$5 ;;
esac
root=$here/store/$host
fault= order= expected=
[ ! -e "$here/$host.fault" ] || read -r fault <"$here/$host.fault" || true
[ ! -e "$here/$host.order" ] || read -r order <"$here/$host.order" || true
read -r expected <"$here/password" || true
if [ "$user" != rider ] || [ "$PASSWORD" != "$expected" ]; then
    echo "authentication failed for $PASSWORD" >&2
    exit 1
fi
if [ "$order" = remote_first ] && [ "$command" = put ]; then
    swapped=$first first=$second second=$swapped
fi
echo "$$" >>"$here/$host.pids"
store() {
    [ -d "$root${second%/*}" ] || mkdir -p "$root${second%/*}"
    "$@" <"$first" >"$root$second"
}
case "$fault:$command" in
    hang:put) sleep 600 & sleep 600 ;;
    escape:ls | escape@put:put)
        setsid sleep 600 2>/dev/null &
        echo "$!" >>"$here/$host.escaped"
        # It must have its session when this script ends, or it is found and killed in time.
        while session=$(cut -d " " -f 6 "/proc/$!/stat") && [ "$session" != "$!" ]; do :; done ;;
    daemon:put) sleep 600 & echo "$!" >"$here/$host.daemon" ;;
    shout:put) head -c 30000000 /dev/zero; head -c 30000000 /dev/zero >&2 ;;
    flood:ls) yes -- "-rw-r--r-- 1 root root 5 Nov 28 18:23 same" ;;
    lazy:put) exit 0 ;;
    half:put) store head -c 10; exit 0 ;;
    wrong:put) store tr '\0-\377' '\1-\377\0'; exit 0 ;;
    lost:put) store cat; echo "connection lost" >&2; exit 1 ;;
    full:put) store head -c 10; echo "write: No space left on device" >&2; exit 1 ;;
    talk:ls) echo "Welcome to the server"; exit 0 ;;
esac
mode=
case "$fault" in
    *@"$command") mode=${fault%@*} ;;
esac
case "$mode" in
    hang) sleep 600 & sleep 600 ;;
    die) kill -KILL $$ ;;
    fail) echo "it broke" >&2; exit 1 ;;
    lie) exit 0 ;;
    flood) head -c 30000000 /dev/zero; head -c 30000000 /dev/zero >&2 ;;
esac
case "$command" in
    put) store cat ;;
    get) cat "$root$first" >"$second" ;;
    ls) cd "$root$first"; LC_ALL=C ls -lA ;;
    mkdir) mkdir -p "$root$first" ;;
    delete) rm "$root$first" ;;
    *) echo "unknown command" >&2; exit 64 ;;
esac
case "$mode" in
    lost) echo "connection lost" >&2; exit 1 ;;
    killed) kill -KILL $$ ;;
    linger) sleep 600 & sleep 600 ;;
esac
