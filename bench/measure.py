"""Runs commands and daemon jobs and says what they cost. Linux only, standard library only."""
import json
import os
import resource
import signal
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

TICK = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


class BenchError(Exception):
    """Something that has to work for the figures to mean anything does not."""


class Sample:
    """One run: wall and CPU seconds, peak MiB, bytes of what came out; of a reading, how many percent of the archive were read."""

    def __init__(self, wall, cpu, peak_mib, size, note="", share=None):
        self.wall = wall
        self.cpu = cpu
        self.peak_mib = peak_mib
        self.size = size
        self.note = note
        self.share = share


def median(samples, name):
    return statistics.median(getattr(s, name) for s in samples)


def run(command, size_of=None, good=(0,), log=None, env=None):
    """Runs a shell command to its end.

    CPU counts every process of it that was waited for, as a pipeline's are; the peak is that of its largest process.
    """
    with open(log or os.devnull, "ab") as out:
        begin = time.monotonic()
        process = subprocess.Popen(["sh", "-c", command], stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=env)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in good:
        raise BenchError("exit code %d from: %s%s" % (process.returncode, command, " (see %s)" % log if log else ""))
    size = size_of() if size_of else 0
    return Sample(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, size)


def tree_bytes(path):
    """Bytes of a file, or of all regular files below a folder, hard links counted once."""
    if os.path.isfile(path):
        return os.path.getsize(path)
    seen = set()
    total = 0
    for folder, _, names in os.walk(path):
        for name in names:
            info = os.lstat(os.path.join(folder, name))
            if (info.st_dev, info.st_ino) not in seen:
                seen.add((info.st_dev, info.st_ino))
                total += info.st_size
    return total


def process_cpu(pid):
    """CPU seconds of a process and of its children that have ended."""
    with open("/proc/%d/stat" % pid) as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return sum(int(each) for each in fields[11:15]) / TICK


def process_memory(pid, key):
    """A line of /proc/PID/status in MiB."""
    with open("/proc/%d/status" % pid) as status:
        for line in status:
            if line.startswith(key + ":"):
                return int(line.split()[1]) / 1024
    raise BenchError("no %s of process %d" % (key, pid))


class Daemon:
    """A running daemon of the distribution, spoken to over HTTP."""

    def __init__(self, distribution, options, state, work, java_options=""):
        self.state = state
        self.log_file = os.path.join(work, "daemon.log")
        address = os.path.join(state, "http.address")
        if os.path.exists(address):
            os.unlink(address)
        env = dict(os.environ)
        if java_options:
            env["PACKHORSE_JAVA_OPTIONS"] = java_options
        with open(self.log_file, "ab") as log:
            self.process = subprocess.Popen(
                [os.path.join(distribution, "bin", "packhorse"), "serve", "--set=http.listen=127.0.0.1:0", "--set=http.tls=off"] + options,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=env)
        self.pid = self.process.pid
        end = time.monotonic() + 120
        while not os.path.exists(address):
            if self.process.poll() is not None or time.monotonic() > end:
                raise BenchError("the daemon did not start: see " + self.log_file)
            time.sleep(0.05)
        with open(address) as file:
            self.address = file.read().strip()
        with open(os.path.join(state, "root.token")) as file:
            self.token = file.read().strip()
        # The JIT and the class loader have their say in the first calls.
        self.call("packhorse_job_list", limit=1)
        time.sleep(1)
        self.idle_mib = process_memory(self.pid, "VmRSS")

    def call(self, function, **parameters):
        parameters["api.version"] = 1
        request = urllib.request.Request(
            "%s/json-api/%s" % (self.address, function),
            data=urllib.parse.urlencode(parameters, doseq=True).encode(),
            headers={"Authorization": "whm root:" + self.token})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                data = json.load(answer)
        except (urllib.error.URLError, OSError, ValueError) as failure:
            raise BenchError("%s: %s" % (function, failure)) from failure
        if data["metadata"]["result"] != 1:
            raise BenchError("%s: %s" % (function, data["metadata"]["reason"]))
        return data.get("data") or {}

    def measure(self, begin, find_job, size_of):
        """Calls `begin`, waits for the job that `find_job` gives, and says what the daemon spent on it."""
        self.reset_peak()
        cpu = process_cpu(self.pid)
        start = time.monotonic()
        job_id = find_job(begin())
        job = self.wait(job_id)
        client_wall = time.monotonic() - start
        cpu = process_cpu(self.pid) - cpu
        peak = process_memory(self.pid, "VmHWM") - self.idle_mib
        ran = job.get("milliseconds")
        wall = client_wall if ran is None else ran / 1000
        return Sample(wall, cpu, peak, size_of(job), "client %.2f s" % client_wall)

    def reset_peak(self):
        try:
            with open("/proc/%d/clear_refs" % self.pid, "w") as clear:
                clear.write("5")
        except OSError as failure:
            raise BenchError("the peak of the daemon's memory cannot be reset: %s" % failure) from failure

    def wait(self, job_id, limit=3600, every=0.25):
        """The job once it has ended. Each look costs the daemon a little, which counts as the job's."""
        end = time.monotonic() + limit
        while True:
            job = self.call("packhorse_job_get", id=job_id)["job"]
            if job["state"] in ("succeeded", "partial"):
                return job
            if job["state"] in ("failed", "cancelled"):
                raise BenchError("job %s %s: %s" % (job_id, job["state"], job["reason"]))
            if time.monotonic() > end:
                raise BenchError("job %s did not end within %d s" % (job_id, limit))
            # Seldom, since an answer costs what the job could use; how long it ran the job says itself.
            time.sleep(every)

    def newest(self, kind):
        job = self.newest_or_none(kind)
        if job is None:
            raise BenchError("there is no job of kind " + kind)
        return job

    def newest_or_none(self, kind):
        jobs = self.call("packhorse_job_list", kind=kind, limit=1)["jobs"]
        return jobs[0]["id"] if jobs else None

    def pack(self, user, folder, size_of, **parameters):
        """start_background_pkgacct: a full archive in a folder of choice, or what the parameters ask for."""
        wanted = parameters or {"compressionsetting": "compress"}
        return self.measure(
            lambda: self.call("start_background_pkgacct", user=user, tarroot=folder, **wanted),
            lambda _: self.newest("pkgacct"), lambda _: size_of())

    def backup(self, user, backup_folder):
        """The scheduled kind of backup, which may reuse the archive before it."""
        return self.measure(
            lambda: self.call("packhorse_backup_start", user=user), lambda data: data["job"],
            lambda job: os.path.getsize(os.path.join(backup_folder, job["result"]["archive"])))

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def end_tidily_when_told():
    """A termination ends the program as a failure does, so that servers and daemons are stopped."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


def raise_file_limit():
    """restic and borg open many files at once."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65536) if hard != resource.RLIM_INFINITY else 65536, hard))
