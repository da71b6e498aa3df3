package dev.packhorse.engine.component;

import java.util.Optional;

/// The search for a database server of this host. One that was found is kept; while there is none
/// each question looks again, since it may start later than we do. Safe for many threads.
///
/// @param <S> the kind of server
public final class DatabaseSearch<S> {
    private final Look<S> look;
    private volatile Found<S> last;

    private DatabaseSearch(Look<S> look) {
        this.look = look;
        this.last = look.look();
    }

    /// One look.
    ///
    /// @param <S> the kind of server
    @FunctionalInterface
    public interface Look<S> {
        /// Looks for the server; that there is none is an answer.
        Found<S> look();
    }

    /// What speaks for a server that was not found.
    public enum Sign {
        /// Somebody said that there is none for us.
        SWITCHED_OFF,
        /// Nothing of its own; an account may still be known to have databases.
        NONE,
        /// It was there before, or there is something of it that cannot be used.
        SEEN
    }

    /// What a look found.
    ///
    /// @param <S> the kind of server
    /// @param server the server, empty if it cannot be used
    /// @param reason why there is none, for people
    /// @param sign what speaks for one; of no meaning if it was found
    public record Found<S>(Optional<S> server, String reason, Sign sign) {
        /// A server or none, about which nothing more can be said.
        public static <S> Found<S> only(Optional<S> server) {
            return new Found<>(server, "none", Sign.SWITCHED_OFF);
        }

        /// None, and none is wanted.
        public static <S> Found<S> switchedOff(String reason) {
            return new Found<>(Optional.empty(), reason, Sign.SWITCHED_OFF);
        }
    }

    /// A search that looks now and, while there is no server, each time that it is asked.
    public static <S> DatabaseSearch<S> with(Look<S> look) {
        return new DatabaseSearch<>(look);
    }

    /// A search that is over.
    public static <S> DatabaseSearch<S> ended(Found<S> found) {
        return new DatabaseSearch<>(() -> found);
    }

    /// What there is now.
    public Found<S> now() {
        Found<S> known = last;
        if (known.server().isPresent()) {
            return known;
        }
        Found<S> found = look.look();
        last = found;
        return found;
    }

    /// The same with what there is now, for work in which a server must not come up half-way.
    public DatabaseSearch<S> settled() {
        return ended(now());
    }
}
