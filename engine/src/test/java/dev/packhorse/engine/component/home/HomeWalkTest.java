package dev.packhorse.engine.component.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.component.home.HomeWalk.Place;
import dev.packhorse.engine.component.home.OwnerAccess.IoStep;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.Errno;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.PosixException;
import dev.packhorse.engine.posix.PosixFailures;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What a home loses whose disk or mount fails.
class HomeWalkTest {
    @TempDir private Path folder;

    private final HomeReport report = new HomeReport();
    private final List<String> met = new ArrayList<>();

    @BeforeEach
    void write() throws IOException {
        Files.createDirectories(folder.resolve("mail/example"));
        Files.writeString(folder.resolve("mail/example/inbox"), "x");
        Files.writeString(folder.resolve("mail/sent"), "x");
        Files.writeString(folder.resolve("plain"), "x");
    }

    private final class Meeting implements HomeWalk.Visitor {
        @Override
        public boolean passesOver(BytePath path, FileStat stat) {
            return false;
        }

        @Override
        public boolean passesOver(BytePath path) {
            return false;
        }

        @Override
        public void folder(BytePath path, FileStat stat, Map<ByteString, ByteString> xattrs) {
            met.add(path.toString());
        }

        @Override
        public void other(Place place, FileStat stat) {
            met.add(place.path().toString());
        }
    }

    /// Walks where the listing of one folder fails.
    private PackReport walk(String failing, Errno errno) throws IOException {
        try (OwnerAccess owner = new OwnerAccess()) {
            HomeAccess access = new HomeAccess(owner, report::warn, report::leaveOut);
            long inode;
            try (Directory opened = Directory.openTrusted(folder.resolve(failing))) {
                inode = opened.stat().inode();
            }
            Directory home = Directory.openTrusted(folder);
            new HomeWalk(
                            home.stat().uid(),
                            access,
                            Cancellation.never(),
                            each -> names(each, inode, errno),
                            new Meeting())
                    .run(home);
        }
        return report.toReport();
    }

    private static List<ByteName> names(Directory each, long failing, Errno errno)
            throws PosixException {
        if (each.stat().inode() == failing) {
            throw PosixFailures.of("getdents64", "a folder", errno);
        }
        return each.list();
    }

    @ParameterizedTest
    @EnumSource(names = {"EIO", "EBADMSG", "EUCLEAN", "ESTALE", "EMFILE", "ENFILE", "ENOMEM"})
    void aFolderDirectlyBelowTheHomeThatCannotBeReadIsNoBackup(Errno errno) {
        assertThatThrownBy(() -> walk("mail", errno))
                .isInstanceOf(UnreadableHomeException.class)
                .hasMessageContaining("homedir/mail cannot be read (getdents64");
    }

    /// As of a mount by FUSE whose program has ended, or of a server that is away.
    @ParameterizedTest
    @EnumSource(names = {"ENOTCONN", "ECONNREFUSED", "ETIMEDOUT", "ENODEV", "EBUSY", "ENOTSUP"})
    void aMountThatLostItsOtherSideIsLeftOutAndMissed(Errno errno) throws IOException {
        assertThat(walk("mail", errno).isIncomplete()).isTrue();
        assertThat(met).containsExactly("homedir/plain");
    }

    @ParameterizedTest
    @EnumSource(names = {"EIO", "ETIMEDOUT"})
    void theHomeItselfIsNoMountOfTheCustomers(Errno errno) {
        assertThatThrownBy(() -> HomeAccess.requireNotTop(HomePath.HOME, failure(errno)))
                .isInstanceOf(UnreadableHomeException.class);
    }

    @Test
    void whatIsExcludedIsNotMissedWhenItCannotBeLookedAt() throws IOException {
        try (OwnerAccess owner = new OwnerAccess()) {
            HomeAccess access = new HomeAccess(owner, report::warn, report::leaveOut);
            BytePath path = HomePath.HOME.resolve(ByteName.of("mail"));
            IoStep<FileStat> failing =
                    () -> {
                        throw failure(Errno.EIO);
                    };

            assertThat(access.takeFolder(false, path, failing, () -> true)).isNull();
            assertThatThrownBy(() -> access.takeFolder(false, path, failing, () -> false))
                    .isInstanceOf(UnreadableHomeException.class);
        }
        assertThat(report.toReport().warnings()).isEmpty();
    }

    private static PosixException failure(Errno errno) {
        return PosixFailures.of("newfstatat", "mail", errno);
    }

    @Test
    void aDeeperOneIsLeftOutAndMissed() throws IOException {
        PackReport told = walk("mail/example", Errno.EIO);

        assertThat(told.isIncomplete()).isTrue();
        assertThat(told.warnings())
                .singleElement()
                .asString()
                .startsWith("homedir/mail/example: left out, getdents64");
        assertThat(met).containsExactly("homedir/mail", "homedir/mail/sent", "homedir/plain");
    }

    @ParameterizedTest
    @EnumSource(names = {"EACCES", "ENOENT", "ELOOP", "ENOTDIR"})
    void whatTheCustomerDidIsToldAndIsNoLoss(Errno errno) throws IOException {
        PackReport told = walk("mail", errno);

        assertThat(told.isIncomplete()).isFalse();
        assertThat(told.warnings()).singleElement().asString().startsWith("homedir/mail: left out");
        assertThat(met).containsExactly("homedir/plain");
    }
}
