"""What is compared with what. A scenario yields rounds: every contestant once, in turn."""
import glob
import os
import re
import shutil

import measure
from measure import BenchError, run, tree_bytes

CORPORA = {"mixed": "mixed", "wordpress": "wordpress", "maildir": "maildir", "smallfiles": "smallfiles"}


class Goal:
    """A bound on a figure of one contestant, mostly relative to another's. Source: issue 3, “Must reach”."""

    def __init__(self, text, figure, contestant, peer, most, least=None):
        self.text = text
        self.figure = figure          # wall, cpu, size, peak, rate
        self.contestant = contestant
        self.peer = peer              # None: an absolute figure
        self.most = most
        self.least = least


class Scenario:
    """A name, its contestants as {name: callable giving a Sample}, its goals, and what is done before and between rounds."""

    def __init__(self, name, title, contestants, goals, before=None, each_round=None, files=0, rounds=None):
        self.name = name
        self.title = title
        self.contestants = contestants
        self.goals = goals
        self.before = before or (lambda: None)
        self.each_round = each_round or (lambda number: None)
        self.files = files
        self.rounds = rounds


class Bench:
    """Everything that scenarios need."""

    def __init__(self, server, distribution, sizes, threads, missing, log):
        self.server = server
        self.packhorse = os.path.join(distribution, "bin", "packhorse")
        self.distribution = distribution
        self.sizes = sizes
        self.threads = threads
        self.missing = missing
        self.log = log
        self.running = None

    def daemon(self):
        if self.running is None:
            options = self.server.options() + ["--set=backup.compression_threads=%d" % self.threads, "--set=backup.free_space_floor=64MiB"]
            self.running = measure.Daemon(self.distribution, options, self.server.state, self.server.work)
        return self.running

    def stop(self):
        if self.running is not None:
            self.running.stop()
            self.running = None

    def has(self, tool):
        return tool not in self.missing

    # Contestants

    def tar_pigz(self, home, level):
        target = os.path.join(self.server.out, "peer.tar.gz")

        def go():
            return run("tar -cf - -C '%s' . | pigz -%d -p%d >'%s'" % (home, level, self.threads, target), lambda: take(target), log=self.log)
        return go

    def tar_gzip(self, home):
        target = os.path.join(self.server.out, "peer.tar.gz")
        return lambda: run("tar -cf - -C '%s' . | gzip -6 >'%s'" % (home, target), lambda: take(target), log=self.log)

    def one_shot(self, account, *options):
        target = os.path.join(self.server.out, "cpmove-%s.tar.gz" % account)
        command = " ".join(["'%s'" % self.packhorse, "pack", account, "/out", "--threads", str(self.threads)]
                           + ["'%s'" % each for each in list(options) + self.server.options() + ["--set=backup.free_space_floor=64MiB"]])

        def go():
            # 3: packed, with items that somebody should look at.
            return run(command, lambda: take(target), good=(0, 3), log=self.log)
        return go

    def in_daemon(self, account):
        target = os.path.join(self.server.out, "cpmove-%s.tar.gz" % account)
        return lambda: self.daemon().pack(account, "/out", lambda: take(target))

    def restic(self, home):
        repository = os.path.join(self.server.out, "restic")
        environment = dict(os.environ, RESTIC_PASSWORD="bench", RESTIC_REPOSITORY=repository, RESTIC_CACHE_DIR=os.path.join(self.server.work, "restic-cache"))

        def go():
            return run("restic init && cd '%s' && restic backup ." % home, lambda: take(repository), log=self.log, env=environment)
        return go

    def borg(self, home, compression):
        repository = os.path.join(self.server.out, "borg")
        environment = dict(os.environ, BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK="yes", BORG_RELOCATED_REPO_ACCESS_IS_OK="yes",
                           BORG_BASE_DIR=os.path.join(self.server.work, "borg-base"))

        def go():
            command = "borg init -e none '{0}' && cd '{1}' && borg create -C {2} '{0}::a' .".format(repository, home, compression)
            return run(command, lambda: take(repository), good=(0, 1), log=self.log, env=environment)
        return go


def take(path):
    """The size of what a run made; it is removed, so that the next one finds the room."""
    size = tree_bytes(path)
    if os.path.isdir(path):
        shutil.rmtree(path)
    else:
        os.unlink(path)
    return size


PIGZ, ONE_SHOT, DAEMON = "tar | pigz -6", "packhorse pack", "packhorse daemon"


def full(bench, corpus, goals):
    home = bench.server.corpus(corpus, CORPORA[corpus], bench.sizes[corpus])
    contestants = {PIGZ: bench.tar_pigz(home, 6), ONE_SHOT: bench.one_shot(corpus), DAEMON: bench.in_daemon(corpus)}

    def before():
        bench.server.warm(home)
        for _ in range(3):
            bench.in_daemon(corpus)()     # the daemon is warm, as one that has packed accounts before
    return Scenario("full-" + corpus, "Full pack of %s, %s" % (corpus, bench.sizes[corpus]), contestants, goals, before)


def usual_goals(one_shot, daemon, size=1.00):
    goals = [Goal("daemon, wall / pigz -6", "wall", DAEMON, PIGZ, daemon), Goal("one-shot, wall / pigz -6", "wall", ONE_SHOT, PIGZ, one_shot),
             Goal("size / pigz -6", "size", DAEMON, PIGZ, size), Goal("daemon, peak beyond idle, MiB", "peak", DAEMON, None, 160)]
    return goals


def full_mixed(bench):
    goals = usual_goals(0.40, 0.32)
    goals.insert(1, Goal("daemon, CPU / pigz -6", "cpu", DAEMON, PIGZ, 0.35))
    return full(bench, "mixed", goals)


def full_wordpress(bench):
    return full(bench, "wordpress", usual_goals(0.45, 0.45))


def full_maildir(bench):
    return full(bench, "maildir", usual_goals(0.35, 0.35))


def full_smallfiles(bench):
    return full(bench, "smallfiles", usual_goals(0.85, 0.85))


def no_library(bench):
    home = bench.server.corpus("mixed", "mixed", bench.sizes["mixed"])
    mine = ONE_SHOT + ", JDK only"
    return Scenario("no-library", "No native library at all, mixed", {
        PIGZ: bench.tar_pigz(home, 6), mine: bench.one_shot("mixed", "--set=backup.compression_library=jdk")},
        [Goal("wall / pigz -6", "wall", mine, PIGZ, 0.70), Goal("size / pigz -6", "size", mine, PIGZ, 1.005)], lambda: bench.server.warm(home))


def fast(bench):
    home = bench.server.corpus("mixed", "mixed", bench.sizes["mixed"])
    mine, peer = ONE_SHOT + " --level fast", "tar | pigz -1"
    return Scenario("fast", "The fast level, mixed", {peer: bench.tar_pigz(home, 1), mine: bench.one_shot("mixed", "--level=fast")},
                    [Goal("wall / pigz -1", "wall", mine, peer, 0.35), Goal("size / pigz -1", "size", mine, peer, 1.00)],
                    lambda: bench.server.warm(home))


def repositories(bench):
    home = bench.server.corpus("mixed", "mixed", bench.sizes["mixed"])
    contestants = {ONE_SHOT: bench.one_shot("mixed"), DAEMON: bench.in_daemon("mixed")}
    goals = []
    if bench.has("restic"):
        contestants["restic init + backup"] = bench.restic(home)
        goals = [Goal("daemon, wall / restic", "wall", DAEMON, "restic init + backup", 0.75),
                 Goal("one-shot, wall / restic", "wall", ONE_SHOT, "restic init + backup", 0.75),
                 Goal("size / restic", "size", DAEMON, "restic init + backup", 0.96)]
    if bench.has("borg"):
        contestants["borg init + create, lz4"] = bench.borg(home, "lz4")
        contestants["borg init + create, zlib,6"] = bench.borg(home, "zlib,6")
    return Scenario("repositories", "Full pack against repositories, mixed", contestants, goals, lambda: bench.server.warm(home))


def gzip(bench):
    home = bench.server.corpus("mixed", "mixed", bench.sizes["mixed"])
    return Scenario("gzip", "Full pack against tar and one-threaded gzip, mixed", {"tar | gzip -6": bench.tar_gzip(home), DAEMON: bench.in_daemon("mixed")},
                    [], lambda: bench.server.warm(home))


def again(bench):
    """A day's changes, then every tool's second run. The tree is a copy, since it changes."""
    server = bench.server
    source = server.corpus("mixed", "mixed", bench.sizes["mixed"])
    home = server.home("again")
    restic = os.path.join(server.out, "restic")
    environment = dict(os.environ, RESTIC_PASSWORD="bench", RESTIC_REPOSITORY=restic, RESTIC_CACHE_DIR=os.path.join(server.work, "restic-cache"))
    copies = os.path.join(server.out, "copies")

    def before():
        shutil.rmtree(home, ignore_errors=True)
        run("cp -a '%s' '%s'" % (source, home), log=bench.log)
        server.describe()
        server.warm(home)
        server.clear(server.out)
        server.clear(server.backup)
        bench.daemon().backup("again", server.backup)
        if bench.has("restic"):
            run("restic init && cd '%s' && restic backup ." % home, log=bench.log, env=environment)
        if bench.has("rsync"):
            os.makedirs(copies, exist_ok=True)
            run("rsync -aH --delete '%s/' '%s/0/'" % (home, copies), log=bench.log)

    state = {"round": 0}

    def each_round(number):
        state["round"] = number
        server.mutate(home, 1000 + number)
        server.warm(home)

    def second_restic():
        had = tree_bytes(restic)
        return run("cd '%s' && restic backup ." % home, lambda: tree_bytes(restic) - had, log=bench.log, env=environment)

    def linked():
        number = state["round"]
        sample = run("rsync -aH --delete --link-dest='{1}/{2}' '{0}/' '{1}/{3}/'".format(home, copies, number - 1, number), log=bench.log)
        shutil.rmtree(os.path.join(copies, str(number - 1)))
        return sample

    mine = DAEMON + ", archive before at hand"
    contestants = {PIGZ: bench.tar_pigz(home, 6), mine: lambda: bench.daemon().backup("again", server.backup)}
    goals = [Goal("wall / pigz -6", "wall", mine, PIGZ, 0.08)]
    if bench.has("restic"):
        contestants["restic, second backup"] = second_restic
        goals.append(Goal("wall / restic's second backup", "wall", mine, "restic, second backup", 0.6))
    if bench.has("rsync"):
        contestants["rsync --link-dest"] = linked
        goals.append(Goal("wall / rsync --link-dest", "wall", mine, "rsync --link-dest", 0.35))
    return Scenario("again", "Full archive again after 1 % changed, dumps and logs, mixed", contestants, goals, before, each_round)


def million(bench):
    home = bench.server.corpus("million", "smallfiles", bench.sizes["million"])
    files = sum(len(names) for _, _, names in os.walk(home))
    goals = [Goal("daemon, files a second", "rate", DAEMON, None, None, least=30000), Goal("daemon, peak beyond idle, MiB", "peak", DAEMON, None, 160)]
    return Scenario("million", "%d files of 0.2 to 4 KB" % files, {PIGZ: bench.tar_pigz(home, 6), DAEMON: bench.in_daemon("million")},
                    goals, lambda: bench.server.warm(home), files=files, rounds=3)


def unpack(bench):
    """The home comes back by a restore job, and by tar into an empty folder of the same file system. What a round made is put aside:
    ext4 goes around inodes that were freed lately, which would take longer than the unpacking."""
    server = bench.server
    source = server.corpus("mixed", "mixed", bench.sizes["mixed"])
    home = server.home("unpack")
    aside = os.path.join(server.root, "aside")
    found = {"round": 0}

    def before():
        shutil.rmtree(aside, ignore_errors=True)
        shutil.rmtree(home, ignore_errors=True)
        os.makedirs(aside)
        run("cp -a '%s' '%s'" % (source, home), log=bench.log)
        server.describe()
        server.clear(server.backup)
        job = bench.daemon().wait(bench.daemon().call("packhorse_backup_start", user="unpack")["job"])
        found["archive"] = os.path.join(server.backup, job["result"]["archive"])
        server.warm(home)

    def each_round(number):
        found["round"] = number
        os.rename(home, os.path.join(aside, "home-%d" % number))
        os.makedirs(home)
        shutil.copystat(source, home)
        os.chown(home, os.stat(source).st_uid, os.stat(source).st_gid)

    def untar():
        target = os.path.join(aside, "tar-%d" % found["round"])
        os.makedirs(target)
        return run("tar -xzf '%s' -C '%s'" % (found["archive"], target), log=bench.log)

    def restore():
        daemon = bench.daemon()
        return daemon.measure(lambda: daemon.call("packhorse_restore_start", user="unpack", only="Homedir"), lambda data: data["job"], lambda job: 0)

    mine = "packhorse daemon, restore of the home"
    return Scenario("unpack", "Unpack, mixed", {"tar xzf": untar, mine: restore}, [Goal("wall / tar xzf", "wall", mine, "tar xzf", 1.0)], before, each_round)


def tree(bench):
    """A day's changes, then the next tree with hard links to the one before, by the daemon and by rsync."""
    server = bench.server
    source = server.corpus("mixed", "mixed", bench.sizes["mixed"])
    home = server.home("tree")
    copies = os.path.join(server.out, "copies")
    state = {"round": 0}
    if not bench.has("rsync"):
        raise BenchError("the scenario tree compares with rsync: install the package rsync")

    def before():
        shutil.rmtree(home, ignore_errors=True)
        run("cp -a '%s' '%s'" % (source, home), log=bench.log)
        server.describe()
        server.warm(home)
        server.clear(server.out)
        bench.daemon().pack("tree", "/out", lambda: 0, incremental=1)
        os.makedirs(copies)
        run("rsync -aH --delete '%s/' '%s/0/'" % (home, copies), log=bench.log)

    def each_round(number):
        state["round"] = number
        server.mutate(home, 2000 + number)
        server.warm(home)

    def linked():
        number = state["round"]
        sample = run("rsync -aH --delete --link-dest='{1}/{2}' '{0}/' '{1}/{3}/' && rm -rf '{1}/{2}'".format(home, copies, number - 1, number), log=bench.log)
        sample.size = tree_bytes(copies)
        return sample

    mine = DAEMON + ", incremental tree"
    target = os.path.join(server.out, "cpmove-tree")
    return Scenario("tree", "Incremental tree after 1 % changed, dumps and logs, mixed; the tree before is removed too", {
        "rsync --link-dest": linked, mine: lambda: bench.daemon().pack("tree", "/out", lambda: tree_bytes(target), incremental=1)},
        [Goal("wall / rsync --link-dest", "wall", mine, "rsync --link-dest", 1.0)], before, each_round)


def cat(bench):
    """One small file out of a large archive."""
    server = bench.server
    home = server.corpus("large", "mixed", bench.sizes["large"])
    fetched = os.path.join(home, "bench-fetched")
    found = {}

    def before():
        server.clear(server.backup)
        daemon = bench.daemon()
        job = daemon.wait(daemon.call("packhorse_backup_start", user="large")["job"])
        found["archive"] = os.path.join(server.backup, job["result"]["archive"])
        found["date"] = job["result"]["archive"].split("/")[0]
        names = sorted(os.path.join(folder, name) for folder, _, all_names in os.walk(home) for name in all_names if name.endswith(".php"))
        if not names:
            raise BenchError("the corpus has no .php file to fetch")
        found["path"] = os.path.relpath(names[len(names) // 2], home)

    def by_command(command, path):
        return run("PACKHORSE_STATE='%s' '%s' %s large %s 'homedir/%s' %s" % (
            server.state, bench.packhorse, command, found["date"], path, "'--set=host.root=%s'" % server.root), log=bench.log)

    def in_daemon():
        """Into a folder of its own, so that nothing has to be kept safe before."""
        daemon = bench.daemon()
        sample = daemon.measure(lambda: daemon.call("packhorse_restore_start", user="large", part="path:" + found["path"], into="bench-fetched"),
                                lambda data: data["job"], lambda job: 0)
        with open(os.path.join(fetched, os.path.basename(found["path"])), "rb") as one, open(os.path.join(home, found["path"]), "rb") as other:
            if one.read() != other.read():
                raise BenchError("what was fetched is not what was packed")
        shutil.rmtree(fetched)
        sample.size, whole = read_of_archive(server.state)
        sample.share = 100.0 * sample.size / whole
        return sample

    def unpack_one():
        return run("tar -xzOf '%s' 'large/homedir/%s' >/dev/null" % (found["archive"], found["path"]), log=bench.log)

    return Scenario("cat", "One file out of an archive of a %s account; bytes are those read of the archive" % bench.sizes["large"], {
        "tar xzO": unpack_one, "packhorse cat": lambda: by_command("cat", found["path"]),
        "packhorse ls, its folder": lambda: by_command("ls", os.path.dirname(found["path"])), "packhorse daemon": in_daemon},
        [Goal("daemon, wall s", "wall", "packhorse daemon", None, 0.3), Goal("daemon, bytes read, % of the archive", "share", "packhorse daemon", None, 0.1),
         Goal("packhorse cat, wall s, the command's start included", "wall", "packhorse cat", None, 1.0)], before)


def read_of_archive(state):
    """What the newest restore says it has read, and the size of the archive."""
    logs = glob.glob(os.path.join(state, "sessions", "*", "*", "item-*"))
    with open(max(logs, key=os.path.getmtime)) as log:
        read = re.findall(r"Read (\d+) of (\d+) bytes of the archive", log.read())
    if not read:
        raise BenchError("the restore does not say how much it read")
    return int(read[-1][0]), int(read[-1][1])


ALL = {"full-mixed": full_mixed, "full-wordpress": full_wordpress, "full-maildir": full_maildir, "full-smallfiles": full_smallfiles,
       "no-library": no_library, "fast": fast, "repositories": repositories, "gzip": gzip, "again": again, "tree": tree, "million": million, "unpack": unpack, "cat": cat}
