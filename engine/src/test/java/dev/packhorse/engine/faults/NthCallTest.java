package dev.packhorse.engine.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.auth.SecretFile;
import dev.packhorse.engine.auth.TokenRequest;
import dev.packhorse.engine.auth.TokenStore;
import dev.packhorse.engine.backupconfig.BackupConfigFile;
import dev.packhorse.engine.backupconfig.ConfigKey;
import dev.packhorse.engine.destination.Destination;
import dev.packhorse.engine.destination.DestinationSettings;
import dev.packhorse.engine.destination.DestinationStore;
import dev.packhorse.engine.destination.DestinationType;
import dev.packhorse.engine.destination.SecretSeal;
import dev.packhorse.engine.destination.UploadJournals;
import dev.packhorse.engine.hook.Hook;
import dev.packhorse.engine.hook.HookStore;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.notify.Importance;
import dev.packhorse.engine.notify.ImportanceStore;
import dev.packhorse.engine.retention.Pin;
import dev.packhorse.engine.retention.PinStore;
import dev.packhorse.engine.retention.RetentionRecord;
import dev.packhorse.engine.rootfile.DurableFolder;
import dev.packhorse.engine.staging.StagingArea;
import dev.packhorse.transport.local.LocalTransport;
import dev.packhorse.transport.spi.ByteRange;
import dev.packhorse.transport.spi.ByteSize;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.PutMode;
import dev.packhorse.transport.spi.Sha256;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.UploadJournal;
import dev.packhorse.transport.spi.UploadState;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every file that the daemon changes in place of itself: whichever call to the file system fails,
/// what is read afterwards is the old state or the new one, and the change can be made again.
class NthCallTest {
    private static final InstantSource CLOCK =
            InstantSource.fixed(Instant.parse("2026-03-07T09:00:00Z"));
    private static final DestinationId PLACE = new DestinationId("A".repeat(24));
    private static final ObjectKey KEY = new ObjectKey("2026-03-07/accounts/demo.tar.gz");

    static final JobId JOB = new JobId("C".repeat(15));
    private static final JobId PLANNED = new JobId("D".repeat(15));

    @TempDir private Path folder;
    private int rounds;

    /// A kind of file.
    enum Subject {
        CONFIGURATION {
            @Override
            void set(Path root, String value) throws IOException {
                new BackupConfigFile(root.resolve("config"))
                        .update(Map.of(ConfigKey.BACKUPDIR, "/backup/" + value));
            }

            @Override
            Object read(Path root) throws IOException {
                return new BackupConfigFile(root.resolve("config"))
                        .read()
                        .text(ConfigKey.BACKUPDIR);
            }
        },
        DESTINATION {
            private DestinationStore at(Path root) {
                return new DestinationStore(
                        root.resolve("places"), new SecretSeal(new byte[SecretSeal.KEY_BYTES]));
            }

            @Override
            void set(Path root, String value) throws IOException {
                Destination destination =
                        new Destination(
                                PLACE,
                                DestinationType.LOCAL,
                                value,
                                false,
                                "",
                                false,
                                false,
                                30,
                                new DestinationSettings.Local("/far", false, false));
                if (!at(root).change(destination.id(), _ -> destination)) {
                    at(root).add(destination);
                }
            }

            @Override
            Object read(Path root) throws IOException {
                DestinationStore.Contents contents = at(root).contents();
                assertThat(contents.problems()).isEmpty();
                return contents.destinations().stream().map(Destination::name).toList();
            }
        },
        DESTINATION_REMOVED {
            @Override
            void set(Path root, String value) throws IOException {
                if (value.equals("old")) {
                    DESTINATION.set(root, value);
                } else {
                    new DestinationStore(
                                    root.resolve("places"),
                                    new SecretSeal(new byte[SecretSeal.KEY_BYTES]))
                            .delete(PLACE);
                }
            }

            @Override
            Object read(Path root) throws IOException {
                return DESTINATION.read(root);
            }
        },
        SECRET {
            @Override
            void set(Path root, String value) throws IOException {
                SecretFile.write(root.resolve("secret"), value.getBytes(StandardCharsets.UTF_8));
            }

            @Override
            Object read(Path root) throws IOException {
                return Files.readString(root.resolve("secret"));
            }
        },
        TOKEN {
            private TokenStore at(Path root) {
                return new TokenStore(root.resolve("tokens"), CLOCK);
            }

            @Override
            void set(Path root, String value) throws IOException {
                if (value.equals("old")) {
                    at(root).create(TokenRequest.ofRoot("first"));
                } else if (at(root).create(TokenRequest.ofRoot("second")).isEmpty()) {
                    assertThat(read(root)).isEqualTo(List.of("first", "second"));
                }
            }

            @Override
            Object read(Path root) throws IOException {
                return at(root).list().stream().map(token -> token.name()).toList();
            }
        },
        TOKEN_REVOKED {
            @Override
            void set(Path root, String value) throws IOException {
                TokenStore tokens = new TokenStore(root.resolve("tokens"), CLOCK);
                if (value.equals("old")) {
                    tokens.create(TokenRequest.ofRoot("first"));
                } else {
                    tokens.revoke("root", "first");
                }
            }

            @Override
            Object read(Path root) throws IOException {
                return TOKEN.read(root);
            }
        },
        HOOK {
            @Override
            void set(Path root, String value) throws IOException {
                HookStore hooks = new HookStore(root.resolve("hooks.json"));
                if (hooks.list().stream().noneMatch(hook -> hook.script().equals("/" + value))) {
                    hooks.add(
                            new Hook(
                                    "",
                                    "System",
                                    "Backup",
                                    "pre",
                                    "/" + value,
                                    "",
                                    "",
                                    "",
                                    "",
                                    true,
                                    false,
                                    false,
                                    0));
                }
            }

            @Override
            Object read(Path root) throws IOException {
                return new HookStore(root.resolve("hooks.json"))
                        .list().stream().map(Hook::script).toList();
            }
        },
        IMPORTANCE {
            @Override
            void set(Path root, String value) throws IOException {
                new ImportanceStore(root.resolve("importances"))
                        .set(
                                "Backup",
                                "Failure",
                                value.equals("old") ? Importance.LOW : Importance.MEDIUM);
            }

            @Override
            Object read(Path root) throws IOException {
                return new ImportanceStore(root.resolve("importances")).of("Backup", "Failure");
            }
        },
        PIN {
            private Pin pin(String value) {
                return new Pin(
                        new AccountName(value),
                        LocalDate.parse("2026-03-07"),
                        Optional.empty(),
                        Optional.empty());
            }

            @Override
            void set(Path root, String value) throws IOException {
                new PinStore(root.resolve("pins")).add(pin(value));
            }

            @Override
            Object read(Path root) throws IOException {
                return new PinStore(root.resolve("pins")).all();
            }
        },
        RETENTION {
            @Override
            void set(Path root, String value) throws IOException {
                new RetentionRecord(root.resolve("record")).stop(PLACE, value);
            }

            @Override
            Object read(Path root) throws IOException {
                return new RetentionRecord(root.resolve("record")).stopped(PLACE);
            }
        },
        UPLOAD_JOURNAL {
            @Override
            void set(Path root, String value) throws IOException {
                try (var journal =
                        new UploadJournals(root.resolve("uploads"))
                                .open(PLACE, KEY, "a".repeat(64))) {
                    journal.record(new UploadState(new TreeMap<>(Map.of("offset", value))));
                }
            }

            @Override
            Object read(Path root) throws IOException {
                try (var journal =
                        new UploadJournals(root.resolve("uploads"))
                                .open(PLACE, KEY, "a".repeat(64))) {
                    return journal.recorded().orElseThrow().values();
                }
            }
        },
        STORED_OBJECT {
            @Override
            void set(Path root, String value) throws IOException {
                Path place = DurableFolder.make(root.resolve("place"));
                try (Transport transport = new LocalTransport(place)) {
                    transport.put(
                            KEY,
                            new Text(value.repeat(100_000)),
                            PutMode.REPLACE,
                            UploadJournal.none(),
                            Cancellation.never());
                }
            }

            @Override
            Object read(Path root) throws IOException {
                try (Transport transport = new LocalTransport(root.resolve("place"))) {
                    return Sha256.of(
                            new ByteArrayInputStream(
                                    transport.read(
                                            KEY,
                                            ByteRange.ALL,
                                            InputStream::readAllBytes,
                                            Cancellation.never())));
                }
            }
        },
        OBJECT_REMOVED {
            @Override
            void set(Path root, String value) throws IOException {
                if (value.equals("old")) {
                    STORED_OBJECT.set(root, value);
                } else {
                    try (Transport transport = new LocalTransport(root.resolve("place"))) {
                        transport.delete(KEY);
                    }
                }
            }

            @Override
            Object read(Path root) throws IOException {
                try (Transport transport = new LocalTransport(root.resolve("place"))) {
                    return transport.stat(KEY).isPresent();
                }
            }
        },
        /// Where a restore's archive lies that is fetched to another disk: named before it is made.
        RESTORE_PLACE {
            @Override
            void set(Path root, String value) throws IOException {
                StagingArea staging = staging(root);
                if (value.equals("old")) {
                    Files.createDirectory(root.resolve("far"));
                } else {
                    staging.makePlace(staging.ofJob(JOB), Optional.of(root.resolve("far")));
                }
            }

            @Override
            Object read(Path root) throws IOException {
                Path own = staging(root).ofJob(JOB);
                return Files.exists(own)
                        ? root.relativize(staging(root).placeOf(own)).toString()
                        : "none";
            }
        },
        RESTORE_PLACE_REMOVED {
            @Override
            void set(Path root, String value) throws IOException {
                if (value.equals("old")) {
                    RESTORE_PLACE.set(root, "old");
                    RESTORE_PLACE.set(root, "new");
                    Files.writeString(place(root).resolve("archive"), "fetched");
                } else {
                    staging(root).removeOfJob(JOB);
                }
            }

            private Path place(Path root) {
                return root.resolve("far/.packhorse-restore-" + JOB);
            }

            @Override
            Object read(Path root) throws IOException {
                boolean known = !RESTORE_PLACE.read(root).equals("none");
                if (!known && Files.exists(place(root))) {
                    return "forgotten";
                }
                return known ? "there" : "gone";
            }
        },
        /// What a plan has fetched is left, and becomes the restore's.
        DOWNLOAD_TAKEN_OVER {
            @Override
            void set(Path root, String value) throws IOException {
                StagingArea staging = staging(root);
                if (value.equals("old")) {
                    Path own = staging.ofJob(PLANNED);
                    Files.writeString(
                            staging.makePlace(own, Optional.empty()).resolve("archive"), "fetched");
                    staging.leaveOfJob(PLANNED);
                } else {
                    staging.takeOver(staging.ofJob(JOB), Files::isDirectory);
                }
            }

            @Override
            Object read(Path root) throws IOException {
                StagingArea staging = staging(root);
                boolean planned = Files.exists(staging.ofJob(PLANNED).resolve("archive"));
                boolean taken = Files.exists(staging.ofJob(JOB).resolve("archive"));
                return planned == taken ? "lost or doubled" : taken ? "taken" : "planned";
            }

            @Override
            Set<String> mayBeLeft() {
                return Set.of("staging/jobs/" + JOB + "/left");
            }
        };

        /// The area of what is fetched for restores, opened as a daemon does it.
        private static StagingArea staging(Path root) throws IOException {
            return StagingArea.open(root.resolve("staging"), new ByteSize(0));
        }

        /// What may be there after a failure besides what belongs to the old or the new state.
        Set<String> mayBeLeft() {
            return Set.of();
        }

        /// Makes the state "old" from nothing, or "new" from "old" or "new".
        abstract void set(Path root, String value) throws IOException;

        abstract Object read(Path root) throws IOException;
    }

    private record Text(String text) implements Content {
        private byte[] bytes() {
            return text.getBytes(StandardCharsets.US_ASCII);
        }

        @Override
        public long sizeBytes() {
            return text.length();
        }

        @Override
        public String sha256() {
            try {
                return Sha256.of(open());
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public InputStream open() {
            return new ByteArrayInputStream(bytes());
        }
    }

    private Path fresh(Subject subject) throws IOException {
        Path root = Files.createDirectory(folder.resolve("round-" + rounds++));
        subject.set(root, "old");
        return root;
    }

    private static Set<String> names(Path root) throws IOException {
        try (var files = Files.walk(root)) {
            return new TreeSet<>(files.map(file -> root.relativize(file).toString()).toList());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCallThatFailsLeavesTheOldOrTheNewAndNothingElse(Subject subject) throws Exception {
        Path changed = fresh(subject);
        Object before = subject.read(changed);
        Set<String> expected = names(changed);
        subject.set(changed, "new");
        Object after = subject.read(changed);
        assertThat(after).isNotEqualTo(before);
        expected.addAll(names(changed));
        expected.addAll(subject.mayBeLeft());

        int failures = 0;
        for (boolean failed = true; failed; ) {
            Path root = fresh(subject);
            Faults faults = new Faults(Faults.Kind.ONCE, failures + 1);
            @Nullable IOException thrown = change(subject, root, faults);
            failed = faults.failed();
            failures += failed ? 1 : 0;
            assertThat(subject.read(root)).isIn(before, after);
            if (thrown == null) {
                assertThat(subject.read(root)).isEqualTo(after);
            }
            assertThat(expected).as("left behind by: %s", thrown).containsAll(names(root));
            subject.set(root, "new");
            assertThat(subject.read(root)).isEqualTo(after);
        }
        assertThat(failures).isPositive();
        tell(subject, failures, "failed once each: the old or the new, nothing left behind");
    }

    private static void tell(Subject subject, int failures, String how) {
        System.out.printf("figure: %s: %d calls %s%n", subject, failures, how);
    }

    @ParameterizedTest
    @EnumSource
    void aProcessThatDiesAtAnyCallLeavesTheOldOrTheNew(Subject subject) throws Exception {
        Path changed = fresh(subject);
        Object before = subject.read(changed);
        subject.set(changed, "new");
        Object after = subject.read(changed);

        int failures = 0;
        for (boolean failed = true; failed; ) {
            Path root = fresh(subject);
            Faults faults = new Faults(Faults.Kind.FROM_THEN_ON, failures + 1);
            change(subject, root, faults);
            failed = faults.failed();
            failures += failed ? 1 : 0;
            assertThat(subject.read(root)).isIn(before, after);
            subject.set(root, "new");
            assertThat(subject.read(root)).isEqualTo(after);
        }
        assertThat(failures).isPositive();
        tell(subject, failures, "were the last each: the old or the new");
    }

    private static @Nullable IOException change(Subject subject, Path root, Faults faults) {
        try {
            subject.set(FaultyFiles.of(root, faults), "new");
            return null;
        } catch (IOException e) {
            return e;
        }
    }
}
