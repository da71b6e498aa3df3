"""Servers on loopback that uploads go to, each a process of its own that keeps what it gets below one folder, and a line with delay."""
import glob
import hashlib
import os
import shutil
import socket
import ssl
import subprocess
import threading
import time
import urllib.error
import urllib.request

from measure import BenchError

PROJECT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
USER, PASSWORD = "bk", "upload-bench-7"


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def java():
    """The JDK that Packhorse runs on, for servers written in Java."""
    for pattern in ("/usr/lib/jvm/*25*/bin/java", "/opt/java/*25*/bin/java", "/opt/*jdk*25*/bin/java"):
        found = sorted(glob.glob(pattern))
        if found:
            return found[0]
    raise BenchError("no JDK 25 to run the test servers with")


def answers(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False


class Place:
    """A server process. `target` is the folder in which what is uploaded turns up."""

    def __init__(self, name, work, target):
        self.name = name
        self.folder = os.path.join(work, name)
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)
        self.target = target
        os.makedirs(target, exist_ok=True)
        self.port = free_port()

    def launch(self, command, ready=None):
        log = os.path.join(self.folder, "log")
        with open(log, "wb") as out:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        end = time.monotonic() + 90
        while not (ready or answers)(self.port):
            if self.process.poll() is not None or time.monotonic() > end:
                self.stop()
                raise BenchError("the server %s did not start: see %s" % (self.name, log))
            time.sleep(0.1)

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w") as file:
            file.write(text)
        return path

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def clear(self):
        for name in os.listdir(self.target):
            path = os.path.join(self.target, name)
            shutil.rmtree(path) if os.path.isdir(path) else os.unlink(path)

    def digest(self, path):
        """SHA-256 of what lies there, read past the server."""
        digest = hashlib.sha256()
        with open(os.path.join(self.target, path), "rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
        return digest.hexdigest()


class Sshd(Place):
    """OpenSSH that takes one key, of root's."""

    def __init__(self, work, target):
        super().__init__("sshd", work, target)
        os.chmod(self.folder, 0o700)
        self.key = os.path.join(self.folder, "key")
        host_key = os.path.join(self.folder, "host")
        for file in (self.key, host_key):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file], check=True)
        self.fingerprint = subprocess.run(["ssh-keygen", "-lf", host_key + ".pub"], check=True, stdout=subprocess.PIPE,
                                          text=True).stdout.split()[1]
        os.makedirs("/run/sshd", exist_ok=True)
        config = self.write("config", "Port %d\nListenAddress 127.0.0.1\nHostKey %s\nAuthorizedKeysFile %s.pub\nStrictModes no\nPidFile none\n"
                            "UsePAM no\nPermitRootLogin prohibit-password\nSubsystem sftp internal-sftp\nMaxStartups 100\n" % (self.port, host_key, self.key))
        self.launch(["/usr/sbin/sshd", "-D", "-e", "-f", config])


class Nginx(Place):
    """nginx with both of its WebDAV modules, without TLS."""

    MODULE = "/usr/lib/nginx/modules/ngx_http_dav_ext_module.so"

    def __init__(self, work, target):
        super().__init__("nginx", work, target)
        self.write("passwords", "%s:{PLAIN}%s\n" % (USER, PASSWORD))
        # Bodies are kept on the file system of the target, so that the server only renames them.
        bodies = os.path.join(os.path.dirname(target), "nginx-bodies")
        os.makedirs(bodies, exist_ok=True)
        temporary = "".join("%s_temp_path %s/%s;" % (kind, self.folder, kind) for kind in ("proxy", "fastcgi", "uwsgi", "scgi"))
        config = self.write("nginx.conf", """load_module %s; daemon off; user root; worker_processes 1; pid %s/pid; error_log %s/error.log;
            events { worker_connections 256; }
            http { access_log off; client_max_body_size 0; client_body_temp_path %s; %s
              server { listen 127.0.0.1:%d; root %s;
                location / { dav_methods PUT DELETE MKCOL COPY MOVE; dav_ext_methods PROPFIND OPTIONS; create_full_put_path on;
                  auth_basic "bench"; auth_basic_user_file %s/passwords; } } }
            """ % (self.MODULE, self.folder, self.folder, bodies, temporary, self.port, target, self.folder))
        self.launch(["/usr/sbin/nginx", "-c", config, "-p", self.folder])


class Proftpd(Place):
    """ProFTPD that offers TLS and, as it does by itself, wants the session of the control connection for data."""

    def __init__(self, work, target):
        super().__init__("proftpd", work, target)
        os.chmod(target, 0o777)
        certificate, key = (os.path.join(self.folder, name) for name in ("cert.pem", "key.pem"))
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                        "/CN=localhost", "-keyout", key, "-out", certificate], check=True, stderr=subprocess.DEVNULL)
        with open(certificate) as file:
            self.fingerprint = hashlib.sha256(ssl.PEM_cert_to_DER_cert(file.read())).hexdigest()
        passwords = os.path.join(self.folder, "passwd")
        subprocess.run(["/usr/sbin/ftpasswd", "--passwd", "--file=" + passwords, "--name=" + USER, "--uid=65534", "--gid=65534", "--home=" + target,
                        "--shell=/bin/false", "--stdin"], input=PASSWORD + "\n", text=True, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.chmod(passwords, 0o600)
        lines = ["ServerType standalone", "DefaultAddress 127.0.0.1", "Port %d" % self.port, "User nobody", "Group nogroup",
                 "PidFile %s/pid" % self.folder, "ScoreboardFile %s/scoreboard" % self.folder, "SystemLog %s/system.log" % self.folder,
                 "TransferLog none", "DelayTable none", "WtmpLog off", "UseReverseDNS off", "ModulePath /usr/lib/proftpd", "LoadModule mod_tls.c",
                 "AuthOrder mod_auth_file.c", "AuthUserFile " + passwords, "RequireValidShell off", "DefaultRoot ~", "AllowOverwrite on",
                 "AllowStoreRestart on", "TLSEngine on", "TLSProtocol TLSv1.2 TLSv1.3", "TLSECCertificateFile " + certificate,
                 "TLSECCertificateKeyFile " + key, "TLSRequired off", ""]
        self.launch(["/usr/sbin/proftpd", "-n", "-q", "-c", self.write("proftpd.conf", "\n".join(lines))])


class S3proxy(Place):
    """S3Proxy over a folder; the bucket is a folder in it."""

    BUCKET, KEY_ID, SECRET = "packhorse", "AK", "the-secret-key"

    def __init__(self, work, target, jars=None):
        super().__init__("s3proxy", work, os.path.join(target, self.BUCKET))
        jars = jars or os.path.join(PROJECT, "transports", "target", "test-servers", "s3proxy")
        if not os.path.isdir(os.path.join(jars, "lib")):
            raise BenchError("no S3Proxy at %s: run .ci/fetch-test-jars" % jars)
        config = self.write("s3proxy.conf", "\n".join([
            "s3proxy.endpoint=http://127.0.0.1:%d" % self.port, "s3proxy.authorization=aws-v2-or-v4", "s3proxy.identity=" + self.KEY_ID,
            "s3proxy.credential=" + self.SECRET, "s3proxy.ignore-unknown-headers=true", "jclouds.provider=filesystem-nio2", "jclouds.identity=x",
            "jclouds.credential=x", "jclouds.filesystem.basedir=" + target, ""]))
        quiet = self.write("logback.xml", '<configuration><appender name="out" class="ch.qos.logback.core.ConsoleAppender"><encoder>'
                           '<pattern>%d %level %logger %msg%n</pattern></encoder></appender><root level="WARN"><appender-ref ref="out"/></root></configuration>')
        self.launch([java(), "-Xmx1g", "-Dlogback.configurationFile=" + quiet, "-cp", jars + "/lib/*", "org.gaul.s3proxy.Main", "--properties", config],
                    self.healthy)

    def healthy(self, port):
        try:
            urllib.request.urlopen("http://127.0.0.1:%d/healthz" % port, timeout=5).close()
            return True
        except (OSError, urllib.error.URLError):
            return False


class Line:
    """A TCP proxy before a server that gives each block on only after a while, as a long line does, and counts what goes there.

    It holds what is under way in a queue, so that delay does not limit the throughput; a line with more than MOST bytes under way waits.
    A connection is used only after a round trip, as one that is really made. Its own cost, two copies of each byte on this machine, is in
    every figure that is taken through it.
    """

    BLOCK = 1 << 18
    MOST = 64 << 20

    def __init__(self, port, seconds=0.0):
        self.server = port
        self.seconds = seconds          # one way
        self.sent = 0
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.connect, args=(client,), daemon=True).start()

    def connect(self, client):
        time.sleep(2 * self.seconds)
        try:
            there = socket.create_connection(("127.0.0.1", self.server))
        except OSError:
            client.close()
            return
        for each in (client, there):
            each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        ways = [Way(client, there, self, True), Way(there, client, self, False)]
        for way in ways:
            way.start()
        for way in ways:
            way.join()
        for each in (client, there):
            each.close()

    def count(self, length):
        with self.lock:
            self.sent += length

    def stop(self):
        self.listener.close()


class Way:
    """One direction of a connection: a thread that reads, one that writes when the time has come."""

    def __init__(self, source, target, line, counted):
        self.source, self.target, self.line, self.counted = source, target, line, counted
        self.queue = []
        self.held = 0
        self.changed = threading.Condition()
        self.threads = [threading.Thread(target=each, daemon=True) for each in (self.read, self.write)]

    def start(self):
        for thread in self.threads:
            thread.start()

    def join(self):
        for thread in self.threads:
            thread.join()

    def read(self):
        block = b"x"
        while block:
            try:
                block = self.source.recv(Line.BLOCK)
            except OSError:
                block = b""
            if self.counted:
                self.line.count(len(block))
            with self.changed:
                while self.held > Line.MOST:
                    self.changed.wait()
                self.queue.append((time.monotonic() + self.line.seconds, block))
                self.held += len(block)
                self.changed.notify_all()

    def write(self):
        broken = False
        while True:
            with self.changed:
                while not self.queue:
                    self.changed.wait()
                batch, self.queue = self.queue, []
            for due, block in batch:
                wait = due - time.monotonic()
                if wait > 0:
                    time.sleep(wait)
                if block and not broken:
                    broken = not self.given(block)
                with self.changed:
                    self.held -= len(block)
                    self.changed.notify_all()
                if not block:
                    self.end()
                    return

    def given(self, block):
        """False if the receiver is gone; then its sender learns it and the rest is thrown away."""
        try:
            self.target.sendall(block)
            return True
        except OSError:
            try:
                self.source.shutdown(socket.SHUT_RD)
            except OSError:
                pass
            return False

    def end(self):
        try:
            self.target.shutdown(socket.SHUT_WR)
        except OSError:
            pass


def throughput(seconds, size=1 << 30):
    """MB a second that a line with this delay lets through, from a thread of this process to another."""
    sink = socket.create_server(("127.0.0.1", 0))
    line = Line(sink.getsockname()[1], seconds)
    done = threading.Event()

    def drain():
        there, _ = sink.accept()
        buffer = bytearray(1 << 20)
        left = size
        while left > 0:
            left -= there.recv_into(buffer)
        there.close()
        done.set()

    threading.Thread(target=drain, daemon=True).start()
    block = bytes(1 << 20)
    with socket.create_connection(("127.0.0.1", line.port)) as client:
        begin = time.monotonic()
        for _ in range(size // len(block)):
            client.sendall(block)
        done.wait(120)
        wall = time.monotonic() - begin
    line.stop()
    sink.close()
    if not done.is_set():
        raise BenchError("the line with delay passed nothing on")
    return size / wall / 1e6
