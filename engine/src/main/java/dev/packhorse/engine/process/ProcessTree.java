package dev.packhorse.engine.process;

import dev.packhorse.engine.posix.PosixException;
import dev.packhorse.engine.posix.ProcessGroup;
import dev.packhorse.engine.posix.Signal;

/// A child with its process group. Safe for many threads; nothing here blocks for long.
final class ProcessTree {
    private final Process leader;

    ProcessTree(Process leader) {
        this.leader = leader;
    }

    boolean isAlive() {
        return leader.isAlive();
    }

    /// Kills the group if the leader still runs; its number may be somebody else's afterwards.
    void kill() {
        if (leader.isAlive()) {
            killGroup();
            // The leader may not have made its group yet.
            leader.destroyForcibly();
        }
    }

    /// Kills what is left of the group after the leader's end. Only to be called right after that
    /// end, since numbers are given out in a circle and come back late, or while the child's pipes
    /// are still open: then the group has a member, and its number cannot be another's.
    void killRemains() {
        killGroup();
    }

    private void killGroup() {
        try {
            ProcessGroup.signalGroup(leader.pid(), Signal.KILL);
        } catch (PosixException e) {
            throw new IllegalStateException("cannot kill process group " + leader.pid(), e);
        }
    }
}
