package dev.packhorse.engine.job;

import dev.packhorse.engine.component.AccountComponent;
import dev.packhorse.engine.jdbc.JdbcDrills;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DrillRecord;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.notify.Notice;
import dev.packhorse.engine.queue.JobHandler;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.transport.spi.Cancellation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Drills of a test server, by the handler of their jobs.
final class TriedRestores {
    final List<Notice> told = new ArrayList<>();
    Instant now = RestoreServer.NOW;
    private final RestoreServer server;

    TriedRestores(RestoreServer server) {
        this.server = server;
    }

    DrillPlanner planner() {
        return new DrillPlanner(
                server.catalog,
                new JdbcDrills(server.store, "node1"),
                server.services.accounts(),
                1L << 40,
                false,
                () -> now);
    }

    /// A drill with these modules, of an account or of those whose turn it is.
    JobHandler.Ended drill(String account, List<AccountComponent> components) throws Exception {
        return new DrillHandler(
                        planner(),
                        server.parts(components),
                        notice -> {
                            told.add(notice);
                            return List.of();
                        })
                .run(
                        TestJob.of(
                                JobId.random(),
                                JobKind.DRILL,
                                account,
                                new DrillArguments(account, 2, ""),
                                now,
                                Cancellation.never()));
    }

    static DrillResult result(JobHandler.Ended ended) {
        return switch (ended.outcome()) {
            case JobOutcome.Succeeded(String json) -> JobJson.read(json, DrillResult.class);
            case JobOutcome.Failed(String json, _) -> JobJson.read(json, DrillResult.class);
            case JobOutcome other -> throw new AssertionError(other.toString());
        };
    }

    DrillRecord record(String account) {
        return planner().drills().find(new AccountName(account)).orElseThrow();
    }
}
