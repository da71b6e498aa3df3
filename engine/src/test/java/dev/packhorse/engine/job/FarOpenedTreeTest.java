package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.transport.local.LocalTransport;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.OwnSideException;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TreeEntry;
import dev.packhorse.transport.spi.TreePath;
import dev.packhorse.transport.spi.TreeVisitor;
import dev.packhorse.transport.spi.WorkPlace;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FarOpenedTreeTest {
    private static final ObjectKey KEY = new ObjectKey("2026-03-07/accounts/alice");
    private static final BytePath HOME = new BytePath(ByteString.of("homedir"));

    @TempDir private Path folder;
    private long askedFor = -1;

    /// Lists files of equal size, as many as a test likes, with names of a thousand bytes.
    private final class Listing extends PassingPlace {
        private final int files;
        private final long each;

        Listing(Transport place, int files, long each) {
            super(place);
            this.files = files;
            this.each = each;
        }

        @Override
        public void listTree(
                ObjectKey key,
                Optional<TreePath> part,
                boolean deep,
                TreeVisitor visitor,
                Cancellation cancellation) {
            for (int i = 0; i < files; i++) {
                TreePath path =
                        new TreePath("homedir" + ("/" + "x".repeat(240)).repeat(4) + "/" + i);
                visitor.visit(
                        new TreeEntry(path, TreeEntry.Kind.FILE, 0600, 0, 0, each, Instant.EPOCH));
            }
            visitor.visit(
                    new TreeEntry(
                            new TreePath("homedir"),
                            TreeEntry.Kind.FOLDER,
                            0700,
                            0,
                            0,
                            0,
                            Instant.EPOCH));
        }

        @Override
        public void readTreePart(
                ObjectKey key, TreePath part, long mostBytes, Path into, Cancellation cancellation)
                throws TransportException {
            askedFor = mostBytes;
            throw new TransportException(TransportException.Kind.MISSING, "as far as this goes");
        }
    }

    private record Room(Path folder, long roomBytes) implements WorkPlace {}

    private void copyTar(int files, long each, long room) throws Exception {
        try (Transport place = new Listing(new LocalTransport(folder), files, each);
                FarOpenedTree tree =
                        new FarOpenedTree(
                                place, KEY, new Room(folder, room), Cancellation.never())) {
            tree.copyTar(HOME, OutputStream.nullOutputStream(), _ -> {});
        }
    }

    @Test
    void nothingIsFetchedThatHasNoRoom() {
        long each = WorkPlace.SMALL_BYTES;
        assertThatThrownBy(() -> copyTar(3, each, 3 * each - 1))
                .isInstanceOf(OwnSideException.class)
                .hasMessageContaining("not enough space in " + folder);
        assertThat(askedFor).isEqualTo(-1);
        assertThatThrownBy(() -> copyTar(3, each, 3 * each)).hasMessage("as far as this goes");
        assertThat(askedFor).isEqualTo(3 * each);
    }

    @Test
    void sizesThatNoDiskHasAreNoSmallOnes() {
        assertThatThrownBy(() -> copyTar(3, Long.MAX_VALUE / 2, 1_000_000))
                .isInstanceOf(OwnSideException.class);
        assertThat(askedFor).isEqualTo(-1);
    }

    /// Kept, the listing would take more than a gigabyte.
    @Test
    void aLongListingIsNotKept() {
        assertThatThrownBy(() -> copyTar(600_000, 1, 1_000_000)).hasMessage("as far as this goes");
        assertThat(askedFor).isEqualTo(600_000);
    }
}
