package dev.packhorse.engine.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.packhorse.engine.rootfile.DurableFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryTest {
    private static final ByteName FILE = ByteName.of("file");
    private static final ByteName SUB = ByteName.of("sub");
    private static final ByteName LINK = ByteName.of("link");

    @TempDir private Path folder;
    private Directory directory;

    @BeforeEach
    void open() throws IOException {
        directory = Directory.openTrusted(folder);
    }

    @AfterEach
    void close() throws IOException {
        directory.close();
    }

    private static void assertErrno(Errno wanted, ThrowingCallable call) {
        assertThat(catchThrowableOfType(PosixException.class, call))
                .isNotNull()
                .satisfies(e -> assertThat(Errno.of(e.errno())).contains(wanted));
    }

    private void write(ByteName name, String text) throws IOException {
        try (PosixFile file = directory.create(name, 0644)) {
            file.write(ByteBuffer.wrap(ByteString.of(text).toBytes()));
        }
    }

    @Test
    void linksAreRefusedWhereverTheyStand() throws IOException {
        directory.makeDirectory(SUB, 0755).close();
        Files.createDirectory(folder.resolve("sub/deep"));
        directory.makeSymlink(LINK, ByteString.of("sub"));
        assertErrno(Errno.ELOOP, () -> directory.open(LINK));
        assertErrno(Errno.ELOOP, () -> directory.openBeneath(BytePath.of("link")));
        assertErrno(Errno.ELOOP, () -> directory.openBeneath(BytePath.of("link/deep")));
        assertErrno(Errno.ELOOP, () -> directory.openForReading(LINK));
        assertErrno(Errno.EEXIST, () -> directory.create(LINK, 0600));
        assertErrno(Errno.EEXIST, () -> directory.makeDirectory(LINK, 0700));
    }

    @Test
    void oldKernelsGetTheSameAnswersNameByName() throws IOException {
        Files.createDirectories(folder.resolve("sub/deep"));
        directory.makeSymlink(LINK, ByteString.of("sub"));
        Descriptor parent = directory.descriptor();
        try (Directory deep = new Directory(Opening.nameByName(parent, BytePath.of("sub/deep")))) {
            assertThat(deep.stat()).isEqualTo(statOf("sub/deep"));
        }
        assertErrno(Errno.ELOOP, () -> Opening.nameByName(parent, BytePath.of("link/deep")));
        assertErrno(Errno.ENOENT, () -> Opening.nameByName(parent, BytePath.of("sub/none")));
    }

    private FileStat statOf(String path) throws IOException {
        try (Directory opened = directory.openBeneath(BytePath.of(path))) {
            return opened.stat();
        }
    }

    @Test
    void namesCannotLeadUpOrElsewhere() {
        for (String name : List.of("..", ".", "a/b", "/etc", "", "a\0b")) {
            assertThatIllegalArgumentException().isThrownBy(() -> ByteName.of(name));
        }
        for (String path : List.of("../etc", "a/../b", "/etc", "a//b", "a/.", "a/")) {
            assertThatIllegalArgumentException().isThrownBy(() -> BytePath.of(path));
        }
    }

    @Test
    void namesOfAnyBytesRoundTrip() throws IOException {
        ByteString bytes = ByteString.of(new byte[] {(byte) 0xff, (byte) 0xfe, '\n', ' '});
        ByteName name = new ByteName(bytes);
        directory.create(name, 0600).close();
        directory.makeSymlink(LINK, bytes);
        assertThat(directory.list()).containsExactly(LINK, name);
        assertThat(directory.readLink(LINK)).isEqualTo(bytes);
        assertThat(directory.stat(name).type()).isEqualTo(FileType.REGULAR);
        directory.removeFile(name);
        assertErrno(Errno.ENOENT, () -> directory.openForReading(name));
        assertThatExceptionOfType(PosixException.class)
                .isThrownBy(() -> directory.removeFile(name))
                .withMessage("unlinkat %FF%FE%0A : no such file or directory");
    }

    @Test
    void anEntryThatIsNotThereIsFoundAsNothing() throws IOException {
        write(FILE, "text");
        directory.makeSymlink(LINK, ByteString.of("nowhere"));
        assertThat(directory.find(FILE)).contains(directory.stat(FILE));
        assertThat(directory.find(LINK))
                .hasValueSatisfying(stat -> assertThat(stat.type()).isEqualTo(FileType.SYMLINK));
        assertThat(directory.find(SUB)).isEmpty();
    }

    @Test
    void foldersAloneAreListedAndLinksToThemAreNone() throws IOException {
        ByteName other = ByteName.of("another");
        write(FILE, "text");
        directory.makeDirectory(SUB, 0700).close();
        directory.makeDirectory(other, 0700).close();
        directory.makeSymlink(LINK, SUB.value());
        assertThat(directory.listFolders()).containsExactly(other, SUB);
        assertThat(directory.list()).containsExactly(other, FILE, LINK, SUB);
    }

    @Test
    void listIsCompleteAndSortedByBytesForManyEntries() throws IOException {
        List<ByteName> names =
                IntStream.range(0, 9_000)
                        .mapToObj(i -> ByteName.of("entry-with-a-rather-long-name-" + i))
                        .sorted()
                        .toList();
        for (ByteName name : names) {
            Files.createFile(folder.resolve(name.toString()));
        }
        assertThat(directory.list()).isEqualTo(names);
        assertThat(directory.list()).as("a second time").isEqualTo(names);
    }

    @Test
    void fifoIsRefusedWithoutWaiting() throws Exception {
        Commands.run("mkfifo", folder.resolve("fifo").toString());
        assertThatExceptionOfType(PosixException.class)
                .isThrownBy(() -> directory.openForReading(ByteName.of("fifo")))
                .withMessage("openat fifo: is not a regular file");
        assertThat(directory.stat(ByteName.of("fifo")).type()).isEqualTo(FileType.FIFO);
    }

    @Test
    void devicesAndDirectoriesAreNotRead() throws IOException {
        directory.makeDirectory(SUB, 0755).close();
        assertErrno(Errno.EISDIR, () -> directory.openForReading(SUB));
        try (Directory devices = Directory.openTrusted(Path.of("/dev"))) {
            assertErrno(Errno.EINVAL, () -> devices.openForReading(ByteName.of("null")));
            assertThat(devices.stat(ByteName.of("null")).type())
                    .isEqualTo(FileType.CHARACTER_DEVICE);
        }
    }

    @Test
    void modesAreExactWhateverTheUmask() throws IOException {
        try (Umask _ = new Umask(077)) {
            for (int mode : new int[] {0, 0400, 0644, 0666, 0777, 04755, 02770, 01777}) {
                ByteName file = ByteName.of("file-" + mode);
                ByteName sub = ByteName.of("sub-" + mode);
                directory.create(file, mode).close();
                directory.makeDirectory(sub, mode).close();
                assertThat(directory.stat(file).mode()).isEqualTo(mode);
                assertThat(directory.stat(sub).mode()).isEqualTo(mode);
            }
        }
    }

    @Test
    void modesAreExactBelowADirectoryThatHandsDownItsGroup() throws IOException {
        try (Umask _ = new Umask(0);
                Directory parent = directory.makeDirectory(SUB, 02775);
                Directory child = parent.makeDirectory(SUB, 0750)) {
            assertThat(child.stat().mode()).isEqualTo(0750);
        }
        assertThatIllegalArgumentException().isThrownBy(() -> directory.create(FILE, 010000));
    }

    @Test
    void hardLinkToALinkDoesNotFollowIt() throws IOException {
        write(FILE, "victim");
        directory.makeSymlink(LINK, ByteString.of("file"));
        ByteName second = ByteName.of("second");
        directory.makeHardLink(directory, LINK, second);
        assertThat(directory.stat(second).type()).isEqualTo(FileType.SYMLINK);
        assertThat(directory.stat(second).inode()).isEqualTo(directory.stat(LINK).inode());
        assertThat(directory.stat(FILE).links()).isEqualTo(1);
        assertErrno(Errno.EEXIST, () -> directory.makeHardLink(directory, FILE, second));
    }

    @Test
    void findIsEmptyForAbsentEntriesOnly() throws IOException {
        assertThat(directory.find(FILE)).isEmpty();
        write(FILE, "12345");
        assertThat(directory.find(FILE).orElseThrow().sizeBytes()).isEqualTo(5);
        assertErrno(
                Errno.ENAMETOOLONG,
                () -> directory.makeSymlink(LINK, ByteString.of("x".repeat(5_000))));
        assertErrno(Errno.EINVAL, () -> directory.makeSymlink(LINK, ByteString.of("a\0b")));
        assertErrno(Errno.EINVAL, () -> directory.readLink(FILE));
        assertErrno(Errno.ENOTDIR, () -> directory.open(FILE));
    }

    @Test
    void timesBeforeTheEpochKeepTheirNanoseconds() throws IOException {
        write(FILE, "");
        directory.makeSymlink(LINK, ByteString.of("file"));
        directory.setTimes(LINK, -86_401, 123_456_789);
        directory.setTimes(FILE, 1_000_000_000, 1);
        assertThat(directory.stat(LINK))
                .returns(-86_401L, FileStat::mtimeSeconds)
                .returns(123_456_789, FileStat::mtimeNanos);
        assertThat(directory.stat(FILE))
                .returns(1_000_000_000L, FileStat::mtimeSeconds)
                .returns(1, FileStat::mtimeNanos);
        directory.setTimes(-1, 999_999_999);
        assertThat(directory.stat())
                .returns(-1L, FileStat::mtimeSeconds)
                .returns(999_999_999, FileStat::mtimeNanos);
        assertThatIllegalArgumentException().isThrownBy(() -> directory.setTimes(0, 1_000_000_000));
    }

    @Test
    void renameReplacesAndRenameIfAbsentDoesNot() throws IOException {
        write(FILE, "one");
        write(ByteName.of("other"), "three");
        assertErrno(
                Errno.EEXIST,
                () -> directory.renameIfAbsent(FILE, directory, ByteName.of("other")));
        try (Directory sub = directory.makeDirectory(SUB, 0755)) {
            directory.rename(ByteName.of("other"), sub, FILE);
            directory.rename(FILE, sub, FILE);
            assertThat(sub.stat(FILE).sizeBytes()).isEqualTo(3);
        }
        assertThat(directory.list()).containsExactly(SUB);
    }

    /// As that of CIFS on older kernels.
    @Test
    void aFileSystemWithoutACallToSyncNamesIsNoFailure() throws IOException {
        Path without = Path.of("/proc/self");
        try (FileChannel channel = FileChannel.open(without)) {
            assertThatThrownBy(() -> channel.force(true)).hasMessage("Invalid argument");
        }
        try (Directory opened = Directory.openTrusted(without)) {
            opened.sync();
        }
        DurableFolder.sync(without);
    }

    @Test
    void xattrsOfDirectoriesRoundTrip() throws IOException {
        ByteString name = ByteString.of("user.packhorse");
        ByteString value = ByteString.of(new byte[] {0, 1, (byte) 0xff});
        directory.setXattr(name, value);
        assertThat(directory.xattrs()).contains(Map.entry(name, value));
    }

    @Test
    void duplicateHasAPositionOfItsOwn() throws IOException {
        write(FILE, "");
        Listing listing = new Listing(directory.descriptor());
        try (Directory twin = directory.duplicate()) {
            assertThat(listing.next()).containsExactly(FILE);
            assertThat(twin.list()).containsExactly(FILE);
            assertThat(listing.next()).isEmpty();
        }
    }

    @Test
    void useAfterCloseIsABug() throws IOException {
        Directory sub = directory.makeDirectory(SUB, 0755);
        sub.close();
        sub.close();
        assertThatIllegalStateException().isThrownBy(sub::list).withMessage("sub is closed");
    }
}
