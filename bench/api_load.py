#!/usr/bin/env python3
"""What the API costs: a daemon with many queue rows under mixed reads, and how long `whmapi1 version` takes as a command.

  python3 bench/api_load.py                        20,000 rows, 50 calls a second for a minute, and the cold command
  python3 bench/api_load.py --seconds 10 --rate 20

Prints p50, p95 and p99 of the calls, the daemon's memory, and the medians of the command. Exit code 1 if a floor is missed:
p99 <= 150 ms, the command <= 150 ms. Standard library only; everything lies in a temporary folder.
"""
import argparse
import glob
import http.client
import os
import random
import resource
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

from measure import BenchError

PROJECT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ACCOUNTS = 500
FLOOR_P99 = 0.150
FLOOR_COMMAND = 0.150


class Unix(http.client.HTTPConnection):
    """HTTP over the daemon's socket file."""

    def __init__(self, path):
        super().__init__("localhost", timeout=60)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Daemon:
    """A daemon of its own over plain Unix users, that packs nothing."""

    def __init__(self, work, distribution):
        self.state = os.path.join(work, "state")
        self.root = os.path.join(work, "server")
        self.bin = os.path.join(distribution, "bin")
        self.log = os.path.join(work, "log")
        describe(self.root)
        self.start()

    def start(self):
        command = [os.path.join(self.bin, "packhorse"), "serve", "--set=host.root=" + self.root, "--set=host.accounts=unix",
                   "--set=state=" + self.state, "--set=http.listen=127.0.0.1:0", "--set=mysql.enabled=off", "--set=postgres.enabled=off",
                   "--set=host.name=bench.example"]
        with open(self.log, "ab") as out:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        address = os.path.join(self.state, "http.address")
        limit = time.monotonic() + 120
        while not os.path.exists(address):
            if self.process.poll() is not None or time.monotonic() > limit:
                raise BenchError("the daemon did not start, see " + self.log)
            time.sleep(0.1)
        with open(os.path.join(self.state, "root.token")) as file:
            self.token = file.read().strip()
        with open(os.path.join(self.state, "http.socket")) as file:
            self.socket = file.read().strip()

    def connect(self):
        return Unix(self.socket)

    def call(self, connection, function, pairs=()):
        form = urllib.parse.urlencode([("api.version", "1")] + list(pairs))
        connection.request("POST", "/json-api/" + function, form,
                           {"Authorization": "whm root:" + self.token, "Content-Type": "application/x-www-form-urlencoded"})
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200 or b'"result":1' not in body[-400:] and b'"result":1' not in body:
            raise BenchError("%s: %d %s" % (function, answer.status, body[:300]))
        return body

    def rss_mib(self):
        with open("/proc/%d/status" % self.process.pid) as file:
            for line in file:
                if line.startswith("VmRSS:"):
                    return int(line.split()[1]) / 1024
        raise BenchError("no VmRSS")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(120)


def describe(root):
    """A server with plain users."""
    etc = os.path.join(root, "etc")
    os.makedirs(etc)
    lines = {"passwd": "bench%d:x:%d:%d::/home/bench%d:/bin/bash\n", "group": "bench%d:x:%d:\n", "shadow": "bench%d:!:20000:0:99999:7:::\n"}
    for name, line in lines.items():
        with open(os.open(os.path.join(etc, name), os.O_WRONLY | os.O_CREAT, 0o600 if name == "shadow" else 0o644), "w") as file:
            for number in range(1, ACCOUNTS + 1):
                uid = 20000 + number
                file.write(line % {"passwd": (number, uid, uid, number), "group": (number, uid), "shadow": (number,)}[name])
    for number in range(1, ACCOUNTS + 1):
        os.makedirs(os.path.join(root, "home", "bench%d" % number))


ROW = """
INSERT INTO job (id, kind, state, subject, owner, arguments, asked_held, priority, max_attempts, created_at, started_at, finished_at, run_at,
    attempts, snoozes, fence, cancel_requested, progress, result, reason)
SELECT LPAD(x, 15, '0'), CASE MOD(x, 4) WHEN 0 THEN 'UPLOAD' WHEN 1 THEN 'PKGACCT' ELSE 'BACKUP' END, {state}, 'bench' || (MOD(x, {accounts}) + 1), 'root',
    '{{"session":""}}', FALSE, 100, 3, {now} - x * 1000, {begun}, {ended}, {now} - x * 1000, 1, 0, 1, FALSE, '{{"bytes":12345678,"files":4321}}',
    '{{"archive":"bench.tar.gz","bytes":12345678}}', ''
FROM SYSTEM_RANGE({first}, {last})"""


def fill(daemon, rows):
    """Rows of the queue as a year leaves them: nine of ten ended, the others waiting, and nothing that begins."""
    daemon.call(daemon.connect(), "packhorse_queue_pause", [("paused", "1")])
    daemon.stop()
    now = int(time.time() * 1000)
    ended = rows * 9 // 10
    common = {"accounts": ACCOUNTS, "now": now}
    statements = [ROW.format(first=1, last=ended, state="'SUCCEEDED'", begun="%d - x * 1000" % now, ended="%d - x * 1000 + 500" % now, **common),
                  ROW.format(first=ended + 1, last=rows, state="'PENDING'", begun="NULL", ended="NULL", **common),
                  "INSERT INTO job_event (job_id, to_state, happened_at, actor, reason) SELECT id, state, created_at, 'root', '' FROM job"]
    java = subprocess.run(["sh", "-c", 'here=$1; . "$here/packhorse-launch"; find_java && echo "$java"', "sh", daemon.bin],
                          check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    jars = glob.glob(os.path.join(os.path.dirname(daemon.bin), "lib", "h2-*.jar"))
    done = subprocess.run([java, "-cp", jars[0], "org.h2.tools.Shell", "-url", "jdbc:h2:%s/packhorse;IFEXISTS=TRUE" % daemon.state,
                           "-user", "packhorse", "-password", "", "-sql", ";".join(statements)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise BenchError("the rows could not be written: " + done.stdout)
    daemon.start()
    print("%d rows, %d of them open" % (rows, rows - ended), flush=True)


def reads():
    """What a control panel and a monitoring ask, and how often of a hundred."""
    user = lambda: "bench%d" % random.randint(1, ACCOUNTS)
    return [
        (25, "version", lambda: []),
        (20, "packhorse_job_list", lambda: [("user", user())]),
        (15, "packhorse_job_list", lambda: [("state", "open"), ("limit", "50")]),
        (10, "restore_queue_state", lambda: []),
        (10, "backup_config_get", lambda: []),
        (10, "listaccts", lambda: [("search", user()), ("searchtype", "user")]),
        (5, "backup_destination_list", lambda: []),
        (5, "packhorse_status", lambda: []),
    ]


def load(daemon, rate, seconds):
    """Calls at fixed moments; a call that begins late because others were slow counts from its moment on."""
    kinds = reads()
    weights = [kind[0] for kind in kinds]
    total = rate * seconds
    plan = [random.choices(kinds, weights)[0] for _ in range(total)]
    times = {}
    failures = []
    lock = threading.Lock()
    position = iter(range(total))
    begin = time.monotonic() + 0.5

    def work():
        connection = daemon.connect()
        while True:
            with lock:
                number = next(position, None)
            if number is None:
                return
            due = begin + number / rate
            time.sleep(max(0.0, due - time.monotonic()))
            _, function, pairs = plan[number]
            try:
                daemon.call(connection, function, pairs())
            except (OSError, BenchError, http.client.HTTPException) as e:
                with lock:
                    failures.append("%s: %s" % (function, e))
                connection = daemon.connect()
            with lock:
                times.setdefault(function, []).append(time.monotonic() - due)

    workers = [threading.Thread(target=work) for _ in range(32)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return times, failures


def quantile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def cold_command(daemon, runs):
    """`whmapi1 version`: wall and CPU seconds of each run."""
    samples = []
    environment = dict(os.environ, PACKHORSE_STATE=daemon.state)
    for _ in range(runs + 1):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        begin = time.monotonic()
        subprocess.run([os.path.join(daemon.bin, "whmapi1"), "version"], check=True, stdout=subprocess.DEVNULL, env=environment)
        wall = time.monotonic() - begin
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        samples.append((wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime))
    return samples[1:]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=20000)
    parser.add_argument("--rate", type=int, default=50, help="calls a second")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--runs", type=int, default=15, help="runs of the cold command")
    parser.add_argument("--distribution", default=os.path.join(PROJECT, "cli", "target", "packhorse"))
    options = parser.parse_args()
    random.seed(1)
    if not os.path.exists(os.path.join(options.distribution, "lib", "whmapi1.aot")):
        subprocess.run([os.path.join(options.distribution, "bin", "packhorse-warm-up")], check=True)
    with tempfile.TemporaryDirectory(prefix="phb") as work:
        daemon = Daemon(work, options.distribution)
        try:
            samples = cold_command(daemon, options.runs)
            wall = statistics.median(each[0] for each in samples)
            print("whmapi1 version cold: wall median %.0f ms, min %.0f; cpu median %.0f ms" % (
                wall * 1e3, min(each[0] for each in samples) * 1e3, statistics.median(each[1] for each in samples) * 1e3), flush=True)
            fill(daemon, options.rows)
            load(daemon, options.rate, min(10, options.seconds))  # the compiler's time
            times, failures = load(daemon, options.rate, options.seconds)
            for function in sorted(times):
                one = times[function]
                print("  %-26s %5d calls  p50 %6.1f  p95 %6.1f  p99 %6.1f  max %6.1f ms" % (
                    function, len(one), *(1e3 * quantile(one, share) for share in (0.5, 0.95, 0.99)), 1e3 * max(one)))
            every = [each for one in times.values() for each in one]
            p99 = quantile(every, 0.99)
            print("all: %d calls, %d failed, p50 %.1f, p95 %.1f, p99 %.1f ms; RSS %.0f MiB" % (
                len(every), len(failures), 1e3 * quantile(every, 0.5), 1e3 * quantile(every, 0.95), 1e3 * p99, daemon.rss_mib()))
            for failure in failures[:5]:
                print("  failed: " + failure)
        finally:
            daemon.stop()
    missed = [name for name, good in (("p99 <= 150 ms", p99 <= FLOOR_P99), ("whmapi1 version <= 150 ms", wall <= FLOOR_COMMAND),
                                      ("no failed call", not failures)) if not good]
    print("floors: " + ("all reached" if not missed else "MISSED " + ", ".join(missed)))
    return 1 if missed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BenchError as e:
        print("bench: %s" % e, file=sys.stderr)
        sys.exit(2)
