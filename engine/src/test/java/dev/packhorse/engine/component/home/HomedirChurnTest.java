package dev.packhorse.engine.component.home;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.archive.JudgedArchive;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.component.TestArchive;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.PosixException;
import dev.packhorse.engine.posix.PosixFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A home that does not hold still while it is packed.
@Timeout(180)
class HomedirChurnTest {
    private static final byte[] BLOCK = new byte[500_000];
    private static final int FILES = 60;
    private static final int ROUNDS = 5;
    private static final int MOST_TRIES = 300;

    @TempDir Path folder;

    @Test
    void aHomeThatChangesGivesAWholeArchiveAndWarnings() throws Exception {
        HomeServer server = new HomeServer(folder);
        Path archive = folder.resolve("cpmove-demo.tar");
        server.asAccount(home -> {
            for (int i = 0; i < FILES; i++) {
                OddHome.big(home, name(i), 400_000);
            }
        });
        AtomicBoolean ended = new AtomicBoolean();
        AtomicLong changes = new AtomicLong();
        Thread churn = Thread.ofPlatform().start(() -> churn(server, ended, changes));
        long warnings = 0;
        int rounds = 0;
        try {
            for (int tries = 0; tries < MOST_TRIES && (rounds < ROUNDS || warnings == 0); tries++) {
                long before = changes.get();
                PackReport report = server.pack(archive);
                warnings += report.warnings().size();
                rounds += changes.get() > before ? 1 : 0;
                try (JudgedArchive judged = TestArchive.open(archive, server.staging)) {
                    assertThat(judged.facts().files() - HomeServer.OTHER_FILES)
                            .isEqualTo(report.counts().get("files"));
                }
            }
        } finally {
            ended.set(true);
            churn.join();
        }
        assertThat(rounds).as("rounds with changes").isGreaterThanOrEqualTo(ROUNDS);
        assertThat(warnings).isPositive();
    }

    private static void churn(HomeServer server, AtomicBoolean ended, AtomicLong changes) {
        Random random = new Random(7);
        repeat(
                server,
                ended,
                home -> {
                    change(home, random);
                    changes.incrementAndGet();
                });
    }

    private static void repeat(HomeServer server, AtomicBoolean ended, HomeServer.HomeWork work) {
        try {
            server.asAccount(home -> {
                while (!ended.get()) {
                    work.run(home);
                }
            });
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void change(Directory home, Random random) throws IOException {
        ByteName name = name(random.nextInt(FILES));
        try {
            switch (random.nextInt(4)) {
                case 0 -> {
                    home.removeFile(name);
                    fill(home, name, 200_000 + random.nextInt(300_000));
                }
                case 1 -> home.rename(name, home, name(random.nextInt(FILES)));
                case 2 -> fill(home, name, random.nextInt(400_000));
                default -> home.removeFile(name);
            }
        } catch (PosixException _) {
            // there already, or gone already
            return;
        }
    }

    /// A file that is long for a moment and ends shorter.
    private static void fill(Directory home, ByteName name, int size) throws IOException {
        try (PosixFile file = home.create(name, 0644)) {
            file.write(ByteBuffer.wrap(BLOCK, 0, size));
            file.truncate(size / 2);
        }
    }

    private static ByteName name(int number) {
        return ByteName.of("file-" + number);
    }
}
