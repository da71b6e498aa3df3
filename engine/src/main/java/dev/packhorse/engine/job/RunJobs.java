package dev.packhorse.engine.job;

import dev.packhorse.engine.backupconfig.AccountSelection;
import dev.packhorse.engine.backupconfig.BackupConfig;
import dev.packhorse.engine.backupconfig.ConfigKey;
import dev.packhorse.engine.catalog.Catalog;
import dev.packhorse.engine.host.AccountDirectory;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.SlotName;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobContext;
import dev.packhorse.engine.queue.JobFilter;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.queue.JobState;
import java.io.IOException;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The jobs of a run: a backup for each account that is due, those that took up most last time
/// first, so that no large one is left alone at the end; and one for the system's files. Safe for
/// many threads.
public final class RunJobs {
    /// The subject of the job for the system's files, which no account has for its name.
    static final String SYSTEM = "files of the system";

    private final JobQueue queue;
    private final AccountDirectory accounts;
    private final ServerBackups backups;
    private final Catalog catalog;
    private final String node;

    public RunJobs(
            JobQueue queue,
            AccountDirectory accounts,
            ServerBackups backups,
            Catalog catalog,
            String node) {
        this.queue = queue;
        this.accounts = accounts;
        this.backups = backups;
        this.catalog = catalog;
        this.node = node;
    }

    /// The jobs of a run in some states.
    static JobFilter of(JobId run, Set<JobState> states) {
        JobFilter filter = JobFilter.of(Set.of(JobKind.BACKUP, JobKind.SYSTEM_BACKUP), states);
        return new JobFilter(
                filter.kinds(),
                filter.states(),
                Optional.of(RunHandler.ownerOf(run)),
                Optional.empty(),
                filter.limit());
    }

    /// Enqueues those that the run has not got yet.
    void enqueueMissing(JobContext context, Job job, RunArguments arguments, BackupConfig config)
            throws IOException {
        Set<String> present = new HashSet<>();
        queue.forEach(
                of(job.id(), EnumSet.allOf(JobState.class)),
                each -> present.add(each.request().subject()));
        if (wantsSystem(arguments, config) && !present.contains(SYSTEM)) {
            queue.enqueue(systemOf(job, arguments));
        }
        RunChoice choice = choice(arguments, config);
        for (AccountName name : largestFirst(wanted(arguments))) {
            context.cancellation().check();
            if (!present.contains(name.value()) && choice.leavesOut(name).isEmpty()) {
                queue.enqueue(backupOf(name, choice.tiersOf(name), job, arguments));
            }
        }
    }

    private static boolean wantsSystem(RunArguments arguments, BackupConfig config) {
        return !arguments.manual()
                && arguments.accounts().isEmpty()
                && SystemHandler.isWanted(config);
    }

    /// The accounts of the run, whatever the configuration leaves out.
    List<AccountName> wanted(RunArguments arguments) throws IOException {
        return arguments.accounts().isEmpty()
                ? accounts.names()
                : arguments.accounts().stream().map(AccountName::new).toList();
    }

    /// Why a run took in no account, for people; empty where that is as it should be: where
    /// accounts were named or are not to be packed, and where some wait for another run by their
    /// plan.
    String nobody(
            RunArguments arguments, BackupConfig config, RunChoice choice, List<String> leftOut)
            throws IOException {
        if (!arguments.accounts().isEmpty() || !config.isOn(ConfigKey.BACKUPACCTS)) {
            return "";
        }
        for (AccountName name : wanted(arguments)) {
            if (choice.leavesOut(name).isEmpty()) {
                // Another run packs it now, or it was made meanwhile.
                return "";
            }
        }
        if (leftOut.isEmpty()) {
            return "this server has no accounts by host.accounts: "
                    + accounts.source()
                    + advice(accounts.source());
        }
        return wanted(arguments).stream().anyMatch(choice::isForAnotherRun)
                ? ""
                : "all %d accounts are left out by the configuration, as %s"
                        .formatted(leftOut.size(), leftOut.getFirst());
    }

    private static String advice(String source) {
        return switch (source) {
            case "cpanel" -> "; where there is no cPanel, set host.accounts: unix";
            case "unix" -> "; see host.unix.uid_min and host.unix.uid_max";
            default -> "";
        };
    }

    /// By the size of the newest archive; accounts that have none yet come before all others.
    private List<AccountName> largestFirst(List<AccountName> names) {
        Map<AccountName, Long> sizes = new HashMap<>();
        for (AccountName name : names) {
            sizes.put(
                    name,
                    catalog.ofAccount(name).stream()
                            .findFirst()
                            .map(point -> point.sizeBytes())
                            .orElse(Long.MAX_VALUE));
        }
        return names.stream()
                .sorted(
                        Comparator.comparing((AccountName name) -> sizes.getOrDefault(name, 0L))
                                .reversed())
                .toList();
    }

    /// Which accounts the run has, and what is made of each, as things are now.
    ///
    /// @throws IOException if what selects them cannot be read
    RunChoice choice(RunArguments arguments, BackupConfig config) throws IOException {
        return new RunChoice(
                arguments,
                accounts.atOneMoment(),
                backups.plans().atOneMoment(),
                AccountSelection.read(config, backups.root().resolve(AccountSelection.SKIP_LIST)));
    }

    private JobRequest backupOf(
            AccountName name, List<Tier> tiers, Job run, RunArguments arguments) {
        BackupArguments backup =
                new BackupArguments(
                        name.value(),
                        tiers,
                        arguments.date(),
                        run.id().value(),
                        "",
                        arguments.label());
        return request(JobKind.BACKUP, name.value(), run, backup)
                .withUniqueKey("backup:" + arguments.date() + ":" + name)
                .withExclusiveKey("account:" + name);
    }

    private JobRequest systemOf(Job run, RunArguments arguments) {
        SystemArguments system = new SystemArguments(dayOf(arguments), arguments.tiers());
        return request(JobKind.SYSTEM_BACKUP, SYSTEM, run, system)
                .withUniqueKey("system:" + node + ":" + dayOf(arguments))
                .withExclusiveKey("system:" + node);
    }

    /// Of the system's files there is one backup a day; a further run of the day makes it anew.
    private static String dayOf(RunArguments arguments) {
        return SlotName.parse(arguments.date()).date().toString();
    }

    private JobRequest request(JobKind kind, String subject, Job run, Object arguments) {
        return JobRequest.of(kind, subject, RunHandler.ownerOf(run.id()), JobJson.write(arguments))
                .withPriority(run.request().priority())
                .onNode(node);
    }
}
