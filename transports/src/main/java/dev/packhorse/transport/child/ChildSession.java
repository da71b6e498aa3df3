package dev.packhorse.transport.child;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// All processes of one session, wherever in the tree of processes they went. Java cannot signal a
/// group, so the members are looked up until none is left.
///
/// Source: proc_pid_stat(5), fields 1 to 6
final class ChildSession {
    private static final int MOST_ROUNDS = 100;

    private final Process leader;

    ChildSession(Process leader) {
        this.leader = leader;
    }

    /// Kills them all; a member that forks while it is looked for is found in the next round.
    void kill() {
        // Through its handle: the process itself would close our ends of the pipes as well.
        leader.toHandle().destroyForcibly();
        for (int round = 0; round < MOST_ROUNDS; round++) {
            List<ProcessHandle> members = members();
            if (members.isEmpty()) {
                return;
            }
            members.forEach(ProcessHandle::destroyForcibly);
        }
    }

    private List<ProcessHandle> members() {
        List<ProcessHandle> found = new ArrayList<>();
        try (DirectoryStream<Path> processes =
                Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                if (isMember(process)) {
                    long pid = Long.parseLong(process.getFileName().toString());
                    ProcessHandle.of(pid).ifPresent(found::add);
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("cannot read /proc", e);
        }
        return found;
    }

    private boolean isMember(Path process) {
        String stat;
        try {
            stat = Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1);
        } catch (IOException _) {
            // It has ended meanwhile.
            return false;
        }
        // The name stands in brackets and may hold anything; state, parent, group, session follow.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", 5);
        return !fields[0].equals("Z") && fields[3].equals(Long.toString(leader.pid()));
    }
}
