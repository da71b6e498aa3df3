#!/usr/bin/env python3
"""Sends one archive to servers on loopback, by Packhorse's daemon and by the tools an administrator would use instead.

  python3 bench/uploads.py                               1 GB, 3 rounds, every protocol, with and without 20 ms of delay
  python3 bench/uploads.py --size 200M --only s3-far     one table, smaller

Run as root, after make build and .ci/install-test-servers and .ci/fetch-test-jars; a server or a tool that is missing is left out.
Standard library only. Each upload is compared with the archive, past the server, by its SHA-256.
"""
import argparse
import hashlib
import os
import random
import re
import shutil
import subprocess
import sys
import time

import measure
import places
import report
import scenarios
import server as hosting
from run import measured
from scenarios import Goal, Scenario

PROJECT = places.PROJECT
ROUND_TRIP = 0.020
LOOK = 0.01
ACCOUNT = "upload"
SENT, JOB = "packhorse, until it has its name", "packhorse, whole job"
RCLONE, SERIAL, READ_BACK = "rclone copyto", "rclone copyto, a part at a time", "rclone copyto, then cat | sha256sum"
HEADING = "# Uploads"


class Uploads:
    """The account whose archive is sent, the daemon that sends it, and where the archive lies here."""

    def __init__(self, site, distribution, size):
        self.site = site
        self.log = os.path.join(site.work, "commands.log")
        self.make_home(size)
        self.daemon = measure.Daemon(distribution, site.options() + [
            "--set=backup.time=00:01", "--set=backup.catch_up=0s", "--set=backup.free_space_floor=64MiB"], site.state, site.work)
        for each in self.daemon.call("backup_destination_list")["destination_list"]:
            self.daemon.call("backup_destination_delete", id=each["id"])
        self.pack()

    def make_home(self, size):
        """Files that nothing makes smaller, so that the archive has the size that was asked for."""
        home = self.site.home(ACCOUNT)
        shutil.rmtree(home, ignore_errors=True)
        os.makedirs(home)
        source = random.Random(1)
        for number in range(16):
            with open(os.path.join(home, "picture-%d.jpg" % number), "wb") as file:
                for _ in range(size // 16 >> 18):
                    file.write(source.randbytes(1 << 18))
        self.site.own(home)
        self.site.describe()

    def pack(self):
        job = self.daemon.wait(self.daemon.call("packhorse_backup_start", user=ACCOUNT)["job"])
        self.name = job["result"]["archive"]
        self.archive = os.path.join(self.site.backup, self.name)
        self.size = os.path.getsize(self.archive)
        digest = hashlib.sha256()
        with open(self.archive, "rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
        self.sha256 = digest.hexdigest()

    def check(self, place, path):
        if place.digest(path) != self.sha256:
            raise measure.BenchError("%s has something else than the archive at %s" % (place.name, path))

    def send(self, place, settings, folder):
        """One upload by a destination of its own. Gives what the whole job took, and what it took until the archive had its name there."""
        place.clear()
        mine = self.daemon.call("backup_destination_add", name="there", **settings)["id"]
        before = self.daemon.newest_or_none("upload")
        try:
            self.pack()
            job = self.active(before)
            cpu, start = measure.process_cpu(self.daemon.pid), time.monotonic()
            self.daemon.reset_peak()
            sent = self.await_name(place, os.path.join(folder, self.name), job, cpu, start)
            done = self.daemon.wait(job, every=0.5)
            whole = measure.Sample(done["milliseconds"] / 1000, measure.process_cpu(self.daemon.pid) - cpu,
                                   measure.process_memory(self.daemon.pid, "VmHWM") - self.daemon.idle_mib, self.size)
        finally:
            self.daemon.call("backup_destination_delete", id=mine)
        self.check(place, os.path.join(folder, self.name))
        place.clear()
        return whole, sent

    def active(self, before):
        """The upload that is running now, which was not there before."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            job = self.daemon.newest_or_none("upload")
            if job != before and self.daemon.call("packhorse_job_get", id=job)["job"]["state"] != "pending":
                return job
            time.sleep(LOOK)
        raise measure.BenchError("no upload began")

    def await_name(self, place, path, job, cpu, start):
        looks = 0
        while not os.path.exists(os.path.join(place.target, path)):
            time.sleep(LOOK)
            looks += 1
            if looks % 100 == 0 and self.daemon.call("packhorse_job_get", id=job)["job"]["state"] in ("failed", "cancelled"):
                break       # the caller's wait for the job says why
        return measure.Sample(time.monotonic() - start, measure.process_cpu(self.daemon.pid) - cpu, 0, self.size)


class Table:
    """The contestants of one protocol at one distance, in the order of their rows."""

    def __init__(self, uploads, place, port, missing):
        self.uploads = uploads
        self.place = place
        self.port = port
        self.missing = missing
        self.contestants = {}

    def peer(self, name, program, command, environment=None, path="peer.tar.gz"):
        """A shell command in which {archive} and {port} stand for what they say."""
        if program in self.missing:
            return
        values = dict(os.environ, RCLONE_CONFIG="/dev/null", **(environment or {}))
        os.environ.pop("AWS_CA_BUNDLE", None)
        values.pop("AWS_CA_BUNDLE", None)

        def go():
            self.place.clear()
            filled = command.format(archive=self.uploads.archive, port=self.port, sha=self.uploads.sha256)
            sample = measure.run(filled, lambda: self.uploads.size, log=self.uploads.log, env=values)
            sample.peak_mib = 0     # the system counts that of this program, which holds the line's bytes, as its children's, too
            self.uploads.check(self.place, path)
            self.place.clear()
            return sample

        self.contestants[name] = go

    def packhorse(self, settings, folder="", two=True):
        """Two rows of one upload: until the archive has its name, and the job, which goes on to prove it."""
        last = {}

        def whole():
            sample, last["sent"] = self.uploads.send(self.place, settings, folder)
            return sample

        self.before = whole         # the daemon and the server are warm, as those that have moved archives before
        self.contestants[JOB] = whole
        if two:
            self.contestants[SENT] = lambda: last["sent"]

    def scenario(self, name, title, goals):
        there = [goal for goal in (self.kept(goal) for goal in goals) if goal]
        return Scenario(name, "Upload of %d MB, %s" % (self.uploads.size // 1_000_000, title), self.contestants, there, self.before)

    def kept(self, goal):
        """The goal with those of its peers that are here; none if nobody is."""
        goal.peer = tuple(peer for peer in goal.peer if peer in self.contestants)
        return goal if goal.peer else None


def rclone_remote(**settings):
    return {"RCLONE_CONFIG_THERE_" + key.upper(): str(value) for key, value in settings.items()}


def against_peers(sent, proven):
    return [Goal("until it has its name, wall / best peer", "wall", SENT, sent, 1.0),
            Goal("whole job, wall / best peer that proves, too", "wall", JOB, proven, 1.0)]


def sftp(uploads, place, port, missing, name, title):
    table = Table(uploads, place, port, missing)
    remote = rclone_remote(type="sftp", host="127.0.0.1", port=port, user="root", key_file=place.key)
    batch = "put {archive} %s/peer.tar.gz" % place.target
    there = "there:%s/peer.tar.gz" % place.target
    table.peer("sftp -b, put", "sftp", "echo '%s' | sftp -q -b - -P {port} -i '%s' -o IdentitiesOnly=yes -o StrictHostKeyChecking=no "
               "-o UserKnownHostsFile=/dev/null root@127.0.0.1" % (batch, place.key))
    table.peer(RCLONE, "rclone", "rclone copyto '{archive}' '%s'" % there, remote)
    table.peer(READ_BACK, "rclone", "rclone copyto '{archive}' '%s' && rclone cat '%s' | sha256sum | grep -q {sha}" % (there, there), remote)
    table.packhorse({"type": "SFTP", "host": "127.0.0.1", "port": port, "username": "root", "authtype": "key", "privatekey": place.key,
                     "path": place.target, "host_key": place.fingerprint, "timeout": 60})
    return table.scenario(name, title, against_peers(("sftp -b, put", RCLONE), (READ_BACK,)))


def rsync(uploads, place, port, missing, name, title):
    table = Table(uploads, place, port, missing)
    table.peer("rsync over ssh", "rsync", "rsync -e 'ssh -p {port} -i %s -o IdentitiesOnly=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null' "
               "'{archive}' root@127.0.0.1:'%s/peer.tar.gz'" % (place.key, place.target))
    table.packhorse({"type": "Rsync", "host": "127.0.0.1", "port": port, "username": "root", "authtype": "key", "privatekey": place.key,
                     "path": place.target, "host_key": place.fingerprint, "timeout": 60})
    return table.scenario(name, title, [Goal("until it has its name, wall / rsync", "wall", SENT, ("rsync over ssh",), 1.0)])


def webdav(uploads, place, port, missing, name, title):
    table = Table(uploads, place, port, missing)
    obscured = "" if "rclone" in missing else subprocess.run(["rclone", "obscure", places.PASSWORD], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    remote = rclone_remote(type="webdav", url="http://127.0.0.1:%d" % port, vendor="other", user=places.USER, **{"pass": obscured})
    login = "-sSf --user %s:%s" % (places.USER, places.PASSWORD)
    address = "http://127.0.0.1:{port}/peer.tar.gz"
    put = "curl %s -T '{archive}' %s" % (login, address)
    table.peer("curl -T", "curl", put)
    table.peer(RCLONE, "rclone", "rclone copyto '{archive}' there:peer.tar.gz", remote)
    table.peer("curl -T, then curl | sha256sum", "curl", put + " && curl %s %s | sha256sum | grep -q {sha}" % (login, address))
    table.packhorse({"type": "WebDAV", "host": "127.0.0.1", "port": port, "username": places.USER, "password": places.PASSWORD, "ssl": 0, "path": "", "timeout": 60})
    return table.scenario(name, title, against_peers(("curl -T", RCLONE), ("curl -T, then curl | sha256sum",)))


def ftp(uploads, place, port, missing, name, title):
    table = Table(uploads, place, port, missing)
    login = "-sSf --ssl-reqd --insecure --user %s:%s" % (places.USER, places.PASSWORD)
    address = "ftp://127.0.0.1:{port}/peer.tar.gz"
    put = "curl %s -T '{archive}' %s" % (login, address)
    table.peer("curl -T", "curl", put)
    table.peer("curl -T, then curl | sha256sum", "curl", put + " && curl %s %s | sha256sum | grep -q {sha}" % (login, address))
    table.packhorse({"type": "FTP", "host": "127.0.0.1", "port": port, "username": places.USER, "password": places.PASSWORD, "passive": 1,
                     "tls_fingerprint": place.fingerprint, "path": "archives", "timeout": 60}, "archives")
    return table.scenario(name, title, against_peers(("curl -T",), ("curl -T, then curl | sha256sum",)))


def s3(uploads, place, port, missing, name, title):
    table = Table(uploads, place, port, missing)
    remote = rclone_remote(type="s3", provider="Other", access_key_id=place.KEY_ID, secret_access_key=place.SECRET, force_path_style="true",
                           endpoint="http://127.0.0.1:%d" % port)
    copy = "rclone copyto --s3-no-check-bucket '{archive}' there:%s/peer.tar.gz" % place.BUCKET
    table.peer(RCLONE, "rclone", copy, remote)
    table.peer(RCLONE + ", parts of 16 MiB", "rclone", copy + " --s3-chunk-size 16M", remote)
    table.peer(SERIAL, "rclone", copy + " --s3-upload-concurrency 1", remote)
    table.packhorse({"type": "S3Compatible", "host": "http://127.0.0.1:%d" % port, "bucket": place.BUCKET, "folder": "far", "aws_access_key_id": place.KEY_ID,
                     "password": place.SECRET, "timeout": 60}, "far", two=False)
    goal = (Goal("whole job, wall / the peer that sends a part at a time", "wall", JOB, (SERIAL,), 0.5) if name.endswith("-far")
            else Goal("whole job, wall / best peer", "wall", JOB, (RCLONE, RCLONE + ", parts of 16 MiB", SERIAL), 1.0))
    return table.scenario(name, title, [goal])


# What stands between: FTP opens data connections to the server itself, past any line, so it is measured without delay alone.
TABLES = {"sftp": (sftp, places.Sshd, "SFTP (OpenSSH)"), "rsync": (rsync, places.Sshd, "rsync over SSH (OpenSSH)"), "webdav": (webdav, places.Nginx, "WebDAV (nginx)"),
          "ftp": (ftp, places.Proftpd, "FTP with TLS (ProFTPD)"), "s3": (s3, places.S3proxy, "S3 (S3Proxy)")}
NAMES = [name + far for far in ("", "-far") for name in TABLES if name + far != "ftp-far"]


def run_table(uploads, name, missing, rounds, far):
    protocol = name.removesuffix("-far")
    make, server, title = TABLES[protocol]
    place = server(uploads.site.work, os.path.join(uploads.site.out, protocol))
    line = None
    try:
        if name.endswith("-far"):
            line = places.Line(place.port, ROUND_TRIP / 2)
            title += ", round trips of %d ms" % (ROUND_TRIP * 1000)
        scenario = make(uploads, place, line.port if line else place.port, missing, name, title)
        hosting.say(scenario.title)
        result = measured(scenario, rounds)
        if line:
            result.after = "Through a line with delay that passes %d MB/s here when nothing else runs." % far
        return result
    finally:
        if line:
            line.stop()
        place.stop()
        place.clear()


def document(texts, rounds, load):
    version = report.version(["rclone", "version"])
    tools = [each for each in (version, report.version(["curl", "--version"]), report.version(["rsync", "--version"]), report.version(["ssh", "-V"])) if each]
    head = [HEADING, "",
            "One archive that nothing makes smaller, from a tmpfs to servers on loopback that write to a tmpfs, %d rounds, every contestant once in each;"
            " medians. Peers are whole processes; Packhorse is a warm daemon, its job's own time from its first connection on, CPU the daemon's and its"
            " children's. Each upload was compared with the archive afterwards. Packhorse has read every byte back when its job ends (at S3 the server's"
            " own digests prove the parts), which the peers do only where their rows say so." % rounds,
            "", "Tools: %s. Load of the machine before and after: %.1f, %.1f." % (("; ".join(tools),) + load)]
    return "\n".join(head) + "\n\n" + "\n".join(texts)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", default="1G", help="of the archive (default 1G)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", action="append", choices=NAMES, metavar="NAME", help="only this table; may be repeated: " + ", ".join(NAMES))
    parser.add_argument("--work", default=os.path.join(os.environ.get("PACKHORSE_BENCH", os.path.join(PROJECT, "target", "bench")), "uploads"))
    parser.add_argument("--tmpfs", default="6G", help="size of each tmpfs, for the archive and for what the servers take (default 6G)")
    parser.add_argument("--distribution", default=os.path.join(PROJECT, "cli", "target", "packhorse"))
    parser.add_argument("--document", metavar="FILE", help="write the tables to the end of this file, too")
    return parser.parse_args()


def size_of(text):
    number = re.fullmatch(r"(\d+)([MG])", text)
    if not number:
        raise measure.BenchError("a size is a number and M or G: " + text)
    return int(number.group(1)) * {"M": 10 ** 6, "G": 10 ** 9}[number.group(2)]


def left_out():
    """Programs that are not here, and tables that cannot be made for want of a server."""
    missing = {each for each in ("rclone", "curl", "sftp", "rsync") if shutil.which(each) is None}
    needs = {"sftp": "/usr/sbin/sshd", "rsync": "/usr/sbin/sshd", "webdav": places.Nginx.MODULE, "ftp": "/usr/sbin/proftpd",
             "s3": os.path.join(PROJECT, "transports", "target", "test-servers", "s3proxy", "pom.xml")}
    absent = {name for name, needed in needs.items() if not os.path.exists(needed)}
    for each in sorted(missing):
        hosting.say("not here, and left out: " + each)
    for name in sorted(absent):
        hosting.say("no table for %s: %s is not there" % (name, needs[name]))
    return missing, absent


def main():
    options = arguments()
    if os.geteuid() != 0:
        raise measure.BenchError("the uploads need root: an sshd, and folders that other users write to")
    missing, absent = left_out()
    names = [name for name in options.only or NAMES if name.removesuffix("-far") not in absent]
    site = hosting.Server(options.work)
    texts, misses = [], 0
    load = os.getloadavg()[0]
    uploads = None
    try:
        site.mount(options.tmpfs)
        site.clear(site.out)
        uploads = Uploads(site, options.distribution, size_of(options.size))
        far = places.throughput(ROUND_TRIP / 2) if any(name.endswith("-far") for name in names) else 0
        for name in names:
            result = run_table(uploads, name, missing, options.rounds, far)
            texts.append(report.markdown(result))
            misses += sum(verdict == "MISS" for _, _, verdict in result.verdicts())
            print(texts[-1], flush=True)
    finally:
        if uploads:
            uploads.daemon.stop()
        site.unmount()
    if options.document:
        report.put_section(options.document, HEADING, document(texts, options.rounds, (load, os.getloadavg()[0])))
        hosting.say("written: " + options.document)
    print("%d goals missed" % misses if misses else "every goal reached")


if __name__ == "__main__":
    measure.end_tidily_when_told()
    try:
        main()
    except measure.BenchError as failure:
        sys.exit("bench: %s" % failure)
