package dev.packhorse.engine.component.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.component.AccountComponent;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.RestoreReport.Outcome;
import dev.packhorse.engine.host.HostUndo;
import dev.packhorse.engine.host.HostWatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Restores an account module by module, and makes each module fail at each of its changes of the
/// host, one after another, before it may come to its end.
final class ForcedFailures {
    private final DemoRestore server;
    private final Path archive;
    private final Map<String, String> cells = new TreeMap<>();

    ForcedFailures(DemoRestore server, Path archive) {
        this.server = server;
        this.archive = archive;
    }

    /// What became of each module.
    Map<String, String> run(String account) throws IOException, ComponentException {
        for (AccountComponent module : ComponentRegistry.standard().all()) {
            cells.put(module.name().value(), run(account, module));
        }
        return cells;
    }

    private String run(String account, AccountComponent module)
            throws IOException, ComponentException {
        List<String> before = server.state(account);
        for (int change = 1; ; change++) {
            HostUndo undo =
                    new HostUndo(server.root, Files.createTempDirectory(server.staging, "undo"));
            FailingWatch watch = new FailingWatch(undo, change);
            try {
                RestoreReport report = server.restoreOne(archive, false, module, watch);
                assertThat(watch.fired).as("%s swallowed a failure", module.name()).isFalse();
                return cell(report, change - 1);
            } catch (IOException e) {
                assertThat(watch.fired).as("%s: %s", module.name(), e).isTrue();
                assertThat(undo.undo()).as(module.name().value()).isEmpty();
                List<String> after = new ArrayList<>(server.state(account));
                after.removeAll(Set.copyOf(before));
                assertThat(after).as("%s failed at change %d", module.name(), change).isEmpty();
                assertThat(server.state(account)).hasSameSizeAs(before);
            }
        }
    }

    private static String cell(RestoreReport report, int changes) {
        if (changes > 0) {
            return String.format(Locale.ROOT, "%d failures, each undone", changes);
        }
        return report.outcome() == Outcome.NOTHING
                ? "nothing to fail at"
                : "changes no file of the host";
    }

    /// Lets nothing more happen from one change on.
    private static final class FailingWatch implements HostWatch {
        private final HostWatch next;
        private int left;
        private boolean fired;

        FailingWatch(HostWatch next, int at) {
            this.next = next;
            this.left = at;
        }

        @Override
        public void before(String path) throws IOException {
            if (--left <= 0) {
                fired = true;
                throw new IOException("the disk failed at " + path);
            }
            next.before(path);
        }

        @Override
        public void after(String path) throws IOException {
            next.after(path);
        }
    }
}
