package dev.packhorse.engine.demo;

import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.posix.Identity;

/// Whose the files of the demonstration server are: everybody's own where root writes it, the
/// caller's alone where a plain user does.
record DemoOwner(Identity process) {
    int uid(int wanted) {
        return process.isRoot() ? wanted : process.uid();
    }

    int gid(int wanted) {
        return process.isRoot() ? wanted : process.gid();
    }

    FileRights rights(int mode, int uid, int gid) {
        return new FileRights(mode, uid(uid), gid(gid));
    }

    FileRights root(int mode) {
        return rights(mode, 0, 0);
    }
}
