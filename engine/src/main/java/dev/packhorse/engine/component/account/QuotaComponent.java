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
import dev.packhorse.engine.process.ChildInput;
import dev.packhorse.engine.process.ProgramFinder;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// The disk limit, which an archive holds in MiB, 0 for none. It stands in the account file in
/// blocks of 1 KiB, and in the quota system of the running system where there is one.
public final class QuotaComponent extends BasicComponent {
    private static final String MEMBER = "quota";
    private static final String SETTING = "DISK_BLOCK_LIMIT";
    private static final int BLOCKS_A_MIB = 1_024;
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,12}");
    private static final Pattern NONE = Pattern.compile("unlimited|");

    public QuotaComponent() {
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
    }

    @Override
    public PackReport pack(PackContext context, ArchiveSink sink) throws IOException {
        String blocks = context.account().setting(SETTING, "0");
        long mib = NUMBER.matcher(blocks).matches() ? inMib(Long.parseLong(blocks)) : 0;
        sink.addText(MEMBER, 0600, mib + "\n");
        return PackReport.EMPTY;
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
        if (context.services().accounts().source().equals("cpanel")) {
            record(context, account, mib);
        }
        return apply(context.services(), account, mib, notes);
    }

    /// A limit that the account file has to the block already is not made coarser.
    private static void record(RestoreContext context, Account account, long mib)
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
    }

    private static RestoreReport apply(
            HostServices services, Account account, long mib, RestoreNotes notes)
            throws IOException {
        HostRoot root = services.root();
        HostRoot real = root.rehearsal().map(HostRehearsal::base).orElse(root);
        if (real.isForeign()) {
            return notes.report(Map.of());
        }
        if (ProgramFinder.system().find("setquota").isEmpty()) {
            return mib == 0
                    ? notes.report(Map.of())
                    : RestoreReport.absent("this server has no quota system (setquota)");
        }
        if (root.rehearsal().isPresent()) {
            return notes.report(Map.of());
        }
        String blocks = Long.toString(mib * BLOCKS_A_MIB);
        try {
            HostProgram.run(
                    List.of("setquota"),
                    List.of("-u", account.name().value(), blocks, blocks, "0", "0", "-a"),
                    ChildInput.NONE);
        } catch (IOException e) {
            notes.skipped("disk limit of " + mib + " MiB: not set, " + e.getMessage());
            return notes.report(Map.of());
        }
        AccountClosure.of(services, account.name()).hasNewLimit();
        return notes.report(Map.of());
    }
}
