package dev.packhorse.transport.rsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.transport.contract.BytesContent;
import dev.packhorse.transport.contract.MemoryJournal;
import dev.packhorse.transport.fault.Fault;
import dev.packhorse.transport.fault.FaultProxy;
import dev.packhorse.transport.server.OpensshServer;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.HostPort;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.UploadJournal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Trees at a server where the login is no root, with owners that are not the login's.
class RsyncTreeTest {
    private static final ObjectKey FIRST = new ObjectKey("2026-11-24/accounts/bob");
    private static final ObjectKey SECOND = new ObjectKey("2026-11-25/accounts/bob");
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final long MOST = 1L << 30;
    private static final int MANY = 6_000;

    @TempDir private Path work;

    private RsyncPlace place = new RsyncPlace();
    private Path source;
    private Transport transport;

    @BeforeEach
    void open() throws IOException {
        place = RsyncPlace.fresh().withKey(OpensshServer.shared().key()).within(LIMIT);
        transport = place.open();
        source = TreeSample.make(work.resolve("tree"));
    }

    @AfterEach
    void close() throws IOException {
        transport.close();
    }

    @Test
    void aTreeComesBackAsItWas() throws Exception {
        put(FIRST);
        Path back = Files.createDirectory(work.resolve("back"));
        transport.readTree(FIRST, back, MOST, Cancellation.never());
        assertThat(TreeSample.lines(back)).isEqualTo(TreeSample.lines(source));
        assertThat(Files.getAttribute(folderOf(FIRST).resolve("site/index.html"), "unix:uid"))
                .as("what the server keeps belongs to its login alone")
                .isNotEqualTo(TreeSample.OWNER);
    }

    /// What somebody has put into the tree since.
    @Test
    void aServerThatSendsMoreThanATreeMayHaveIsStopped() throws Exception {
        put(FIRST);
        byte[] more = new byte[1 << 20];
        for (int i = 0; i < 300; i++) {
            Files.write(folderOf(FIRST).resolve("more-" + i), more);
        }
        Path back = Files.createDirectory(work.resolve("back"));

        assertThatThrownBy(() -> transport.readTree(FIRST, back, 8 << 20, Cancellation.never()))
                .hasMessageContaining("the server sends more than the 8388608 bytes")
                .extracting(e -> ((TransportException) e).kind())
                .isEqualTo(Kind.CORRUPT);

        OpensshServer.shared().awaitNoneRuns(place.folder().getFileName() + "/");
    }

    @Test
    void aTreeIsOneThing() throws Exception {
        ObjectKey other = new ObjectKey("2026-11-24/accounts/carol.tar.gz");
        transport.put(other, BytesContent.of(new byte[9]), PutMode.CREATE, Cancellation.never());
        put(FIRST);
        assertThat(keys()).containsExactlyInAnyOrder(FIRST.value(), other.value());
        assertThat(transport.stat(FIRST)).isPresent();
        put(FIRST);
        assertThat(keys()).hasSize(2);
    }

    @Test
    void aTreeIsFoundByItsMark() throws Exception {
        put(FIRST);
        assertThat(transport.findTree(FIRST, Cancellation.never()))
                .get()
                .matches(mark -> mark.speaksOf(tree().sha256()), "that of the tree");
        assertThat(transport.findTree(SECOND, Cancellation.never())).isEmpty();
        assertThat(transport.findTree(new ObjectKey(FIRST + "/below"), Cancellation.never()))
                .isEmpty();
        ObjectKey alike = new ObjectKey("2026-11-24/accounts/bo");
        assertThat(transport.findTree(alike, Cancellation.never())).isEmpty();
    }

    @Test
    void aMarkAloneIsNoTree() throws Exception {
        put(FIRST);
        Path mark = place.folder().resolve(FIRST.value());
        String text = Files.readString(mark);
        for (String other : List.of("", "a note", text + "x", text.repeat(100))) {
            Files.writeString(mark, other);
            assertThat(transport.findTree(FIRST, Cancellation.never())).as(other).isEmpty();
        }
        Files.writeString(mark, text);
        Path folder = folderOf(FIRST);
        Path away = folder.resolveSibling("away");
        Files.move(folder, away);
        assertThat(transport.findTree(FIRST, Cancellation.never())).isEmpty();
        Files.createSymbolicLink(folder, away);
        assertThat(transport.findTree(FIRST, Cancellation.never())).isEmpty();
        Files.delete(folder);
        Files.move(away, folder);
        assertThat(transport.findTree(FIRST, Cancellation.never())).isPresent();
        Files.delete(mark);
        Files.createSymbolicLink(mark, folder);
        assertThat(transport.findTree(FIRST, Cancellation.never())).isEmpty();
    }

    @Test
    void unchangedFilesAreThoseOfTheTreeBefore() throws Exception {
        put(FIRST);
        Path page = source.resolve("site/index.html");
        Path twin = source.resolve("site/twin.html");
        FileTime time = Files.getLastModifiedTime(page);
        Files.writeString(page, "<p>after!</p>");
        Files.setLastModifiedTime(page, FileTime.from(time.toInstant().plusNanos(1_000)));
        FileTime same = Files.getLastModifiedTime(twin);
        Files.writeString(twin, "<p>TWIN!!</p>");
        Files.setLastModifiedTime(twin, same);
        List<String> before = TreeSample.contents(folderOf(FIRST));

        put(SECOND, FIRST);

        assertThat(inode(SECOND, "site/large.bin")).isEqualTo(inode(FIRST, "site/large.bin"));
        assertThat(inode(SECOND, "site/link.bin")).isEqualTo(inode(FIRST, "site/large.bin"));
        assertThat(inode(SECOND, "site/index.html"))
                .as("another nanosecond")
                .isNotEqualTo(inode(FIRST, "site/index.html"));
        assertThat(inode(SECOND, "site/twin.html"))
                .as("other bytes of the same size and time")
                .isNotEqualTo(inode(FIRST, "site/twin.html"));
        assertThat(TreeSample.contents(folderOf(FIRST))).isEqualTo(before);
        assertThat(fetched(SECOND)).isEqualTo(TreeSample.lines(source));
    }

    @Test
    void aTreeLivesOnWithoutTheOneBefore() throws Exception {
        put(FIRST);
        put(SECOND, FIRST);
        ObjectKey longer = new ObjectKey("2026-11-24/accounts/bob-2");
        put(longer, FIRST);
        transport.deleteTree(FIRST);
        assertThat(transport.stat(FIRST)).isEmpty();
        assertThat(keys()).containsExactlyInAnyOrder(SECOND.value(), longer.value());
        assertThat(folders(FIRST)).hasSize(1);
        assertThat(fetched(SECOND)).isEqualTo(TreeSample.lines(source));
        assertThat(fetched(longer)).isEqualTo(TreeSample.lines(source));
        transport.deleteTree(FIRST);
        assertThatThrownBy(() -> fetched(FIRST))
                .extracting(e -> ((TransportException) e).kind())
                .isEqualTo(Kind.MISSING);
    }

    @Test
    void aTreeTakesThePlaceOfAnother() throws Exception {
        put(FIRST);
        Path before = folderOf(FIRST);
        Object large = inode(FIRST, "site/large.bin");
        Files.delete(source.resolve("site/index.html"));
        put(FIRST);
        assertThat(before).doesNotExist();
        assertThat(folders(FIRST)).hasSize(1);
        assertThat(inode(FIRST, "site/large.bin")).isEqualTo(large);
        assertThat(fetched(FIRST)).isEqualTo(TreeSample.lines(source));
    }

    /// Rsync prints a line for each file that it removes.
    @Test
    void aTreeOfManyFilesIsReplacedAndRemoved() throws Exception {
        Path many = Files.createDirectory(source.resolve("many"));
        for (int i = 0; i < MANY; i++) {
            Files.createFile(many.resolve(Integer.toString(i)));
        }
        put(FIRST);
        Files.delete(source.resolve("site/index.html"));
        put(FIRST);
        assertThat(folders(FIRST)).as("the older tree is gone").hasSize(1);
        transport.deleteTree(FIRST);
        assertThat(folders(FIRST)).isEmpty();
        assertThat(keys()).isEmpty();
    }

    @Test
    void aCutTreeHasNoNameAndIsGoneOnWith() throws Exception {
        byte[] noise = new byte[6 << 20];
        new Random(3).nextBytes(noise);
        Files.write(source.resolve("noise.bin"), noise);
        MemoryJournal journal = new MemoryJournal();
        cutAtHalf(journal);
        assertThat(keys()).isEmpty();
        assertThat(folders(FIRST)).hasSize(1);
        Object arrived = Files.getAttribute(folders(FIRST).getFirst().resolve("a.bin"), "unix:ino");

        transport.putTree(FIRST, tree(), journal, Cancellation.never());

        assertThat(journal.recorded()).isEmpty();
        assertThat(inode(FIRST, "a.bin")).as("what had arrived").isEqualTo(arrived);
        assertThat(fetched(FIRST)).isEqualTo(TreeSample.lines(source));
    }

    @Test
    void whatNobodyGoesOnWithIsTakenBack() throws Exception {
        byte[] noise = new byte[6 << 20];
        new Random(4).nextBytes(noise);
        Files.write(source.resolve("noise.bin"), noise);
        MemoryJournal journal = new MemoryJournal();
        cutAtHalf(journal);
        assertThat(folders(FIRST)).hasSize(1);
        transport.abandon(journal.recorded().orElseThrow());
        assertThat(folders(FIRST)).isEmpty();

        cutAtHalf(journal);
        var left = journal.recorded().orElseThrow();
        transport.putTree(FIRST, tree(), journal, Cancellation.never());
        transport.abandon(left);
        assertThat(fetched(FIRST)).as("it was finished").isEqualTo(TreeSample.lines(source));
    }

    @Test
    void aTreeThatChangesMeanwhileIsNotStored() throws Exception {
        TreeSample.Content changed =
                new TreeSample.Content(source, List.of()) {
                    @Override
                    public void proveUnchanged(Cancellation cancellation) throws IOException {
                        throw new TransportException(Kind.CORRUPT, "the tree changed");
                    }
                };
        MemoryJournal journal = new MemoryJournal();
        assertThatThrownBy(() -> transport.putTree(FIRST, changed, journal, Cancellation.never()))
                .hasMessageContaining("the tree changed");
        assertThat(keys()).isEmpty();
        assertThat(folders(FIRST)).isEmpty();
        assertThat(journal.recorded()).isEmpty();
    }

    private void cutAtHalf(MemoryJournal journal) throws Exception {
        int port = OpensshServer.shared().port();
        try (FaultProxy proxy = FaultProxy.before(new HostPort("127.0.0.1", port));
                Transport faulty =
                        place.with("port", Integer.toString(proxy.address().port())).open()) {
            proxy.set(new Fault.Cut(Fault.Direction.TO_SERVER, 4 << 20));
            assertThatThrownBy(() -> faulty.putTree(FIRST, tree(), journal, Cancellation.never()))
                    .isInstanceOf(TransportException.class);
        }
        OpensshServer.shared().awaitNoneRuns(place.folder().getFileName() + "/");
    }

    private TreeSample.Content tree(ObjectKey... earlier) {
        return new TreeSample.Content(source, List.of(earlier));
    }

    private void put(ObjectKey key, ObjectKey... earlier) throws IOException {
        transport.putTree(key, tree(earlier), UploadJournal.none(), Cancellation.never());
    }

    private List<String> fetched(ObjectKey key) throws IOException {
        Path back = Files.createTempDirectory(work, "back");
        transport.readTree(key, back, MOST, Cancellation.never());
        return TreeSample.lines(back);
    }

    private List<String> keys() throws IOException {
        List<String> keys = new ArrayList<>();
        transport.list("", object -> keys.add(object.key().value()), Cancellation.never());
        return keys;
    }

    private Path folderOf(ObjectKey key) throws IOException {
        String mark = Files.readString(place.folder().resolve(key.value()));
        return place.folder()
                .resolve(TreeFolder.ofMark(key, mark).orElseThrow().path())
                .normalize();
    }

    /// All folders of trees beside a key.
    private List<Path> folders(ObjectKey key) throws IOException {
        Path above = place.folder().resolve(key.value()).getParent();
        try (Stream<Path> beside = Files.list(above)) {
            return beside.filter(Files::isDirectory).toList();
        }
    }

    private Object inode(ObjectKey key, String file) throws IOException {
        return Files.getAttribute(folderOf(key).resolve(file), "unix:ino");
    }
}
