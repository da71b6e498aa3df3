#!/usr/bin/env python3
"""Says what the second day of an account costs at an S3 server: bytes on the wire, against the size of its archive.

  python3 bench/day_two.py                    an account of 1 GB, in target/bench

Needs the test servers (.ci/fetch-test-jars) and make build; run as root. The archive in the bucket is whole each time and is
compared with the local one.
"""
import argparse
import hashlib
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request

import measure
import server as hosting

PROJECT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUCKET = "packhorse"


class CountingProxy:
    """Stands before the server and counts what goes to it."""

    def __init__(self, port):
        self.target = ("127.0.0.1", port)
        self.sent = 0
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            client, _ = self.listener.accept()
            there = socket.create_connection(self.target)
            threading.Thread(target=self.pump, args=(client, there, True), daemon=True).start()
            threading.Thread(target=self.pump, args=(there, client, False), daemon=True).start()

    def pump(self, source, target, counted):
        try:
            while block := source.recv(1 << 16):
                if counted:
                    with self.lock:
                        self.sent += len(block)
                target.sendall(block)
        except OSError:
            pass
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def start_s3(jars, work):
    port = free_port()
    folder = os.path.join(work, "s3")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(work, "s3.log"), "wb") as log:
        process = subprocess.Popen(
            ["java", "-Xmx1g", "-Djava.io.tmpdir=" + folder, "-cp", jars + "/lib/*", "com.adobe.testing.s3mock.S3MockApplication",
             "--server.address=127.0.0.1", "--server.port=%d" % free_port(), "--com.adobe.testing.s3mock.http-port=%d" % port],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    address = "http://127.0.0.1:%d/" % port
    end = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(urllib.request.Request(address + BUCKET, method="PUT"), timeout=5).close()
            return process, port
        except OSError:
            if process.poll() is not None or time.monotonic() > end:
                raise measure.BenchError("the S3 server did not start: see s3.log")
            time.sleep(0.2)


def sha256(stream):
    digest = hashlib.sha256()
    while block := stream.read(1 << 20):
        digest.update(block)
    return digest.hexdigest()


def backed_up(daemon, user):
    """Packs, and waits until the archive is at its destination."""
    job = daemon.wait(daemon.call("packhorse_backup_start", user=user)["job"])
    start = time.monotonic()
    daemon.wait(daemon.newest("upload"))
    return job["result"], time.monotonic() - start


def compared(port, backup, result):
    with open(os.path.join(backup, result["archive"]), "rb") as here:
        local = sha256(here)
    with urllib.request.urlopen("http://127.0.0.1:%d/%s/far/%s" % (port, BUCKET, result["archive"])) as there:
        if sha256(there) != local:
            raise measure.BenchError("the bucket has another archive than the backup directory")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", default="1G")
    parser.add_argument("--work", default=os.path.join(PROJECT, "target", "bench"))
    parser.add_argument("--distribution", default=os.path.join(PROJECT, "cli", "target", "packhorse"))
    parser.add_argument("--jars", default=os.path.join(PROJECT, "transports", "target", "test-servers", "s3mock"))
    options = parser.parse_args()
    site = hosting.Server(os.path.join(options.work, "day-two"))
    home = site.corpus("mixed", "mixed", options.size)
    s3, port = start_s3(options.jars, site.work)
    proxy = CountingProxy(port)
    daemon = measure.Daemon(options.distribution, site.options() + ["--set=backup.time=00:01", "--set=backup.catch_up=0s"], site.state, site.work)
    try:
        daemon.call("backup_destination_add", name="far", type="S3Compatible", host="http://127.0.0.1:%d" % proxy.port, bucket=BUCKET,
                    folder="far", aws_access_key_id="AK", password="the-secret-key", part_size="5MiB", timeout=60)
        print("| day | archive, MB | sent, MB | of the archive | upload, s |")
        print("| --- | --- | --- | --- | --- |")
        days = [("first", None), ("an ordinary day", ["day"]), ("another", ["day", "--seed", "2"]),
                ("1 % of the files, anywhere", ["mutate", "--percent", "1", "--seed", "3"]), ("nothing changed", None)]
        for name, change in days:
            if change:
                subprocess.run([sys.executable, hosting.GENERATOR, change[0], home] + change[1:], check=True, stdout=subprocess.DEVNULL)
                site.own(home, only_roots=True)
            before = proxy.sent
            result, seconds = backed_up(daemon, "mixed")
            sent = proxy.sent - before
            compared(port, site.backup, result)
            print("| %s | %.1f | %.1f | %.1f %% | %.1f |" % (
                name, result["sizeBytes"] / 1e6, sent / 1e6, 100 * sent / result["sizeBytes"], seconds), flush=True)
    finally:
        daemon.stop()
        s3.terminate()
        s3.wait()


if __name__ == "__main__":
    try:
        main()
    except measure.BenchError as failure:
        sys.exit(str(failure))
