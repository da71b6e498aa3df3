package dev.packhorse.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// What the embedded store of a daemon that has ended tells of its jobs: each move, in order.
final class JobEvents {
    private static final Set<String> ENDS = Set.of("SUCCEEDED", "PARTIAL", "FAILED", "CANCELLED");

    private final Map<String, List<Move>> moves = new TreeMap<>();
    private final Map<String, String> states = new TreeMap<>();

    /// @param from empty for a job's first
    /// @param at in milliseconds since 1970
    private record Move(String from, String to, long at, String actor) {
        boolean isLostLease() {
            return from.equals("ACTIVE") && actor.equals("queue");
        }
    }

    /// One daemon, from when it was ready to its end, in milliseconds since 1970.
    record Life(long from, long to) {
        long overlap(long begin, long end) {
            return Math.max(0, Math.min(to, end) - Math.max(from, begin));
        }
    }

    private JobEvents() {}

    static JobEvents read(Path work) throws SQLException {
        JobEvents events = new JobEvents();
        try (Connection store =
                        DriverManager.getConnection(
                                "jdbc:h2:file:" + work.resolve("state/packhorse"),
                                "packhorse",
                                "");
                Statement statement = store.createStatement()) {
            try (ResultSet rows = statement.executeQuery("SELECT id, state FROM job")) {
                while (rows.next()) {
                    events.states.put(rows.getString(1), rows.getString(2));
                }
            }
            try (ResultSet rows =
                    statement.executeQuery(
                            "SELECT job_id, COALESCE(from_state, ''), to_state, happened_at, actor"
                                    + " FROM job_event ORDER BY seq")) {
                while (rows.next()) {
                    events.moves
                            .computeIfAbsent(rows.getString(1), _ -> new ArrayList<>())
                            .add(
                                    new Move(
                                            rows.getString(2),
                                            rows.getString(3),
                                            rows.getLong(4),
                                            rows.getString(5)));
                }
            }
        }
        return events;
    }

    /// Each job went from state to state without a gap, to the one that its row has, and if it
    /// ended, then once.
    ///
    /// @param jobs those that have to have ended
    void assertEachEndedOnce(Set<String> jobs) {
        assertThat(moves.keySet()).isEqualTo(states.keySet()).containsAll(jobs);
        moves.forEach((job, chain) -> {
            String at = "";
            for (Move move : chain) {
                assertThat(move.from()).as("moves of %s: %s", job, chain).isEqualTo(at);
                at = move.to();
            }
            assertThat(at).as("state of %s: %s", job, chain).isEqualTo(states.get(job));
            assertThat(chain.stream().filter(move -> ENDS.contains(move.to())))
                    .as("ends of %s: %s", job, chain)
                    .hasSize(jobs.contains(job) || ENDS.contains(at) ? 1 : 0);
        });
    }

    /// For how long, at most, a job whose worker was killed was nobody's while a daemon was there.
    Duration longestStuck(List<Life> lives) {
        long longest = 0;
        for (List<Move> chain : moves.values()) {
            long begun = 0;
            for (Move move : chain) {
                if (move.isLostLease()) {
                    longest = Math.max(longest, stuck(lives, begun, move.at()));
                }
                begun = move.at();
            }
        }
        return Duration.ofMillis(longest);
    }

    private static long stuck(List<Life> lives, long begun, long takenBack) {
        long killed =
                lives.stream()
                        .mapToLong(Life::to)
                        .filter(end -> end >= begun)
                        .min()
                        .orElse(takenBack);
        return lives.stream().mapToLong(life -> life.overlap(killed, takenBack)).sum();
    }
}
