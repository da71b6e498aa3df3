package dev.packhorse.engine.whm.functions;

import dev.packhorse.engine.auth.HostUsers;
import dev.packhorse.engine.backupconfig.BackupConfigFile;
import dev.packhorse.engine.catalog.Catalog;
import dev.packhorse.engine.destination.DestinationStore;
import dev.packhorse.engine.destination.LocalPathRules;
import dev.packhorse.engine.destination.LocalPlaces;
import dev.packhorse.engine.destination.TransportOpener;
import dev.packhorse.engine.host.AccountDirectory;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.session.SessionStore;
import dev.packhorse.engine.session.TransferSessions;
import dev.packhorse.engine.sshkey.SshKeyFolder;
import dev.packhorse.engine.whm.WhmFunction;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What the functions work with. One instance serves all calls.
///
/// @param queue the job queue
/// @param catalog the restore points
/// @param directory the accounts of this server
/// @param root the host's root folder
/// @param config the backup configuration
/// @param destinations the backup destinations
/// @param paths which folders of this server may receive archives
/// @param opener opens destinations to prove them
/// @param archives archives put here by hand
/// @param sessions the sessions and their logs
/// @param modules the restore modules
/// @param rebuild finds restore points anew
/// @param stores what the functions keep besides backups
/// @param server what this server is
/// @param google consents at Google
/// @param retention what stays, and for how long
/// @param desk makes, suspends and removes accounts
/// @param verification what is known of stored archives
/// @param safetyCopies the folder of what restores replaced
public record FunctionFamilies(
        JobQueue queue,
        Catalog catalog,
        AccountDirectory directory,
        HostRoot root,
        BackupConfigFile config,
        DestinationStore destinations,
        LocalPathRules paths,
        TransportOpener opener,
        ArchiveFiles archives,
        SessionStore sessions,
        ModuleCatalogue modules,
        CatalogRebuild rebuild,
        AdminStores stores,
        ServerInfo server,
        GoogleAccess google,
        RetentionDesk retention,
        AccountDesk desk,
        VerifyDesk verification,
        Path safetyCopies) {

    /// Every function but those of the protocol's own, such as `batch` and `applist`.
    public List<WhmFunction> functions() {
        Accounts accounts = new Accounts(directory);
        SessionJobs sessionJobs = new SessionJobs(sessions, queue);
        RestoreEnqueuer enqueuer = new RestoreEnqueuer(queue, sessionJobs, server);
        RestoreTasks tasks = new RestoreTasks(queue, sessionJobs);
        RestoreTaskAdder adder =
                new RestoreTaskAdder(
                        tasks, enqueuer, catalog, accounts, new Destinations(destinations));
        NewUsernameRules newNames = new NewUsernameRules(root, accounts);
        LocalPlaces places = new LocalPlaces(paths, destinations, () -> config.read().directory());
        List<WhmFunction> all = new ArrayList<>();
        all.addAll(new RestoreQueueFunctions(queue, tasks, adder, accounts).functions());
        all.addAll(
                new RestoreAccountFunctions(enqueuer, catalog, accounts, newNames, modules)
                        .functions());
        all.addAll(
                new RestoreStartFunctions(
                                queue,
                                enqueuer,
                                catalog,
                                new Destinations(destinations),
                                modules,
                                new RestoredAsForm(newNames),
                                safetyCopies)
                        .functions());
        all.addAll(
                new RecoverFunctions(
                                queue,
                                enqueuer,
                                catalog,
                                accounts,
                                new Destinations(destinations),
                                server)
                        .functions());
        all.addAll(new BackupConfigFunctions(config, places).functions());
        all.addAll(
                new BackupDestinationFunctions(destinations, config, places, opener).functions());
        all.addAll(new GoogleFunctions(google).functions());
        all.addAll(
                new TransportedFunctions(queue, catalog, new Destinations(destinations), accounts)
                        .functions());
        all.addAll(new SafetyCopyFunctions(safetyCopies).functions());
        all.addAll(new BackupSetFunctions(catalog, destinations, accounts).functions());
        all.addAll(new CpmoveFunctions(archives, enqueuer, accounts, newNames).functions());
        all.addAll(new PkgacctFunctions(queue, sessionJobs, accounts, root, server).functions());
        TransferDesk transfers = new TransferDesk(new TransferSessions(sessions), queue, server);
        all.addAll(new SessionFunctions(sessionJobs, transfers).functions());
        all.addAll(
                new TransferFunctions(
                                transfers,
                                new TransferItemForm(archives, catalog, accounts, newNames),
                                server)
                        .functions());
        all.addAll(new AccountFunctions(accounts, catalog, server, desk.suspension()).functions());
        all.addAll(new ServerFunctions(server).functions());
        all.addAll(new JobFunctions(queue, sessionJobs, accounts, server).functions());
        all.addAll(
                new BackupRunFunctions(
                                queue,
                                sessionJobs,
                                accounts,
                                catalog,
                                config,
                                rebuild,
                                retention,
                                server)
                        .functions());
        all.addAll(new PruneFunctions(queue, sessionJobs, retention).functions());
        all.addAll(
                new VerifyFunctions(queue, catalog, sessionJobs, verification, retention)
                        .functions());
        all.addAll(new PinFunctions(catalog, retention).functions());
        all.addAll(new SchedulePreviewFunctions(queue, catalog, retention).functions());
        all.addAll(new PlanFunctions(retention.planner()).functions());
        all.addAll(new BackupMetadataFunctions(catalog, accounts).functions());
        all.addAll(new BackupSwitchFunctions(queue, stores.switches(), server).functions());
        all.addAll(new LegacyMigrationFunctions(root, config, places, queue::now).functions());
        all.addAll(new UserSessionFunctions(stores.sessions(), stores.address()).functions());
        all.addAll(administration(accounts));
        return List.copyOf(all);
    }

    /// What belongs to a hosting server besides backups.
    private List<WhmFunction> administration(Accounts accounts) {
        List<WhmFunction> all = new ArrayList<>();
        HostUsers users = new HostUsers(root);
        all.addAll(new TokenFunctions(stores.tokens(), users, queue::now).functions());
        all.addAll(new LockoutFunctions(stores.guard()).functions());
        all.addAll(
                new SecondFactorFunctions(stores.factors(), users, server.hostname()).functions());
        all.addAll(new PrivilegeFunctions().functions());
        all.addAll(new SuspensionFunctions(accounts, desk, server.zone(), queue::now).functions());
        all.addAll(
                new ProvisionFunctions(
                                desk,
                                new NewAccountForm(
                                        new HostFiles(root),
                                        server.hostname(),
                                        directory.source().equals("cpanel"),
                                        new OrderRights(new HostUsers(root))),
                                new NewUsernameRules(root, accounts),
                                accounts,
                                queue,
                                stores.tokens(),
                                new HostUsers(root))
                        .functions());
        all.addAll(new DomainFunctions(accounts, root).functions());
        all.addAll(new NewAccountFunctions(root, accounts).functions());
        all.addAll(new SystemFunctions(root).functions());
        all.addAll(new ServiceFunctions(root).functions());
        all.addAll(new ArchiveRemovalFunctions(archives, queue).functions());
        all.addAll(new HookFunctions(stores.hooks(), root).functions());
        all.addAll(new ImportanceFunctions(stores.importances()).functions());
        all.addAll(new NotificationFunctions(stores.posts()).functions());
        SshKeyFolder keys = new SshKeyFolder(root);
        all.addAll(new SshKeyFunctions(keys).functions());
        all.addAll(new SshAccessFunctions(keys).functions());
        return all;
    }
}
