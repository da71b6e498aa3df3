"""The hosting server that is packed: a root folder with one plain Linux account for each corpus."""
import os
import shutil
import subprocess
import sys

from measure import BenchError

HERE = os.path.dirname(os.path.abspath(__file__))
GENERATOR = os.path.join(HERE, "make-account-tree.py")
FIRST_UID = 20001
PEERS = {"pigz": "pigz", "restic": "restic", "borg": "borgbackup", "rsync": "rsync"}


def say(text):
    print(text, file=sys.stderr, flush=True)


class Server:
    """Makes corpora once and keeps them; mounts a tmpfs for what the runs write, where that is allowed."""

    def __init__(self, work):
        self.work = os.path.abspath(work)
        self.root = os.path.join(self.work, "server")
        self.state = os.path.join(self.work, "state")
        self.homes = os.path.join(self.root, "home")
        self.out = os.path.join(self.root, "out")
        self.backup = os.path.join(self.root, "backup")
        self.mounted = []
        for folder in (self.homes, self.out, self.backup, os.path.join(self.root, "etc")):
            os.makedirs(folder, exist_ok=True)
        os.makedirs(self.state, mode=0o700, exist_ok=True)
        os.chmod(self.state, 0o700)
        for folder in (self.root, self.homes):
            os.chmod(folder, 0o755)

    def options(self):
        return ["--set=host.root=" + self.root, "--set=host.accounts=unix", "--set=state=" + self.state,
                "--set=mysql.enabled=off", "--set=host.name=bench.example"]

    def home(self, name):
        return os.path.join(self.homes, name)

    def mount(self, size):
        """Puts a tmpfs of this size, as 8G, at each folder that takes output; without the right to, plain folders do."""
        for folder in (self.out, self.backup):
            if os.path.ismount(folder):
                continue
            command = ["mount", "-t", "tmpfs", "-o", "mode=755,size=" + size, "packhorse-bench", folder]
            if os.geteuid() == 0 and subprocess.run(command, stderr=subprocess.DEVNULL).returncode == 0:
                self.mounted.append(folder)
        self.on_tmpfs = os.path.ismount(self.out) and os.path.ismount(self.backup)
        if not self.on_tmpfs:
            say("no tmpfs can be mounted here: output goes to " + self.root)

    def unmount(self):
        for folder in self.mounted:
            subprocess.run(["umount", folder], check=False)
        self.mounted = []

    def clear(self, folder):
        for name in os.listdir(folder):
            path = os.path.join(folder, name)
            if os.path.isdir(path) and not os.path.islink(path):
                shutil.rmtree(path)
            else:
                os.unlink(path)

    def corpus(self, name, profile, size):
        """The home of an account, made by the generator with seed 1; one that is there is taken as it is."""
        home = self.home(name)
        mark = os.path.join(self.work, "%s.%s.made" % (name, size))
        if not os.path.exists(mark):
            shutil.rmtree(home, ignore_errors=True)
            say("making the corpus %s (%s, %s) ..." % (name, profile, size))
            done = subprocess.run([sys.executable, GENERATOR, "make", home, "--size", size, "--profile", profile, "--seed", "1", "--user", "bench"],
                                  stdout=subprocess.DEVNULL)
            if done.returncode != 0:
                raise BenchError("the corpus %s could not be made" % name)
            self.own(home)
            open(mark, "w").close()
        self.describe()
        return home

    def own(self, home, only_roots=False):
        """Gives the tree to its account; modes that chown would cut stay."""
        if os.geteuid() != 0:
            return
        # chown clears setuid and setgid, so those few files get their mode again.
        select = "-uid 0" if only_roots else ""
        command = ("find '{0}' {1} -type f -perm /6000 -printf '%m\\t%p\\0' >'{2}/modes' && find '{0}' {1} -print0 | xargs -0 -r chown -h {3}:{3} && "
                   "while IFS='\t' read -r -d '' mode path; do chmod $mode \"$path\"; done <'{2}/modes'").format(home, select, self.work, FIRST_UID)
        if subprocess.run(["bash", "-c", command]).returncode != 0:
            raise BenchError("the tree %s could not be given to its account" % home)

    def describe(self):
        """Writes the user database: one user for each home."""
        users = sorted(os.listdir(self.homes))
        uid = FIRST_UID if os.geteuid() == 0 else os.geteuid()
        etc = os.path.join(self.root, "etc")
        files = {"passwd": "%s:x:%d:%d::/home/%s:/bin/bash\n", "group": "%s:x:%d:\n", "shadow": "%s:!:20000:0:99999:7:::\n"}
        for name, line in files.items():
            with open(os.open(os.path.join(etc, name), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600 if name == "shadow" else 0o644), "w") as file:
                for user in users:
                    file.write(line % {"passwd": (user, uid, uid, user), "group": (user, uid), "shadow": (user,)}[name])

    def warm(self, *paths):
        """Reads everything once, so that all runs find it in the page cache."""
        for path in paths:
            subprocess.run(["sh", "-c", "tar -cf - -C '%s' . | cat >/dev/null" % path], check=False, stderr=subprocess.DEVNULL)

    def mutate(self, home, seed):
        """An ordinary day between two backups."""
        done = subprocess.run([sys.executable, GENERATOR, "mutate", home, "--percent", "1", "--seed", str(seed), "--dumps", "--logs"],
                              stdout=subprocess.DEVNULL)
        if done.returncode != 0:
            raise BenchError("the corpus %s could not be changed" % home)
        self.own(home, only_roots=True)


def install_peers(allowed):
    """Installs the peers that are missing, where that is allowed; returns those that are not to be had."""
    missing = [name for name in PEERS if shutil.which(name) is None]
    if missing and allowed and os.geteuid() == 0 and shutil.which("apt-get"):
        say("installing " + " ".join(missing) + " ...")
        environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
        for name in missing:
            subprocess.run(["apt-get", "install", "-y", "-q", PEERS[name]], env=environment,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    missing = [name for name in PEERS if shutil.which(name) is None]
    for name in missing:
        say("not here, and left out: %s (Debian package %s)" % (name, PEERS[name]))
    return missing
