package dev.packhorse.engine.component.registry;

import dev.packhorse.engine.archive.ArchiveTrust;
import dev.packhorse.engine.archive.JudgedArchive;
import dev.packhorse.engine.component.AccountComponent;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.HostServices;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.component.PackOptions;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.component.QuietLog;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.component.RestoreOptions;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.TestArchive;
import dev.packhorse.engine.demo.DemoServer;
import dev.packhorse.engine.demo.TreeDigest;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.CpanelAccountDirectory;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.host.HostWatch;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The demonstration server, with accounts that are packed and restored module by module.
final class DemoRestore {
    final HostRoot root;
    final Path staging;
    private final HostServices services;
    private final ComponentRegistry registry = ComponentRegistry.standard();

    DemoRestore(Path folder) throws IOException {
        this(folder, DemoServer.SMALL_FILES);
    }

    DemoRestore(Path folder, int smallFiles) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path server = folder.resolve("server");
        DemoServer.write(server, smallFiles);
        root = new HostRoot(server);
        staging = Files.createDirectories(folder.resolve("staging"));
        services =
                new HostServices(
                        root,
                        new CpanelAccountDirectory(root),
                        DemoServer.HOSTNAME,
                        Optional.empty());
    }

    /// Any server.
    DemoRestore(HostRoot root, Path staging, HostServices services) {
        this.root = root;
        this.staging = staging;
        this.services = services;
    }

    Account account(String name) throws IOException {
        return services.accounts().find(new AccountName(name)).orElseThrow();
    }

    /// Packs an account with all modules, and returns their reports.
    Map<ComponentName, PackReport> pack(String name, Path archive)
            throws IOException, ComponentException {
        PackContext context =
                new PackContext(
                        account(name),
                        services,
                        PackOptions.ALL,
                        staging,
                        QuietLog.LOG,
                        Cancellation.never());
        Map<ComponentName, PackReport> reports = new LinkedHashMap<>();
        TestArchive.write(
                archive,
                name,
                new Identity(account(name).uid(), account(name).gid()),
                sink -> {
                    for (AccountComponent module : registry.all()) {
                        reports.put(module.name(), module.pack(context, sink));
                    }
                });
        return reports;
    }

    /// Restores the modules of these names, or all, in their order.
    Map<ComponentName, RestoreReport> restore(Path archive, boolean restricted, String... names)
            throws IOException, ComponentException {
        List<String> wanted = List.of(names);
        Map<ComponentName, RestoreReport> reports = new LinkedHashMap<>();
        try (JudgedArchive source = open(archive, restricted)) {
            RestoreContext context = context(source, restricted);
            for (AccountComponent module : registry.all()) {
                boolean asked = wanted.isEmpty() || wanted.contains(module.name().value());
                if (asked && (!restricted || module.availableRestricted())) {
                    reports.put(module.name(), module.restore(context, source));
                }
            }
        }
        return reports;
    }

    /// Restores one module, available or not.
    RestoreReport restoreOne(Path archive, boolean restricted, AccountComponent module)
            throws IOException, ComponentException {
        try (JudgedArchive source = open(archive, restricted)) {
            return module.restore(context(source, restricted), source);
        }
    }

    /// Restores one module while something watches the host's files.
    RestoreReport restoreOne(
            Path archive, boolean restricted, AccountComponent module, HostWatch watch)
            throws IOException, ComponentException {
        try (JudgedArchive source = open(archive, restricted)) {
            return module.restore(
                    context(source, restricted).on(services.watchedBy(watch)), source);
        }
    }

    private JudgedArchive open(Path archive, boolean restricted) throws IOException {
        return TestArchive.open(
                archive, staging, restricted ? ArchiveTrust.RESTRICTED : ArchiveTrust.PROVEN);
    }

    private RestoreContext context(JudgedArchive source, boolean restricted) {
        return new RestoreContext(
                source.facts().account(),
                source.facts(),
                services,
                RestoreOptions.ALL,
                restricted,
                staging,
                QuietLog.LOG,
                Cancellation.never());
    }

    /// What the server looks like: one home to the last nanosecond, and of the host's own files
    /// everything but the times, locks, and the order of users.
    List<String> state(String home) throws IOException {
        List<String> lines = new ArrayList<>();
        Path folder = root.folder().resolve("home").resolve(home);
        if (Files.isDirectory(folder)) {
            TreeDigest.forEachLine(folder, line -> lines.add("home " + line));
        }
        for (String top : List.of("etc", "var", "usr")) {
            TreeDigest.forEachLine(
                    root.folder().resolve(top),
                    line -> {
                        String[] fields = line.split(" ", -1);
                        if (!fields[0].matches("passwd|group|shadow|\\.pwd\\.lock|.*packhorse.*")) {
                            fields[4] = "-";
                            lines.add(top + "/" + String.join(" ", fields));
                        }
                    });
        }
        users("passwd", 7, lines);
        users("group", 4, lines);
        users("shadow", 2, lines);
        return lines;
    }

    /// The first fields of each line, sorted.
    private void users(String file, int fields, List<String> lines) throws IOException {
        Files.readAllLines(root.folder().resolve("etc").resolve(file)).stream()
                .map(line -> line.split(":", -1))
                .map(all -> file + " " + String.join(":", Arrays.copyOf(all, fields)))
                .sorted()
                .forEach(lines::add);
    }
}
