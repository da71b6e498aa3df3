package dev.packhorse.transport.custom;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the script lists. Its output goes to a file first, bounded, so that a slow reader does not
/// keep the script waiting. A line that is none of `ls -l` means that nothing is known: then no
/// object counts as absent.
final class RemoteFolders {
    private static final long MOST_BYTES = 256L << 20;
    private static final int LONGEST_LINE = 8192;

    private final ScriptRunner runner;
    private final String root;

    RemoteFolders(ScriptRunner runner, String root) {
        this.runner = runner;
        this.root = root;
    }

    /// @param key empty for the folder of all objects
    String pathOf(String key) {
        if (key.isEmpty()) {
            return root;
        }
        return root.equals("/") ? "/" + key : root + "/" + key;
    }

    /// The entry of a key, empty if it is surely not there.
    Optional<ListedEntry> find(String operation, String key, Cancellation cancellation)
            throws IOException {
        int slash = key.lastIndexOf('/');
        String name = key.substring(slash + 1);
        String folder = slash < 0 ? "" : key.substring(0, slash);
        FoundEntry found = new FoundEntry(name);
        each(operation, folder, cancellation, found);
        return Optional.ofNullable(found.entry);
    }

    private static final class FoundEntry implements Entries {
        private final String name;
        private @Nullable ListedEntry entry;

        FoundEntry(String name) {
            this.name = name;
        }

        @Override
        public boolean take(ListedEntry listed) {
            if (listed.name().equals(name)) {
                entry = listed;
            }
            return true;
        }
    }

    /// Gives the entries of a folder, none if it is surely not there.
    ///
    /// @return false if the taker had enough
    boolean each(String operation, String folder, Cancellation cancellation, Entries entries)
            throws IOException {
        try (PrivateFile listing = new PrivateFile(runner.work())) {
            try {
                fetch(operation, folder, cancellation, listing);
            } catch (TransportException e) {
                if (e.kind() == Kind.TIMED_OUT || folder.isEmpty()) {
                    throw e;
                }
                if (isAbsent(operation, folder, cancellation)) {
                    return true;
                }
                // Another put may have made the folder between the two looks.
                fetch(operation, folder, cancellation, listing);
            }
            return read(operation, listing, entries);
        }
    }

    private void fetch(
            String operation, String folder, Cancellation cancellation, PrivateFile listing)
            throws IOException {
        try (OutputStream out =
                new Bounded(new BufferedOutputStream(Files.newOutputStream(listing.path())))) {
            runner.simple(operation, "ls", pathOf(folder), out, cancellation);
        }
    }

    /// Scripts have no word for an absent folder, so the one above is asked.
    private boolean isAbsent(String operation, String folder, Cancellation cancellation)
            throws IOException {
        return find(operation, folder, cancellation)
                .filter(entry -> entry.kind() == ListedEntry.Kind.FOLDER)
                .isEmpty();
    }

    private static boolean read(String operation, PrivateFile listing, Entries entries)
            throws IOException {
        try (BufferedReader lines =
                Files.newBufferedReader(listing.path(), StandardCharsets.ISO_8859_1)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isBlank() || line.matches("total [0-9]+")) {
                    continue;
                }
                ListedEntry entry =
                        ListedEntry.parse(line.length() > LONGEST_LINE ? "" : line)
                                .orElseThrow(() ->
                                        new TransportException(
                                                Kind.REFUSED,
                                                operation
                                                        + ": the script lists a line that is not as"
                                                        + " ls -l prints it"));
                if (!entries.take(entry)) {
                    return false;
                }
            }
            return true;
        }
    }

    /// A key below a folder, empty for a name that is not ours.
    static Optional<ObjectKey> keyOf(String folder, String name) {
        if (name.indexOf('/') >= 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(new ObjectKey(folder.isEmpty() ? name : folder + "/" + name));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /// Takes entries.
    interface Entries {
        /// Takes one, and says whether it wants more.
        boolean take(ListedEntry entry) throws IOException;
    }

    private static final class Bounded extends FilterOutputStream {
        private long left = MOST_BYTES;

        Bounded(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            left -= length;
            if (left < 0) {
                throw new TransportException(Kind.REFUSED, "the script's listing does not end");
            }
            out.write(bytes, offset, length);
        }
    }
}
