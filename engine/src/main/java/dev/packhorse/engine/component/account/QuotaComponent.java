package dev.packhorse.engine.component.account;

import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.BasicComponent;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.HostServices;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.component.RestoreNotes;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.HostRehearsal;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.posix.DiskQuota;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// The disk limit, which an archive holds in MiB, 0 for none. It stands in the account file in
/// blocks of 1 KiB, and in the quota system where the home lies on the running system. Limits on
/// the number of files are in no archive, so those that are there stay.
public final class QuotaComponent extends BasicComponent {
    private static final String MEMBER = "quota";
    private static final String SETTING = "DISK_BLOCK_LIMIT";
    private static final int BLOCKS_A_MIB = 1_024;
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,12}");
    private static final Pattern NONE = Pattern.compile("unlimited|");

    /// Those that are given; else the kernel's, of the running system.
    private final Optional<DiskLimits> given;

    public QuotaComponent() {
        this(Optional.empty());
    }

    /// @param limits of the host, whatever its root
    public QuotaComponent(DiskLimits limits) {
        this(Optional.of(limits));
    }

    private QuotaComponent(Optional<DiskLimits> given) {
        super(
                Components.QUOTA,
                "The disk limit.",
                true,
                Set.of(
                        Components.ACCOUNT,
                        Components.CP_USER,
                        Components.HOMEDIR,
                        Components.MYSQL),
                Set.of(MEMBER));
        this.given = given;
    }

    @Override
    public PackReport pack(PackContext context, ArchiveSink sink) throws IOException {
        HostServices services = context.services();
        Account account = context.account();
        long blocks = isPanel(services) ? recorded(account) : inForce(services, account);
        sink.addText(MEMBER, 0600, inMib(blocks) + "\n");
        return PackReport.EMPTY;
    }

    private static boolean isPanel(HostServices services) {
        return services.accounts().source().equals("cpanel");
    }

    private static long recorded(Account account) {
        String blocks = account.setting(SETTING, "0");
        return NUMBER.matcher(blocks).matches() ? Long.parseLong(blocks) : 0;
    }

    /// Without a panel nothing but the kernel knows the limit. The unit that is shipped lets nobody
    /// ask for it, which is no reason for having no backup.
    private long inForce(HostServices services, Account account) {
        try {
            return limits(services.root())
                    .find(account, services.root().resolve(account.home()))
                    .map(DiskQuota::hardBlocks)
                    .orElse(0L);
        } catch (IOException _) {
            // a restore leaves the limit as it is then
            return 0;
        }
    }

    private DiskLimits limits(HostRoot real) {
        return given.orElseGet(() -> real.isForeign() ? DiskLimits.NONE : new KernelDiskLimits());
    }

    /// Rounded up, so that a small limit does not become none.
    private static long inMib(long blocks) {
        return (blocks + BLOCKS_A_MIB - 1) / BLOCKS_A_MIB;
    }

    @Override
    public RestoreReport restore(RestoreContext context, ArchiveSource source)
            throws ComponentException, IOException {
        Optional<String> member = source.text(MEMBER).map(String::strip);
        if (member.isEmpty()) {
            return RestoreReport.nothing();
        }
        Account account = Components.existing(context);
        RestoreNotes notes = new RestoreNotes();
        String text = member.get();
        if (!NUMBER.matcher(text).matches() && !NONE.matcher(text).matches()) {
            notes.skipped("disk limit: not a number, the account keeps the limit it has");
            return notes.report(Map.of());
        }
        long mib = NONE.matcher(text).matches() ? 0 : Long.parseLong(text);
        boolean isNew = mib > 0;
        if (isPanel(context.services())) {
            isNew |= record(context, account, mib);
        } else if (mib == 0) {
            // an account without a panel has this number where no limit was known
            return notes.report(Map.of());
        }
        return apply(context.services(), account, mib, isNew, notes);
    }

    /// A limit that the account file has to the block already is not made coarser.
    ///
    /// @return whether the account file had another one
    private static boolean record(RestoreContext context, Account account, long mib)
            throws IOException {
        String now = account.setting(SETTING, "0");
        boolean same = NUMBER.matcher(now).matches() && inMib(Long.parseLong(now)) == mib;
        if (!same) {
            AccountSettings.set(
                    new HostFiles(context.services().root()),
                    account,
                    SETTING,
                    Long.toString(mib * BLOCKS_A_MIB));
        }
        return !same;
    }

    /// @param isNew whether the account is to have a limit, or had one
    private RestoreReport apply(
            HostServices services, Account account, long mib, boolean isNew, RestoreNotes notes)
            throws IOException {
        HostRoot root = services.root();
        HostRoot real = root.rehearsal().map(HostRehearsal::base).orElse(root);
        if (given.isEmpty() && real.isForeign()) {
            return notes.report(Map.of());
        }
        Path home = real.resolve(account.home());
        try {
            Optional<DiskQuota> now = limits(real).find(account, home);
            if (now.isEmpty()) {
                return mib == 0
                        ? notes.report(Map.of())
                        : RestoreReport.absent("where the home lies no disk limits are on");
            }
            if (root.rehearsal().isEmpty()) {
                set(services, account, mib, now.get());
            }
        } catch (IOException e) {
            if (isNew) {
                String what =
                        mib == 0
                                ? "disk limit: not lifted, "
                                : "disk limit of " + mib + " MiB: not set, ";
                notes.skipped(what + e.getMessage());
            }
        }
        return notes.report(Map.of());
    }

    /// While the account is closed its limit is lifted: then this is the one that comes back.
    private void set(HostServices services, Account account, long mib, DiskQuota now)
            throws IOException {
        AccountClosure closure = AccountClosure.of(services, account.name());
        Optional<DiskQuota> lifted = closure.liftedLimit();
        DiskQuota wanted = withBlocks(lifted.orElse(now), mib);
        if (lifted.isPresent()) {
            closure.comesBackWith(wanted);
        } else if (!wanted.equals(now)) {
            limits(services.root()).set(account, services.root().resolve(account.home()), wanted);
        }
    }

    /// One that is the same in MiB is not made coarser.
    private static DiskQuota withBlocks(DiskQuota before, long mib) {
        if (inMib(before.hardBlocks()) == mib) {
            return before;
        }
        long blocks = mib * BLOCKS_A_MIB;
        return new DiskQuota(blocks, blocks, before.hardInodes(), before.softInodes());
    }
}
