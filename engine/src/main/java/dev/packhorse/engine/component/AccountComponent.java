package dev.packhorse.engine.component;

import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.ArchiveSource;
import java.io.IOException;
import java.util.Set;

/// One module: the one place that knows the format of one kind of data, in both directions.
/// Stateless; one instance serves all runs on many threads.
public interface AccountComponent {
    /// The module's name; stable, since manifests hold it.
    ComponentName name();

    /// One line of help.
    String summary();

    /// Whether it may run, perhaps with less effect, on an archive that nobody vouches for.
    boolean availableRestricted();

    /// The modules that must have run before this one restores; names that no module has are
    /// ignored.
    Set<ComponentName> restoreAfter();

    /// The archive members this module reads, as paths or folder prefixes ending in `/`, with
    /// `USER` for the account's name. Members that no module claims are reported as not restored.
    Set<String> members();

    /// Puts the account's data into the archive. Only reads the account.
    ///
    /// @throws ComponentException if the module's data cannot be packed at all
    /// @throws IOException if the archive cannot be written, or the run was cancelled
    PackReport pack(PackContext context, ArchiveSink sink) throws ComponentException, IOException;

    /// Makes the account's data that of the archive. Running it again gives the same end state.
    ///
    /// @throws ComponentException if the module's data cannot be restored; what it had begun is
    ///   undone or harmless
    /// @throws IOException if the archive cannot be read, or the run was cancelled
    RestoreReport restore(RestoreContext context, ArchiveSource source)
            throws ComponentException, IOException;

    /// Finds out what [#restore] would do, without doing it. A module that changes nothing but
    /// files of the host is simply run: its context is that of a rehearsal, in which changes go
    /// nowhere and there is no database server and no home. Others say here what they would do.
    ///
    /// @param context as of [#restore], with the services of the rehearsal; modules that run before
    ///   this one were rehearsed in it
    /// @param live this server as it is, to be looked at only
    /// @throws ComponentException if the restore would be refused, with the reason
    /// @throws KnownAfterwardsException if it cannot be known
    /// @throws IOException if the archive or the server cannot be read, or the run was cancelled
    default Rehearsal rehearse(RestoreContext context, HostServices live, ArchiveSource source)
            throws ComponentException, IOException {
        return Rehearsal.of(restore(context, source));
    }
}
