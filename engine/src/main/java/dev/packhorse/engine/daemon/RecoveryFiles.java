package dev.packhorse.engine.daemon;

import dev.packhorse.engine.backupconfig.AccountSelection;
import dev.packhorse.engine.backupconfig.BackupConfigFile;
import dev.packhorse.engine.destination.DestinationStore;
import dev.packhorse.engine.destination.GoogleCredentials;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.recovery.KitException;
import dev.packhorse.engine.recovery.RecoveryKit;
import dev.packhorse.engine.rootfile.AtomicFile;
import dev.packhorse.engine.rootfile.FlatYaml;
import dev.packhorse.engine.settings.EventKeys;
import dev.packhorse.engine.settings.SettingKey;
import dev.packhorse.engine.settings.SettingKeys;
import dev.packhorse.engine.settings.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The files of this server that a recovery kit holds: the two keys, the destinations with their
/// private keys and consents, the pins and what pruning remembers, the backup configuration and the
/// program's own. In the kit a name says where its file belongs: `state:` is below the state
/// folder, `host:` below the host's root, `file:` a path of the machine.
public final class RecoveryFiles {
    private static final String STATE = "state:";
    private static final String HOST = "host:";
    private static final String FILE = "file:";
    private static final String DESTINATION_SUFFIX = ".backup_destination";
    private static final List<String> HOST_FILES =
            List.of(
                    BackupConfigFile.HOST_PATH,
                    AccountSelection.SKIP_LIST,
                    "/etc/cpbackup-exclude.conf");
    private static final int MOST_BYTES = 1 << 20;
    private static final String CONFIG_NAME = "packhorse.yaml";

    /// What a destination runs.
    private static final String SCRIPT = "script";

    private static final List<SettingKey<String>> NAMED =
            List.of(
                    SettingKeys.HOST_UNIX_DOMAINS,
                    SettingKeys.DATABASE_PASSWORD_FILE,
                    SettingKeys.HTTP_CERTIFICATE,
                    SettingKeys.HTTP_KEY,
                    SettingKeys.MYSQL_PASSWORD_FILE,
                    SettingKeys.POSTGRES_PASSWORD_FILE,
                    EventKeys.MAIL_SMTP_PASSWORD_FILE,
                    EventKeys.SLACK_URL_FILE,
                    EventKeys.WEBHOOK_URL_FILE);
    private static final List<String> NAMED_BY_DESTINATIONS =
            List.of("privatekey", "service_account", SCRIPT);

    /// Where the configuration of a kit says that the files of the others belong.
    private static final Pattern STATE_LINE =
            Pattern.compile("^state:[ \\t]*[\"']?(/[^\"'#\\r\\n]*)", Pattern.MULTILINE);

    private static final Pattern ROOT_LINE =
            Pattern.compile(
                    "^host:[^\\n]*\\n(?:(?:[ \\t#][^\\n]*)?\\n)*?[ \\t]+root:["
                            + " \\t]*[\"']?(/[^\"'#\\r\\n]*)",
                    Pattern.MULTILINE);

    private final Settings settings;
    private final Path state;
    private final HostRoot root;
    private final Optional<Path> config;

    /// @param config the program's configuration file, where there is one
    public RecoveryFiles(Settings settings, Optional<Path> config) {
        this.settings = settings;
        this.state = settings.get(SettingKeys.STATE);
        this.root = new HostRoot(settings.get(SettingKeys.HOST_ROOT));
        this.config = config;
    }

    /// The kit of this server, with the keys made now if it never ran.
    ///
    /// @throws IOException if a file cannot be read
    public RecoveryKit gather() throws IOException {
        StateFolderLock.prepare(state);
        SortedMap<String, byte[]> files = new TreeMap<>();
        for (StateKey key : StateKey.values()) {
            files.put(STATE + key.fileName(), key.load(state));
        }
        for (String name : List.of(Pruning.PINS_FILE, Pruning.RECORD_FILE)) {
            add(files, STATE + name, state.resolve(name));
        }
        for (Path consent : regularFiles(state.resolve(GoogleCredentials.FOLDER), "")) {
            files.put(STATE + state.relativize(consent), read(consent));
        }
        for (String path : HOST_FILES) {
            add(files, HOST + path, root.resolve(path));
        }
        Path backups = root.resolve(DestinationStore.HOST_PATH);
        for (Path destination : regularFiles(backups, DESTINATION_SUFFIX)) {
            String name = DestinationStore.HOST_PATH + "/" + destination.getFileName();
            files.put(HOST + name, read(destination));
            addNamedFiles(files, destination);
        }
        if (config.isPresent()) {
            add(files, FILE + config.get().toAbsolutePath(), config.get());
        }
        for (SettingKey<String> key : NAMED) {
            addNamed(files, settings.get(key));
        }
        return new RecoveryKit(files);
    }

    /// The files that settings and destinations name and that are not in the kit, since they are
    /// not there or too large.
    ///
    /// @throws IOException if a destination cannot be read
    public List<String> missing(RecoveryKit kit) throws IOException {
        NavigableSet<String> named = new TreeSet<>();
        NAMED.stream().map(settings::get).filter(path -> !path.isEmpty()).forEach(named::add);
        Path backups = root.resolve(DestinationStore.HOST_PATH);
        for (Path destination : regularFiles(backups, DESTINATION_SUFFIX)) {
            named.addAll(namedBy(destination));
        }
        return named.stream().filter(path -> !kit.files().containsKey(FILE + path)).toList();
    }

    private static List<String> namedBy(Path destination) throws IOException {
        return namedBy(destination, NAMED_BY_DESTINATIONS);
    }

    private static List<String> namedBy(Path destination, List<String> keys) throws IOException {
        SortedMap<String, FlatYaml.Entry> entries = new TreeMap<>(FlatYaml.read(destination));
        return keys.stream()
                .flatMap(name -> Optional.ofNullable(entries.get(name)).stream())
                .flatMap(entry -> entry.value().stream())
                .filter(path -> path.startsWith("/"))
                .toList();
    }

    private static void addNamed(SortedMap<String, byte[]> files, String path) throws IOException {
        Path file = Path.of(path);
        if (path.startsWith("/") && Files.isRegularFile(file) && Files.size(file) <= MOST_BYTES) {
            files.put(FILE + path, read(file));
        }
    }

    /// A destination that logs in by key is of no use without it.
    private static void addNamedFiles(SortedMap<String, byte[]> files, Path destination)
            throws IOException {
        for (String path : namedBy(destination)) {
            addNamed(files, path);
        }
    }

    private static void add(SortedMap<String, byte[]> files, String name, Path file)
            throws IOException {
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            files.put(name, read(file));
        }
    }

    private static List<Path> regularFiles(Path folder, String suffix) throws IOException {
        List<Path> files = new ArrayList<>();
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return files;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                if (entry.toString().endsWith(suffix)
                        && Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)) {
                    files.add(entry);
                }
            }
        }
        return files;
    }

    private static byte[] read(Path file) throws IOException {
        if (Files.size(file) > MOST_BYTES) {
            throw new IOException(file + " is larger than 1 MiB, which no file of this kind is");
        }
        return Files.readAllBytes(file);
    }

    /// Puts the files of a kit to their places, each with mode 0600, scripts with 0700. The daemon
    /// must not run.
    ///
    /// @param replace whether files that are there with other contents are replaced
    /// @return the places, in words
    /// @throws KitException if files are there with other contents and may not be replaced, or the
    ///   kit has names that belong nowhere; then nothing was changed
    /// @throws DaemonStartException if the daemon runs, or the state folder cannot be used
    /// @throws IOException if a file cannot be written; the same call may be made again
    public List<String> putBack(RecoveryKit kit, boolean replace)
            throws KitException, DaemonStartException, IOException {
        requireSamePlaces(kit);
        try (StateFolderLock _ = StateFolderLock.take(state)) {
            SortedMap<Path, byte[]> places = places(kit);
            if (!replace) {
                keepRecord(places);
                requireFree(places);
            }
            for (Map.Entry<Path, byte[]> each : places.entrySet()) {
                if (!holds(each.getKey(), each.getValue())) {
                    AtomicFile.replace(each.getKey(), each.getValue());
                }
            }
            makeScriptsRun(places);
            return places.keySet().stream().map(Path::toString).toList();
        }
    }

    /// Of the places, those that a destination among them names as its script.
    private static void makeScriptsRun(SortedMap<Path, byte[]> places) throws IOException {
        for (Path destination : places.keySet()) {
            if (!destination.toString().endsWith(DESTINATION_SUFFIX)) {
                continue;
            }
            for (String script : namedBy(destination, List.of(SCRIPT))) {
                if (places.containsKey(Path.of(script))) {
                    makeRun(Path.of(script));
                }
            }
        }
    }

    private static void makeRun(Path script) throws IOException {
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(script);
        if (mode.add(PosixFilePermission.OWNER_EXECUTE)) {
            Files.setPosixFilePermissions(script, mode);
        }
    }

    /// The daemon will look for its keys where the configuration of the kit says: elsewhere it
    /// would make new ones, to which no secret opens.
    private void requireSamePlaces(RecoveryKit kit) throws KitException {
        for (Map.Entry<String, byte[]> each : kit.files().entrySet()) {
            if (each.getKey().startsWith(FILE) && each.getKey().endsWith(".yaml")) {
                String text = new String(each.getValue(), StandardCharsets.UTF_8);
                boolean ours = isConfiguration(each.getKey());
                requireSame(text, STATE_LINE, SettingKeys.STATE, ours);
                requireSame(text, ROOT_LINE, SettingKeys.HOST_ROOT, ours);
            }
        }
    }

    private boolean isConfiguration(String name) {
        return name.endsWith("/" + CONFIG_NAME)
                || config.filter(file -> name.equals(FILE + file.toAbsolutePath())).isPresent();
    }

    /// @param ours whether the text is of a configuration that says all places: what it leaves out
    ///   is the default, unless the command line gave it here, and so must have there
    private void requireSame(String text, Pattern line, SettingKey<Path> key, boolean ours)
            throws KitException {
        Matcher matcher = line.matcher(text);
        boolean said = matcher.find();
        if (!said && (!ours || settings.isOverridden(key))) {
            return;
        }
        Path wanted = Path.of(said ? matcher.group(1).strip() : key.defaultText()).normalize();
        if (!wanted.equals(settings.get(key))) {
            throw new KitException(
                    "the configuration in the kit says %s=%s, and %s is in force here: read it with --set %s=%s"
                            .formatted(key.name(), wanted, settings.get(key), key.name(), wanted));
        }
    }

    /// What pruning remembers changes all the time, and what this machine remembers is newer.
    private void keepRecord(SortedMap<Path, byte[]> places) {
        Path record = state.resolve(Pruning.RECORD_FILE).normalize();
        if (Files.exists(record, LinkOption.NOFOLLOW_LINKS)) {
            places.remove(record);
        }
    }

    private static void requireFree(SortedMap<Path, byte[]> places)
            throws KitException, IOException {
        List<String> taken = new ArrayList<>();
        for (Map.Entry<Path, byte[]> each : places.entrySet()) {
            if (Files.exists(each.getKey(), LinkOption.NOFOLLOW_LINKS)
                    && !holds(each.getKey(), each.getValue())) {
                taken.add(each.getKey().toString());
            }
        }
        if (!taken.isEmpty()) {
            throw new KitException(
                    "these files are there with other contents, and are replaced only with"
                            + " --replace: "
                            + String.join(", ", taken));
        }
    }

    private static boolean holds(Path file, byte[] content) throws IOException {
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                && Files.size(file) == content.length
                && Arrays.equals(Files.readAllBytes(file), content);
    }

    private SortedMap<Path, byte[]> places(RecoveryKit kit) throws KitException {
        SortedMap<Path, byte[]> places = new TreeMap<>();
        for (Map.Entry<String, byte[]> each : kit.files().entrySet()) {
            places.put(place(each.getKey()), each.getValue());
        }
        return places;
    }

    private Path place(String name) throws KitException {
        if (name.contains("..") || name.indexOf('\0') >= 0) {
            throw new KitException("the kit has a file that belongs nowhere: " + name);
        }
        if (name.startsWith(STATE)) {
            Path place = state.resolve(name.substring(STATE.length())).normalize();
            if (place.startsWith(state) && !place.equals(state)) {
                return place;
            }
        } else if (name.startsWith(HOST + "/")) {
            return root.resolve(name.substring(HOST.length()));
        } else if (name.startsWith(FILE + "/")) {
            return Objects.requireNonNull(Path.of(name.substring(FILE.length())));
        }
        throw new KitException("the kit has a file that belongs nowhere: " + name);
    }
}
