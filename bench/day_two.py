#!/usr/bin/env python3
"""Says what the second day of an account costs at a place that copies what it has: bytes on the wire, against the size of its archive.

  python3 bench/day_two.py                    an account of 1 GB, at an S3 server and at Backblaze's simulator
  python3 bench/day_two.py --size 200M --only s3

Needs the test servers (.ci/install-test-servers, .ci/fetch-test-jars) and make build; run as root. What is stored is whole each
time: it is compared with the local archive. Exit code 1 if an ordinary day takes more than the goal, 15 % of the archive.
"""
import argparse
import base64
import hashlib
import json
import os
import subprocess
import sys
import time
import urllib.request

import measure
import places
import report
import server as hosting

PROJECT = places.PROJECT
GOAL = 0.15
HEADING = "# The second day at stores that copy"
ACCOUNT = "mixed"
# The generator's newest file is of this time; the account is moved to where the server's clock is, as one in use would be.
MADE_AT = 1767225600
LATER = (int(time.time()) - MADE_AT) // 86400 * 86400 - 4 * 86400
DAYS = [("the first", None, False), ("an ordinary day", ["day", "--later", str(LATER)], True),
        ("another", ["day", "--seed", "2", "--later", str(LATER)], True),
        ("1 % of the files, anywhere", ["mutate", "--percent", "1", "--seed", "3"], False), ("nothing changed", None, False)]


class S3(places.S3proxy):
    """What a bucket of S3Proxy has lies in a folder."""

    def settings(self, port):
        return {"type": "S3Compatible", "host": "http://127.0.0.1:%d" % port, "bucket": self.BUCKET, "folder": "far", "aws_access_key_id": self.KEY_ID,
                "password": self.SECRET, "part_size": "5MiB"}

    def stored(self, archive):
        return self.digest(os.path.join("far", archive))


class B2(places.Place):
    """Backblaze's own simulator, in memory, behind the front that the tests have."""

    FRONT = os.path.join(PROJECT, "transports", "src", "test", "b2-simulator", "front.py")

    def __init__(self, work, target):
        super().__init__("b2", work, target)
        self.launch(["/usr/bin/python3", self.FRONT, str(self.port)])
        with open(os.path.join(self.folder, "log")) as file:
            self.ready = json.loads(file.readline())

    def settings(self, port):
        return {"type": "Backblaze", "endpoint": "http://127.0.0.1:%d" % port, "bucket_id": self.ready["bucket_id"], "bucket_name": "packhorse", "path": "far",
                "application_key_id": self.ready["key_id"], "application_key": self.ready["key"], "part_size": "5MiB"}

    def stored(self, archive):
        api = "http://127.0.0.1:%d/b2api/v4/" % self.port
        pair = base64.b64encode(("%(key_id)s:%(key)s" % self.ready).encode()).decode()
        token = json.load(asked(api + "b2_authorize_account", "Basic " + pair))["authorizationToken"]
        listing = {"bucketId": self.ready["bucket_id"], "startFileName": "far/" + archive, "maxFileCount": 1}
        files = json.load(asked(api + "b2_list_file_names", token, json.dumps(listing).encode()))["files"]
        if [file["fileName"] for file in files] != ["far/" + archive]:
            raise measure.BenchError("the bucket has no %s but %s" % (archive, files))
        with asked(api + "b2_download_file_by_id?fileId=" + files[0]["fileId"], token) as content:
            return sha256(content)


def asked(address, authorization, body=None):
    return urllib.request.urlopen(urllib.request.Request(address, body, {"Authorization": authorization}), timeout=120)


def sha256(stream):
    digest = hashlib.sha256()
    while block := stream.read(1 << 20):
        digest.update(block)
    return digest.hexdigest()


def backed_up(daemon):
    """Packs, and waits until the archive is at its destination."""
    before = daemon.newest_or_none("upload")
    job = daemon.wait(daemon.call("packhorse_backup_start", user=ACCOUNT)["job"])
    upload = daemon.newest("upload")
    if upload == before:
        raise measure.BenchError("the packing was not followed by an upload")
    return job["result"], daemon.wait(upload)["milliseconds"] / 1000


def row(name, daemon, site, place, line, tell):
    """One backup and what it cost; gives the share that was sent."""
    before = line.sent
    result, seconds = backed_up(daemon)
    sent = line.sent - before
    with open(os.path.join(site.backup, result["archive"]), "rb") as here:
        if sha256(here) != place.stored(result["archive"]):
            raise measure.BenchError("the destination has another archive than the backup directory")
    share = sent / result["sizeBytes"]
    tell("| %s | %.1f | %.1f | %.1f %% | %.1f |" % (name, result["sizeBytes"] / 1e6, sent / 1e6, 100 * share, seconds))
    return share


def generate(*arguments):
    subprocess.run([sys.executable, hosting.GENERATOR] + list(arguments), check=True, stdout=subprocess.DEVNULL)


def days(make, title, options, tell):
    """The days of one account at one place. Gives what an ordinary one takes at most."""
    site = hosting.Server(os.path.join(options.work, "day-two"))
    # A home of its own for each place, since the days change it.
    subprocess.run(["rm", "-rf", site.home(ACCOUNT), os.path.join(site.work, "%s.%s.made" % (ACCOUNT, options.size))], check=True)
    for folder in (site.backup, site.out, site.state):
        site.clear(folder)
    home = site.corpus(ACCOUNT, "mixed", options.size)
    generate("later", home, str(LATER))
    site.own(home, only_roots=True)
    place = make(site.work, os.path.join(site.out, make.__name__))
    line = places.Line(place.port)
    daemon = None
    try:
        daemon = measure.Daemon(options.distribution, site.options() + ["--set=backup.time=00:01", "--set=backup.catch_up=0s"], site.state, site.work)
        daemon.call("backup_destination_add", name="far", timeout=60, **place.settings(line.port))
        tell("\n## %s\n\n| day | archive, MB | sent, MB | of the archive | upload, s |\n| --- | --- | --- | --- | --- |" % title)
        worst = 0.0
        for name, change, ordinary in DAYS:
            if change:
                generate(change[0], home, *change[1:])
                site.own(home, only_roots=True)
            share = row(name, daemon, site, place, line, tell)
            worst = max(worst, share) if ordinary else worst
        return worst
    finally:
        if daemon:
            daemon.stop()
        line.stop()
        place.stop()


PLACES = {"s3": (S3, "S3 (S3Proxy)"), "b2": (B2, "Backblaze (b2sdk's simulator)")}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", default="1G")
    parser.add_argument("--only", choices=list(PLACES))
    parser.add_argument("--work", default=os.path.join(PROJECT, "target", "bench"))
    parser.add_argument("--distribution", default=os.path.join(PROJECT, "cli", "target", "packhorse"))
    parser.add_argument("--document", metavar="FILE", help="write the tables into this file, too")
    options = parser.parse_args()
    missed = 0
    lines = [HEADING, "",
             "How much of an account's archive of %s goes over the wire: a whole archive each day, of which the store copies what it has. Counted between"
             " Packhorse and the server; seconds are the upload job's own." % options.size]

    def tell(line):
        lines.append(line)
        print(line, flush=True)

    for name in [options.only] if options.only else list(PLACES):
        worst = days(*PLACES[name], options, tell)
        verdict = "PASS" if worst <= GOAL else "MISS"
        missed += verdict == "MISS"
        tell("\nAn ordinary day sends at most %.0f %% of the archive: %.1f %%, %s." % (100 * GOAL, 100 * worst, verdict))
    if options.document:
        report.put_section(options.document, HEADING, "\n".join(lines))
    return 1 if missed else 0


if __name__ == "__main__":
    measure.end_tidily_when_told()
    try:
        sys.exit(main())
    except measure.BenchError as failure:
        print("bench: %s" % failure, file=sys.stderr)
        sys.exit(2)
