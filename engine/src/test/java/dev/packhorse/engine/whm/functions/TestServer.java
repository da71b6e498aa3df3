package dev.packhorse.engine.whm.functions;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.auth.HostUsers;
import dev.packhorse.engine.auth.LockoutRules;
import dev.packhorse.engine.auth.LoginGuard;
import dev.packhorse.engine.auth.LoginSessions;
import dev.packhorse.engine.auth.PlainSealing;
import dev.packhorse.engine.auth.SecondFactors;
import dev.packhorse.engine.auth.TokenStore;
import dev.packhorse.engine.backupconfig.BackupConfigFile;
import dev.packhorse.engine.component.HostServices;
import dev.packhorse.engine.component.account.Suspension;
import dev.packhorse.engine.destination.DestinationStore;
import dev.packhorse.engine.destination.FixedConsent;
import dev.packhorse.engine.destination.FolderTransport;
import dev.packhorse.engine.destination.GoogleCredentials;
import dev.packhorse.engine.destination.GoogleSignIn;
import dev.packhorse.engine.destination.LocalMounts;
import dev.packhorse.engine.destination.LocalPathRules;
import dev.packhorse.engine.destination.SecretSeal;
import dev.packhorse.engine.hook.HookStore;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.AccountDirectory;
import dev.packhorse.engine.host.AccountHolds;
import dev.packhorse.engine.host.BackupSwitches;
import dev.packhorse.engine.host.CpanelAccountDirectory;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.job.DrillRequests;
import dev.packhorse.engine.job.JobJson;
import dev.packhorse.engine.job.PrunePlanner;
import dev.packhorse.engine.job.PruneRequests;
import dev.packhorse.engine.job.RestoreResult;
import dev.packhorse.engine.job.ServerBackups;
import dev.packhorse.engine.job.VerifyPlanner;
import dev.packhorse.engine.job.VerifyRequests;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.AccountQuotas;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.notify.ChannelName;
import dev.packhorse.engine.notify.ImportanceStore;
import dev.packhorse.engine.notify.PostCheck;
import dev.packhorse.engine.notify.WebChannel;
import dev.packhorse.engine.notify.WebPost;
import dev.packhorse.engine.plan.AccountPlans;
import dev.packhorse.engine.plan.Plan;
import dev.packhorse.engine.provision.AccountCreation;
import dev.packhorse.engine.provision.AccountRemoval;
import dev.packhorse.engine.queue.FollowUp;
import dev.packhorse.engine.queue.JobOutcome;
import dev.packhorse.engine.queue.Lease;
import dev.packhorse.engine.queue.LeaseLostException;
import dev.packhorse.engine.retention.ClockGuard;
import dev.packhorse.engine.retention.PinStore;
import dev.packhorse.engine.retention.RetentionPolicy;
import dev.packhorse.engine.retention.RetentionRecord;
import dev.packhorse.engine.schedule.ScheduleSettings;
import dev.packhorse.engine.session.SessionStore;
import dev.packhorse.engine.staging.StagingArea;
import dev.packhorse.engine.verification.VerifyBudget;
import dev.packhorse.engine.whm.AccountOwners;
import dev.packhorse.engine.whm.Answer;
import dev.packhorse.engine.whm.Arguments;
import dev.packhorse.engine.whm.Dispatcher;
import dev.packhorse.engine.whm.ParameterSpec;
import dev.packhorse.engine.whm.WhmException;
import dev.packhorse.engine.whm.WhmFunction;
import dev.packhorse.transport.spi.ByteSize;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A small server in a folder with all functions.
final class TestServer {
    static final Caller ROOT = new Caller("root", Set.of("all"), "t", "127.0.0.1");

    private final List<Plan> plans;
    final Path root;
    final MemoryQueue queue = new MemoryQueue();
    final AccountHolds holds = new AccountHolds();
    final MemoryCatalog catalog = new MemoryCatalog();
    final AccountDirectory accounts;
    final DestinationStore destinations;
    final SessionStore sessions;
    final BackupConfigFile config;
    final GoogleCredentials google;
    final Map<String, WhmFunction> functions;
    ScheduleSettings schedule = ScheduleSettings.off(ZoneId.of("UTC"));

    TestServer(Path root) throws IOException {
        this(root, List.of());
    }

    /// A server with plans.
    TestServer(Path root, List<Plan> plans) throws IOException {
        this.root = root;
        this.plans = plans;
        HostRoot host = new HostRoot(root);
        accounts = new CpanelAccountDirectory(host);
        folder("home");
        folder("backup");
        folder("etc");
        folder("state");
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
        LocalPathRules paths = new LocalPathRules(root, this::homes, LocalMounts.none());
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
                                stores(host),
                                new ServerInfo(
                                        "node1",
                                        "host.example",
                                        "11.138.0.1",
                                        "0.1",
                                        ZoneId.of("UTC"),
                                        java.util.Map::of,
                                        JsonNodeFactory.instance::objectNode),
                                new GoogleAccess(
                                        new GoogleSignIn(new FixedConsent(), google, queue::now),
                                        google,
                                        "/back",
                                        () -> URI.create("https://host.example:2087")),
                                retention(host),
                                desk(host),
                                verification(),
                                root.resolve("state/safety"))
                        .functions().stream()
                                .collect(
                                        Collectors.toMap(
                                                function -> function.spec().name(),
                                                Function.identity()));
    }

    private AccountDesk desk(HostRoot host) throws IOException {
        HostServices services =
                new HostServices(host, accounts, "host.example", java.util.Optional.empty());
        StagingArea staging = StagingArea.open(root.resolve("state/staging"), ByteSize.parse("1"));
        return new AccountDesk(
                new AccountCreation(services, staging, queue::now),
                new Suspension(services),
                new AccountRemoval(services),
                holds,
                AccountQuotas.parse("sam: 2; *: 100"));
    }

    private RetentionDesk retention(HostRoot host) {
        RetentionRecord record = new RetentionRecord(root.resolve("state/retention.yaml"));
        PinStore pins = new PinStore(root.resolve("state/pins.yaml"));
        PrunePlanner planner =
                new PrunePlanner(
                        catalog,
                        queue,
                        accounts,
                        new ServerBackups(
                                host, config, new AccountPlans(plans, accounts, ZoneId.of("UTC"))),
                        destinations,
                        RetentionPolicy.USUAL,
                        pins,
                        record,
                        new ClockGuard(record, queue::now, ZoneId.of("UTC")),
                        _ -> true);
        return new RetentionDesk(
                planner, pins, new PruneRequests(planner, "node1"), () -> schedule);
    }

    private VerifyDesk verification() {
        return new VerifyDesk(
                new VerifyPlanner(
                        catalog,
                        new VerifyBudget(30, 0, 100, Duration.ZERO),
                        _ -> true,
                        queue::now),
                new VerifyRequests(queue, "node1"),
                DestinationId::isLocal,
                new MemoryDrills(),
                new DrillRequests(queue, "node1"));
    }

    private AdminStores stores(HostRoot host) {
        TokenStore tokens = new TokenStore(root.resolve("state/tokens"), queue::now);
        return new AdminStores(
                new BackupSwitches(host, accounts),
                tokens,
                new LoginSessions(new HostUsers(host), tokens, queue::now),
                new HookStore(root.resolve("state/hooks.json")),
                new ImportanceStore(root.resolve("state/importances.yaml")),
                posts(),
                new LoginGuard(
                        LockoutRules.USUAL,
                        Duration.ofMillis(1),
                        queue::now,
                        LoginGuard.Listener.NONE),
                new SecondFactors(
                        root.resolve("state/second-factors"), new PlainSealing(), queue::now),
                () -> "https://host.example:2087");
    }

    /// Posts to this machine may be asked for.
    private PostCheck posts() {
        WebPost web = WebPost.usual();
        return new PostCheck(
                web,
                Set.of("127.0.0.1"),
                List.of(
                        new WebChannel(ChannelName.SLACK, root.resolve("state/slack"), web),
                        new WebChannel(ChannelName.WEBHOOK, root.resolve("state/webhook"), web)),
                "host.example",
                queue::now);
    }

    Path folder(String name) throws IOException {
        Path made = Files.createDirectories(root.resolve(name));
        return Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    Path rootFile(String name, String text) throws IOException {
        Path file = Files.writeString(root.resolve(name), text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    /// An account in cPanel's layout, owned by a reseller or root.
    void account(String name, String owner) {
        try {
            int uid = 1_001 + accounts.names().size();
            Files.writeString(
                    root.resolve("etc/passwd"),
                    "%1$s:x:%2$d:%2$d::/home/%1$s:/bin/bash\n".formatted(name, uid),
                    StandardOpenOption.APPEND);
            folder("home/" + name);
            folder("var/cpanel/users");
            Files.writeString(
                    root.resolve("var/cpanel/users/" + name),
                    "USER=%1$s\nDNS=%1$s.example\nOWNER=%2$s\nSTARTDATE=1369256589\nIP=192.0.2.1\n"
                            .formatted(name, owner));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void removeAccount(String name) throws IOException {
        Files.delete(root.resolve("var/cpanel/users/" + name));
    }

    private List<String> homes() throws IOException {
        List<String> homes = new ArrayList<>();
        for (AccountName name : accounts.names()) {
            accounts.find(name).map(Account::home).ifPresent(homes::add);
        }
        return homes;
    }

    /// All functions behind the checks of the port.
    Dispatcher dispatcher() {
        return new Dispatcher(functions.values(), new AccountOwners(accounts));
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
            boolean dated =
                    parameter.type() == ParameterSpec.Type.DATE
                            || (parameter.type() == ParameterSpec.Type.SLOT
                                    && values.getOrDefault(parameter.name(), List.of("")).stream()
                                            .anyMatch(value -> value.contains("T")));
            if (dated) {
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
}
