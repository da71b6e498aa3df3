package dev.packhorse.engine.whm.functions;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.backupconfig.BackupConfigFile;
import dev.packhorse.engine.destination.DestinationStore;
import dev.packhorse.engine.destination.FixedConsent;
import dev.packhorse.engine.destination.FolderTransport;
import dev.packhorse.engine.destination.GoogleCredentials;
import dev.packhorse.engine.destination.GoogleSignIn;
import dev.packhorse.engine.destination.LocalPathRules;
import dev.packhorse.engine.destination.SecretSeal;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.AccountDirectory;
import dev.packhorse.engine.host.DomainSet;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.job.JobJson;
import dev.packhorse.engine.job.RestoreResult;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.queue.FollowUp;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.Lease;
import dev.packhorse.engine.queue.LeaseLostException;
import dev.packhorse.engine.session.SessionStore;
import dev.packhorse.engine.whm.Answer;
import dev.packhorse.engine.whm.Arguments;
import dev.packhorse.engine.whm.ParameterSpec;
import dev.packhorse.engine.whm.WhmException;
import dev.packhorse.engine.whm.WhmFunction;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/// A small server in a folder with all functions.
final class TestServer {
    static final Caller ROOT = new Caller("root", Set.of("all"), "t", "127.0.0.1");

    final Path root;
    final MemoryQueue queue = new MemoryQueue();
    final MemoryCatalog catalog = new MemoryCatalog();
    final Accounts accounts = new Accounts();
    final DestinationStore destinations;
    final SessionStore sessions;
    final BackupConfigFile config;
    final GoogleCredentials google;
    final Map<String, WhmFunction> functions;

    TestServer(Path root) throws IOException {
        this.root = root;
        HostRoot host = new HostRoot(root);
        folder("home");
        folder("backup");
        folder("etc");
        Files.writeString(
                root.resolve("etc/passwd"), "root:x:0:0::/root:/bin/sh\nftp:x:14:50::/:/x\n");
        Files.writeString(root.resolve("etc/group"), "root:x:0:\nwheelers:x:10:\n");
        destinations =
                new DestinationStore(
                        host.resolve(DestinationStore.HOST_PATH),
                        new SecretSeal(new byte[SecretSeal.KEY_BYTES]));
        google =
                new GoogleCredentials(
                        root.resolve("state/google"),
                        new SecretSeal(new byte[SecretSeal.KEY_BYTES]));
        config = new BackupConfigFile(host.resolve(BackupConfigFile.HOST_PATH));
        sessions = new SessionStore(root.resolve("state/sessions"), queue::now, ZoneId.of("UTC"));
        LocalPathRules paths = new LocalPathRules(root, accounts::homes);
        functions =
                new FunctionFamilies(
                                queue,
                                catalog,
                                accounts,
                                host,
                                config,
                                destinations,
                                paths,
                                destination -> FolderTransport.of(root, destination),
                                new ArchiveFiles(host, ArchiveFiles.USUAL_FOLDERS),
                                sessions,
                                () ->
                                        List.of(
                                                new ModuleCatalogue.ModuleInfo(
                                                        "Homedir",
                                                        "Restores files.",
                                                        true,
                                                        List.of())),
                                () -> 3,
                                new ServerInfo(
                                        "node1",
                                        "host.example",
                                        "11.138.0.1",
                                        "0.1",
                                        ZoneId.of("UTC"),
                                        java.util.Map::of),
                                new GoogleAccess(
                                        new GoogleSignIn(new FixedConsent(), google, queue::now),
                                        google,
                                        "/back",
                                        () -> URI.create("https://host.example:2087")))
                        .functions().stream()
                                .collect(
                                        Collectors.toMap(
                                                function -> function.spec().name(),
                                                Function.identity()));
    }

    Path folder(String name) throws IOException {
        Path made = Files.createDirectories(root.resolve(name));
        return Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    Path rootFile(String name, String text) throws IOException {
        Path file = Files.writeString(root.resolve(name), text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    void account(String name, String owner) {
        accounts.all.put(
                new AccountName(name),
                new Account(
                        new AccountName(name),
                        1_001,
                        1_001,
                        "/home/" + name,
                        "/bin/bash",
                        DomainSet.of(name + ".example", "/home/" + name + "/public_html"),
                        false,
                        new TreeMap<>(
                                Map.of(
                                        "OWNER",
                                        owner,
                                        "STARTDATE",
                                        "1369256589",
                                        "IP",
                                        "192.0.2.1"))));
    }

    /// Calls as root, with the defaults of the declaration filled in.
    Answer call(String function, String... arguments) throws WhmException {
        return callAs(ROOT, function, arguments);
    }

    ObjectNode data(String function, String... arguments) throws WhmException {
        return call(function, arguments).data().orElseThrow();
    }

    Answer callAs(Caller caller, String name, String... arguments) throws WhmException {
        Map<String, List<String>> values = new LinkedHashMap<>();
        WhmFunction function = Objects.requireNonNull(functions.get(name), name);
        for (ParameterSpec parameter : function.spec().parameters()) {
            parameter
                    .defaultValue()
                    .ifPresent(value -> values.put(parameter.name(), List.of(value)));
        }
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            values.merge(
                    argument.substring(0, equals),
                    List.of(argument.substring(equals + 1)),
                    (before, more) ->
                            isList(function, argument.substring(0, equals))
                                    ? both(before, more)
                                    : more);
        }
        dates(function, values);
        return function.body().call(caller, new Arguments(values));
    }

    private static List<String> both(List<String> before, List<String> more) {
        return Stream.concat(before.stream(), more.stream()).toList();
    }

    private static boolean isList(WhmFunction function, String name) {
        return function.spec().parameters().stream()
                .anyMatch(
                        each -> each.name().equals(name) && each.type() == ParameterSpec.Type.LIST);
    }

    /// Dates are handed on by their first ten characters.
    private static void dates(WhmFunction function, Map<String, List<String>> values) {
        for (ParameterSpec parameter : function.spec().parameters()) {
            if (parameter.type() == ParameterSpec.Type.DATE) {
                values.computeIfPresent(
                        parameter.name(),
                        (_, value) ->
                                List.of(
                                        value.getFirst()
                                                .substring(
                                                        0,
                                                        Math.min(10, value.getFirst().length()))));
            }
        }
    }

    /// Runs the next restore that waits to its end.
    void runRestore(int result) throws LeaseLostException {
        Lease lease = claimRestore();
        queue.advance(Duration.ofSeconds(5));
        RestoreResult report =
                new RestoreResult(
                        result,
                        "ended with " + result,
                        List.of(),
                        List.of(),
                        result == 2 ? List.of("Cron: a line") : List.of(),
                        List.of(),
                        Map.of());
        String json = JobJson.write(report);
        queue.finish(
                lease,
                switch (result) {
                    case 1 -> new JobOutcome.Succeeded(json);
                    case 2 -> new JobOutcome.Partial(json, "with warnings");
                    default -> new JobOutcome.Failed(json, "it broke");
                },
                FollowUp.NONE);
    }

    Lease claimRestore() {
        queue.advance(Duration.ofSeconds(5));
        return queue.claim("w", "node1", Set.of(JobKind.RESTORE), Duration.ofMinutes(1))
                .orElseThrow();
    }

    static final class Accounts implements AccountDirectory {
        final SortedMap<AccountName, Account> all = new TreeMap<>();

        @Override
        public String source() {
            return "test";
        }

        @Override
        public List<AccountName> names() {
            return List.copyOf(all.keySet());
        }

        @Override
        public Optional<Account> find(AccountName name) {
            return Optional.ofNullable(all.get(name));
        }

        List<String> homes() {
            return all.values().stream().map(Account::home).toList();
        }
    }
}
