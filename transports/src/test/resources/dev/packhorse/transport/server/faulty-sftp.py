"""Stands between sshd and the real sftp-server and spoils what the file "fault" in the user's home names.

cut-after-TYPE      passes a request of that type on, then ends the connection without the answer
hang-at-TYPE        passes nothing on from that request
full                refuses every write, and says that no space is left
blank               tells no space at all
nostat              fails to tell the space
bare                hides the server's extensions
names               answers each listing with names that no honest server has
"""
import os
import struct
import subprocess
import sys
import threading

fault_file = os.path.join(os.path.expanduser("~"), "fault")
TYPES = {6: "write", 18: "rename", 12: "readdir"}
server = subprocess.Popen(["/usr/lib/openssh/sftp-server"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
answers = threading.Lock()
spoilt = {}


def fault():
    try:
        with open(fault_file) as f:
            return f.read().strip()
    except FileNotFoundError:
        return ""


def read_message(stream):
    head = stream.read(4)
    if len(head) < 4:
        return None
    return stream.read(struct.unpack(">I", head)[0])


def write_message(stream, body):
    stream.write(struct.pack(">I", len(body)) + body)
    stream.flush()


def text(value):
    return struct.pack(">I", len(value)) + value


def type_of(body):
    if body[0] == 200:
        length = struct.unpack(">I", body[5:9])[0]
        return body[9:9 + length].split(b"@")[0].decode()
    return TYPES.get(body[0], str(body[0]))


def hostile_names(request):
    names = [b"../up", b"a/b", b"/etc/passwd", b"nul\0", b"..", b"", b"\xff\xfe", b"honest"]
    attributes = struct.pack(">IQI", 5, 3, 0o100600)
    entries = b"".join(text(name) + text(b"x") + attributes for name in names)
    return b"\x68" + request[1:5] + struct.pack(">I", len(names)) + entries


def upstream():
    listed = False
    while (body := read_message(sys.stdin.buffer)) is not None:
        kind = type_of(body)
        now = fault()
        if now == "hang-at-" + kind:
            # Until the other side hangs up: a program that waits for ever would outlive the tests.
            while sys.stdin.buffer.read(65536):
                pass
            os._exit(0)
        if now == "cut-after-" + kind:
            spoilt["cut"] = True
        if now == "full" and kind == "write":
            with answers:
                refusal = b"\x65" + body[1:5] + struct.pack(">I", 4) + text(b"Failure") + text(b"")
                write_message(sys.stdout.buffer, refusal)
            continue
        if now == "full" and kind == "statvfs" and not spoilt.get("asked"):
            spoilt["asked"] = True
        elif now == "full" and kind == "statvfs":
            spoilt["statvfs"] = body[1:5]
        if now in ("blank", "nostat") and kind == "statvfs":
            refusal = b"\x65" + body[1:5] + struct.pack(">I", 4) + text(b"Failure") + text(b"")
            nothing = b"\xc9" + body[1:5] + struct.pack(">11Q", 4096, 4096, *[0] * 9)
            with answers:
                write_message(sys.stdout.buffer, refusal if now == "nostat" else nothing)
            continue
        if now == "names" and kind == "readdir" and not listed:
            listed = True
            with answers:
                write_message(sys.stdout.buffer, hostile_names(body))
            continue
        write_message(server.stdin, body)
    server.stdin.close()


def downstream():
    while (body := read_message(server.stdout)) is not None:
        if spoilt.get("cut"):
            os._exit(1)
        if body[0] == 2 and fault() == "bare":
            body = body[:5]
        if body[0] == 201 and body[1:5] == spoilt.get("statvfs"):
            body = body[:5] + body[5:29] + struct.pack(">QQ", 0, 0) + body[45:]
        with answers:
            write_message(sys.stdout.buffer, body)
    os._exit(0)


threading.Thread(target=upstream, daemon=True).start()
downstream()
