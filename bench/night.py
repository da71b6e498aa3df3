#!/usr/bin/env python3
"""A night of many small accounts: packed and sent to two destinations in parallel, against what the stages' limits allow.

  python3 bench/night.py                     1,000 accounts of 256 KiB, to a Local and an SFTP destination on this machine
  python3 bench/night.py --accounts 100

The lower bound is the longest of: what all packings took together, divided by the packing workers; what all uploads took, divided by the
upload workers; what the uploads to one destination took, divided by its lanes. Prints wall against bound and what was lost between the
jobs. Exit code 1 if the ratio is above the goal. Root; standard library and OpenSSH's sshd.
"""
import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time

from measure import BenchError, Daemon
from places import Sshd
import server as hosting

PROJECT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
GOAL = 1.10
PACK_WORKERS = 2
UPLOAD_WORKERS = 4
LANES = 2
TEMPLATES = 4
OPEN = ("pending", "active", "held")


def make_accounts(server, count, size):
    """Copies of a few accounts that the generator made, each with files of its own."""
    templates = []
    for number in range(min(TEMPLATES, count)):
        template = os.path.join(server.work, "template%d" % number)
        done = subprocess.run([sys.executable, hosting.GENERATOR, "make", template, "--size", size, "--profile", "wordpress",
                               "--seed", str(number + 1), "--user", "bench", "--jobs", "1"], stdout=subprocess.DEVNULL)
        if done.returncode != 0:
            raise BenchError("no account could be made")
        templates.append(template)
    for number in range(count):
        home = server.home("a%04d" % number)
        shutil.copytree(templates[number % len(templates)], home, symlinks=True)
        with open(os.path.join(home, "own"), "w") as file:
            file.write("account %d\n" % number)
    if os.geteuid() == 0:
        owner = "%d:%d" % (hosting.FIRST_UID, hosting.FIRST_UID)
        subprocess.run(["chown", "-hR", owner] + [server.home(each) for each in os.listdir(server.homes)], check=True)
    server.describe()


def seconds(jobs, kind):
    return sum((job.get("milliseconds") or 0) for job in jobs if job["kind"] == kind) / 1e3


def jobs_of(daemon, kind):
    return daemon.call("packhorse_job_list", kind=kind, limit=100000)["jobs"]


def night(daemon):
    """Starts the run, waits for its last upload, and gives the wall time and the jobs."""
    begin = time.monotonic()
    daemon.call("packhorse_backup_start", all=1)
    # The run's own end comes within its next look; what counts is the last archive at the last place.
    while True:
        time.sleep(0.5)
        counts = daemon.call("packhorse_status")["jobs"]
        if not any(counts.get(kind, {}).get(state, 0) for kind in ("run", "backup", "upload") for state in OPEN):
            break
    wall = time.monotonic() - begin
    return wall, jobs_of(daemon, "backup") + jobs_of(daemon, "upload")


def destinations(daemon, work, sshd):
    local = os.path.join(work, "local")
    os.makedirs(local)
    ids = [daemon.call("backup_destination_add", name="here", type="Local", path=local)["id"],
           daemon.call("backup_destination_add", name="far", type="SFTP", host="127.0.0.1", port=sshd.port, username="root", authtype="key",
                       privatekey=sshd.key, path=sshd.target, host_key=sshd.fingerprint)["id"]]
    for each in ids:
        daemon.call("backup_destination_validate", id=each)
    return ids


def report(wall, jobs, ids, count):
    failed = [job for job in jobs if job["state"] not in ("succeeded", "partial")]
    packs = [job for job in jobs if job["kind"] == "backup"]
    uploads = [job for job in jobs if job["kind"] == "upload"]
    if failed or len(packs) != count or len(uploads) != count * len(ids):
        raise BenchError("%d packings and %d uploads, of which failed: %s" % (len(packs), len(uploads), [each["reason"] for each in failed[:3]]))
    pack, upload = seconds(jobs, "backup"), seconds(jobs, "upload")
    bounds = {"packing by %d workers" % PACK_WORKERS: pack / PACK_WORKERS,
              "uploads by %d workers" % UPLOAD_WORKERS: upload / UPLOAD_WORKERS}
    # Two lanes are one after the other each; an upload names its destination in its arguments, which the list does not tell.
    bounds["uploads by %d lanes of %d places, evenly" % (LANES, len(ids))] = upload / (LANES * len(ids))
    name, bound = max(bounds.items(), key=lambda each: each[1])
    ratio = wall / bound
    print("%d accounts, %d uploads: wall %.1f s, %.1f accounts a second" % (count, len(uploads), wall, count / wall))
    for each, value in bounds.items():
        print("  bound of %-40s %8.1f s" % (each, value))
    print("  wall / bound of %s: %.3f (goal %.2f)" % (name, ratio, GOAL))
    return ratio


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, default=1000)
    parser.add_argument("--size", default="256K", help="of each account (default 256K)")
    parser.add_argument("--work", default=tempfile.gettempdir(), help="where a folder for the night is made and removed")
    parser.add_argument("--distribution", default=os.path.join(PROJECT, "cli", "target", "packhorse"))
    options = parser.parse_args()
    if os.geteuid() != 0:
        raise BenchError("the night needs root: homes of accounts and an sshd")
    with tempfile.TemporaryDirectory(prefix="phn", dir=options.work) as work:
        os.chmod(work, 0o755)
        server = hosting.Server(work)
        make_accounts(server, options.accounts, options.size)
        sshd = Sshd(work, os.path.join(work, "far"))
        daemon = None
        try:
            daemon = Daemon(options.distribution, server.options() + [
                "--set=workers.pack=%d" % PACK_WORKERS, "--set=workers.upload=%d" % UPLOAD_WORKERS, "--set=backup.compression_threads=1",
                "--set=backup.free_space_floor=64MiB", "--set=postgres.enabled=off"], server.state, work)
            ids = destinations(daemon, work, sshd)
            wall, jobs = night(daemon)
            ratio = report(wall, jobs, ids, options.accounts)
        finally:
            if daemon is not None:
                daemon.stop()
            sshd.stop()
    return 0 if ratio <= GOAL else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BenchError as e:
        print("bench: %s" % e, file=sys.stderr)
        sys.exit(2)
