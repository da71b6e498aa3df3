package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.EarlierArchive;
import dev.packhorse.engine.archive.PackedArchive;
import dev.packhorse.engine.component.AccountComponent;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.component.PackOptions;
import dev.packhorse.engine.component.ReplacedDatabases;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.component.account.RemovalMark;
import dev.packhorse.engine.gzip.DamagedSourceException;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.DomainName;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.rootfile.DurableFolder;
import dev.packhorse.engine.staging.InsufficientSpaceException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Copies of what a restore is about to replace, taken before it begins: archives of this server's
/// own, in a folder for root alone, `ACCOUNT/TIME.tar.gz` with a manifest beside it. They take over
/// what has not changed since the account's newest archive, so they are cheap. Safe for many
/// threads, one for each account.
public final class SafetyCopies {
    /// How long one is kept.
    public static final Duration AGE = Duration.ofDays(7);

    /// Stands for the newest one where a name is asked for.
    public static final String NEWEST = "newest";

    private static final String SUFFIX = ".tar.gz";
    private static final String MANIFEST = ".manifest.json";
    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final PackingPlant plant;
    private final ServerBackups backups;
    private final Path folder;
    private final OpenRestores restores;
    private final boolean on;

    /// @param folder where they lie; made when it is needed
    /// @param restores those whose copies are kept for as long as they are open
    /// @param on whether any are taken
    public SafetyCopies(
            PackingPlant plant,
            ServerBackups backups,
            Path folder,
            OpenRestores restores,
            boolean on) {
        this.plant = plant;
        this.backups = backups;
        this.folder = folder;
        this.restores = restores;
        this.on = on;
    }

    /// Takes one of what these modules have of an account.
    ///
    /// @param databases those that it must hold; another one that cannot be dumped is left out, as
    ///   of a backup
    /// @return its name, empty if none is taken
    /// @throws IOException if it cannot be taken: then nothing may be replaced
    Optional<String> take(
            Account account,
            ModuleChoice choice,
            ReplacedDatabases databases,
            RestoreContext restore)
            throws IOException {
        if (!on) {
            return Optional.empty();
        }
        Path place = DurableFolder.make(folder.resolve(account.name().value()));
        sweep(place);
        String name = newName(place);
        restore.log().begin("Taking a safety copy, " + name + "...");
        try {
            pack(
                    context(account, databases, restore),
                    modules(account, choice, restore),
                    place,
                    name);
        } catch (ComponentException e) {
            throw new IOException(
                    "no safety copy could be taken, so nothing was changed: %s; cure that, or do without (restore.safety_copy: off)"
                            .formatted(e.getMessage()),
                    e);
        }
        restore.log().done("Done");
        return Optional.of(name);
    }

    private String newName(Path place) {
        String time = NAME.format(plant.clock().instant());
        String name = time;
        for (int i = 2; Files.exists(manifest(place, name)); i++) {
            name = time + "-" + i;
        }
        return name;
    }

    private PackContext context(
            Account account, ReplacedDatabases databases, RestoreContext restore) {
        return new PackContext(
                account,
                restore.services(),
                PackOptions.ALL.beforeReplacing(databases),
                restore.staging(),
                restore.log().indented(),
                restore.cancellation());
    }

    private void pack(PackContext context, List<AccountComponent> modules, Path place, String name)
            throws ComponentException, IOException {
        AccountName account = context.account().name();
        Path partial = place.resolve(BackupDirectory.PARTIAL + name);
        boolean whole = false;
        try (FileChannel file = create(partial)) {
            AccountArchiver.Archived archived = archive(context, modules, place, file);
            file.force(true);
            publish(account, partial, place, name, archived);
            whole = true;
        } finally {
            if (!whole) {
                Files.deleteIfExists(partial);
            }
        }
    }

    /// Takes over from the account's newest archive; if that turns out to be damaged, everything is
    /// packed anew: it need not be the one that is to be restored.
    private AccountArchiver.Archived archive(
            PackContext context, List<AccountComponent> modules, Path place, FileChannel file)
            throws ComponentException, IOException {
        Optional<EarlierArchives.Opened> found =
                plant.reuse()
                        ? new EarlierArchives(plant.mac(), plant.unsound(), context.log()::warn)
                                .newest(
                                        backups.directory(),
                                        context.account().name(),
                                        plant.packing(true).suffix())
                        : Optional.empty();
        if (found.isPresent()) {
            try (EarlierArchives.Opened earlier = found.get()) {
                requireSpace(place, modules, earlier.sizeBytes());
                return archive(context, modules, file, Optional.of(earlier.archive()));
            } catch (DamagedSourceException e) {
                context.log().warn(found.get().givenUp(e));
                file.truncate(0);
            }
        }
        requireSpace(place, modules, 0);
        return archive(context, modules, file, Optional.empty());
    }

    private AccountArchiver.Archived archive(
            PackContext context,
            List<AccountComponent> modules,
            FileChannel file,
            Optional<EarlierArchive> earlier)
            throws ComponentException, IOException {
        PackingHooks hooks = PackingHooks.none(context);
        return new AccountArchiver(new AccountPacker(modules, hooks), hooks)
                .archive(
                        context,
                        file,
                        Optional.empty(),
                        earlier,
                        context.account().name().value(),
                        plant.clock().instant().getEpochSecond(),
                        plant.packing(true),
                        (_, _) -> {});
    }

    /// The newest archive is the best guess at the size of a copy of the home.
    private void requireSpace(Path place, List<AccountComponent> modules, long newest)
            throws IOException {
        boolean large =
                modules.stream().anyMatch(module -> module.name().equals(Components.HOMEDIR));
        try {
            plant.staging().requireSpace(place, large ? newest : 0);
        } catch (InsufficientSpaceException e) {
            throw new IOException(
                    "no safety copy could be taken, so nothing was changed: %s; name another folder (restore.safety_folder) or do without (restore.safety_copy: off)"
                            .formatted(e.getMessage()),
                    e);
        }
    }

    private static FileChannel create(Path file) throws IOException {
        return FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                BackupDirectory.FILE_MODE);
    }

    /// The account's own modules make it an archive that can be read. A removal that stopped
    /// half-way leaves no home, and nothing is replaced then.
    private List<AccountComponent> modules(
            Account account, ModuleChoice choice, RestoreContext restore) throws IOException {
        boolean homeless = isHomeless(account);
        if (homeless) {
            restore.log().line("There is no home; the safety copy is without it.");
        }
        return plant.components().stream()
                .filter(module -> !(homeless && module.name().equals(Components.HOMEDIR)))
                .filter(module ->
                        choice.modules().contains(module)
                                || module.name().equals(Components.ACCOUNT)
                                || module.name().equals(Components.CP_USER))
                .toList();
    }

    /// A home that no removal took may lie on a disk that is not mounted.
    private boolean isHomeless(Account account) throws IOException {
        try {
            return RemovalMark.of(plant.services(), account.name()).stands()
                    && Files.notExists(plant.services().root().resolve(account.home()));
        } catch (IllegalArgumentException _) {
            // a home of no usable name is told by its module
            return false;
        }
    }

    /// The manifest comes first: an archive without one would be believed less than it may.
    private void publish(
            AccountName account,
            Path partial,
            Path place,
            String name,
            AccountArchiver.Archived archived)
            throws IOException {
        PackedArchive archive = archived.archive();
        if (archive.sizeBytes() != Files.size(partial)) {
            throw new IOException("the safety copy is not as long as it was written");
        }
        Path manifest = manifest(place, name);
        try (FileChannel file = create(manifest)) {
            var bytes =
                    java.nio.ByteBuffer.wrap(plant.manifest(account, name + SUFFIX, "", archived));
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
            file.force(true);
        }
        try {
            Files.move(partial, place.resolve(name + SUFFIX), StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            throw new IOException("a safety copy cannot be put in place in " + place, e);
        }
        DurableFolder.sync(place);
    }

    private static Path manifest(Path place, String name) {
        return place.resolve(name + MANIFEST);
    }

    /// A copy that is there.
    ///
    /// @param name the time at which it was begun, as `--safety-copy` takes it
    public record Copy(String name, long sizeBytes) {}

    /// An account's copies, the newest first.
    ///
    /// @param folder where they lie; need not be there
    public static List<Copy> list(Path folder, AccountName account) throws IOException {
        Path place = folder.resolve(account.value());
        if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        List<Copy> copies = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(place, "[!.]*" + SUFFIX)) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                copies.add(
                        new Copy(
                                name.substring(0, name.length() - SUFFIX.length()),
                                Files.size(file)));
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        copies.sort(Comparator.comparing(Copy::name).reversed());
        return copies;
    }

    /// The name of an account's newest copy, empty if it has none.
    ///
    /// @param folder where they lie; need not be there
    public static Optional<String> newest(Path folder, AccountName account) throws IOException {
        return list(folder, account).stream().map(Copy::name).findFirst();
    }

    /// The names of an account's copies, the newest first.
    public List<String> names(AccountName account) throws IOException {
        return list(folder, account).stream().map(Copy::name).toList();
    }

    /// An archive and its manifest.
    record Found(Path archive, Path manifest) {}

    /// A copy by its name, or the newest.
    ///
    /// @throws IOException if there is none of this name
    Found find(AccountName account, String name) throws IOException {
        String found =
                names(account).stream()
                        .filter(each -> name.equals(NEWEST) || each.equals(name))
                        .findFirst()
                        .orElseThrow(() ->
                                new IOException(
                                        "there is no safety copy “%s” of %s"
                                                .formatted(DomainName.printable(name), account)));
        Path place = folder.resolve(account.value());
        return new Found(place.resolve(found + SUFFIX), manifest(place, found));
    }

    /// Removes the copies of all accounts that are too old; what is under way stays, and what a
    /// restore is made from that is not over.
    ///
    /// @param folder where they lie; need not be there
    /// @param restores those that are not over
    /// @throws IOException if one cannot be removed
    public static void removeOld(Path folder, Instant now, OpenRestores restores)
            throws IOException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        NeededCopies needed = new NeededCopies(restores);
        try (Stream<Path> accounts = Files.list(folder)) {
            for (Path account : accounts.toList()) {
                if (Files.isDirectory(account, LinkOption.NOFOLLOW_LINKS)) {
                    removeOldIn(account, now.minus(AGE), needed);
                }
            }
        }
    }

    private static void removeOldIn(Path account, Instant oldest, NeededCopies needed)
            throws IOException {
        try (Stream<Path> files = Files.list(account)) {
            for (Path file : files.toList()) {
                String name = String.valueOf(file.getFileName());
                boolean partial = name.startsWith(BackupDirectory.PARTIAL);
                String time = partial ? name.substring(BackupDirectory.PARTIAL.length()) : name;
                if (isOlder(time, oldest) && (partial || !isNeeded(account, name, needed))) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    /// Whether a restore that is not over is made from the copy whose archive or manifest it is.
    private static boolean isNeeded(Path place, String file, NeededCopies needed) {
        return needed.contains(String.valueOf(place.getFileName()), copyOf(file));
    }

    private static String copyOf(String file) {
        for (String ending : List.of(SUFFIX, MANIFEST)) {
            if (file.endsWith(ending)) {
                return file.substring(0, file.length() - ending.length());
            }
        }
        return file;
    }

    /// Removes what is too old, and what a killed run left.
    private void sweep(Path place) throws IOException {
        Instant oldest = plant.clock().instant().minus(AGE);
        NeededCopies needed = new NeededCopies(restores);
        try (Stream<Path> files = Files.list(place)) {
            for (Path file : files.toList()) {
                String name = String.valueOf(file.getFileName());
                boolean spent = isOlder(name, oldest) && !isNeeded(place, name, needed);
                if (name.startsWith(BackupDirectory.PARTIAL) || spent) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    /// Whether a copy, or a file of one, was begun before a time, as far as its name tells.
    static boolean isOlder(String file, Instant oldest) {
        try {
            int end = file.indexOf('Z') + 1;
            return NAME.parse(file.substring(0, end), Instant::from).isBefore(oldest);
        } catch (DateTimeParseException _) {
            return false;
        }
    }
}
