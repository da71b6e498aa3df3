package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.PackedArchive;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.job.AccountArchiver.Archived;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.session.SessionLog;
import dev.packhorse.engine.tree.DamagedTreeException;
import dev.packhorse.engine.tree.PreviousTree;
import dev.packhorse.engine.tree.TreeCounts;
import dev.packhorse.engine.tree.TreeSpot;
import dev.packhorse.engine.tree.TreeWriter;
import dev.packhorse.engine.tree.UnfitPlaceException;
import dev.packhorse.transport.spi.ObjectKey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;

/// Packs accounts as trees.
final class TreeBackup {
    private final PackingPlant plant;
    private final PackingHooks hooks;
    private final String label;

    TreeBackup(PackingPlant plant, PackingHooks hooks) {
        this(plant, hooks, "");
    }

    /// @param label what somebody calls the backup, empty for nothing
    TreeBackup(PackingPlant plant, PackingHooks hooks, String label) {
        this.plant = plant;
        this.hooks = hooks;
        this.label = label;
    }

    /// Packs an account into the backup directory and publishes the tree, its manifest first.
    ///
    /// @param key where, without a suffix
    /// @param linked whether unchanged files are links to the newest tree of the account
    Archived intoDirectory(
            PackContext context,
            BackupDirectory directory,
            ObjectKey key,
            JobId job,
            boolean linked,
            BiConsumer<Long, Long> progress)
            throws ComponentException, IOException {
        Path manifest = directory.place(BackupDirectory.manifestKey(key));
        directory.makeFolders(java.util.Objects.requireNonNull(manifest.getParent()));
        Optional<PreviousTrees.Found> previous =
                linked
                        ? PreviousTrees.newest(
                                directory, context.account().name(), plant.unsound(), context.log())
                        : Optional.empty();
        if (!linked) {
            context.log().line("linkdest is off: every file is copied");
        }
        ReplacedManifest replaced = ReplacedManifest.keep(directory, key, job);
        Run run =
                new Run(
                        context,
                        directory.tree(key),
                        job,
                        () ->
                                previous.filter(found -> plant.unsound().test(found.key()))
                                        .isPresent(),
                        () -> doubt(context.account().name()),
                        archived ->
                                directory.writeFile(
                                        manifest,
                                        plant.manifest(
                                                context.account().name(),
                                                key.name(),
                                                label,
                                                archived)),
                        progress);
        Archived packed = packLinked(run, previous.map(PreviousTrees.Found::tree));
        replaced.forget();
        return packed;
    }

    /// Brings the tree of an account in a folder of the caller's choice up to date: unchanged files
    /// stay, what the account no longer has goes.
    ///
    /// @param folder nobody but root can change it
    Archived intoFolder(
            PackContext context,
            Path folder,
            String name,
            JobId job,
            BiConsumer<Long, Long> progress)
            throws ComponentException, IOException {
        TreeSpot spot = new TreeSpot(folder, name, folder.resolve(".packhorse-" + name + ".tree"));
        Run run = new Run(context, spot, job, () -> false, () -> {}, _ -> {}, progress);
        return packLinked(run, open(spot, context.log()));
    }

    private static Optional<PreviousTree> open(TreeSpot spot, SessionLog log) {
        try {
            return PreviousTree.open(spot);
        } catch (IOException e) {
            log.warn("every file is copied: " + e.getMessage());
            return Optional.empty();
        }
    }

    /// What is made after this comes after it by its time, too.
    private void doubt(AccountName account) throws IOException {
        plant.unsound().damaged(account, plant.clock().instant().minusMillis(1));
    }

    /// What is done when the previous tree is found damaged.
    @FunctionalInterface
    private interface OnDamage {
        void run() throws IOException;
    }

    /// What is done between the end of a tree and its name.
    @FunctionalInterface
    private interface BeforePublishing {
        void run(Archived archived) throws IOException;
    }

    /// One packing.
    ///
    /// @param isDoubted whether nothing is to be linked to the previous tree any more
    private record Run(
            PackContext context,
            TreeSpot spot,
            JobId job,
            BooleanSupplier isDoubted,
            OnDamage onDamage,
            BeforePublishing before,
            BiConsumer<Long, Long> progress) {}

    /// A previous tree that turns out to be damaged is left alone, and everything is copied: nobody
    /// knows which of the files that were linked by then are damaged, too.
    private Archived packLinked(Run run, Optional<PreviousTree> previous)
            throws ComponentException, IOException {
        if (previous.isPresent()) {
            try (PreviousTree _ = previous.get()) {
                return pack(run, previous, List.of());
            } catch (DamagedTreeException e) {
                String told =
                        "the tree %s is damaged: %s; nothing is linked to it, every file is copied"
                                .formatted(previous.get().spot().tree(), e.getMessage());
                run.context().log().warn(told);
                // A later try must not link to it if this one fails.
                run.onDamage().run();
                return pack(run, Optional.empty(), List.of(told));
            }
        }
        return pack(run, previous, List.of());
    }

    /// @param losses what is told besides
    private Archived pack(Run run, Optional<PreviousTree> previous, List<String> losses)
            throws ComponentException, IOException {
        PackContext context = run.context();
        try (TreeWriter writer =
                TreeWriter.begin(
                        run.spot(),
                        BackupDirectory.PARTIAL + run.job(),
                        previous,
                        plant.clock().instant().getEpochSecond(),
                        plant.clock(),
                        context.cancellation())) {
            Map<String, PackReport> reports =
                    plant.packer(hooks).pack(context, new ProgressSink(writer, run.progress()));
            PackedArchive packed = writer.finish();
            if (previous.isPresent() && run.isDoubted().getAsBoolean()) {
                throw new DamagedTreeException(
                        "a verification found it so meanwhile, or one that shares its files");
            }
            hooks.postFinalize();
            tell(context.log(), previous, writer.counts());
            Archived archived = new Archived(packed, withLosses(reports, writer.counts(), losses));
            run.before().run(archived);
            writer.publish();
            return archived;
        } catch (UnfitPlaceException e) {
            throw new ComponentException(String.valueOf(e.getMessage()), e);
        }
    }

    private static void tell(SessionLog log, Optional<PreviousTree> previous, TreeCounts counts) {
        String linked =
                previous.map(tree ->
                                "%d files of %d bytes are those of %s; "
                                        .formatted(
                                                counts.linkedFiles(),
                                                counts.linkedBytes(),
                                                tree.spot().tree()))
                        .orElse("");
        log.line(
                "%s%d files of %d bytes were copied"
                        .formatted(linked, counts.copiedFiles(), counts.copiedBytes()));
    }

    private static Map<String, PackReport> withLosses(
            Map<String, PackReport> reports, TreeCounts counts, List<String> further) {
        List<String> losses = new ArrayList<>(further);
        if (counts.lostAttributes() > 0) {
            losses.add(
                    counts.lostAttributes()
                            + " extended attributes were lost: the file system of the backup directory does not take them");
        }
        if (counts.lostBits() > 0) {
            losses.add(
                    counts.lostBits()
                            + " files and folders lost their set-user-id and set-group-id bits: the service may not set them (RestrictSUIDSGID= of its unit)");
        }
        if (losses.isEmpty()) {
            return reports;
        }
        Map<String, PackReport> all = new TreeMap<>(reports);
        all.put("Tree", new PackReport(Map.of(), losses));
        return all;
    }
}
