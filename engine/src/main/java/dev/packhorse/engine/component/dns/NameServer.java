package dev.packhorse.engine.component.dns;

import dev.packhorse.engine.component.RestoreNotes;
import dev.packhorse.engine.component.live.ServicePrograms;
import dev.packhorse.engine.host.DomainName;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.HostLayout;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.process.ChildLimitException;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;

/// The name server of the running system, and the panel's cluster of name servers. A zone that is
/// new must be made known to it: on a panel server the panel's program writes the name server's
/// configuration from the zones that there are; elsewhere BIND is asked to take the zone up, which
/// it does only if its administrator allows that.
///
/// Source: rndc(8) of BIND 9, pdns_control(1) of PowerDNS, and the panel's documented scripts
/// `rebuilddnsconfig` and `dnscluster`.
public final class NameServer {
    private static final String CONFIGURATION = "/etc/named.conf";
    private static final String BIND = "rndc";
    private static final String POWER_DNS = "pdns_control";

    /// Held while the panel's program writes the configuration, from all zones that there are then.
    static final ReentrantLock REBUILDS = new ReentrantLock();

    private final ServicePrograms programs;
    private final HostRoot root;
    private final boolean panel;
    private final Cancellation cancellation;

    /// Programs that did not end in time: with each zone they would take as long again.
    private final Set<Path> silent = new HashSet<>();

    /// @param programs by which it is driven; they must drive this root
    /// @param panel whether the server has the panel's layout
    public NameServer(
            ServicePrograms programs, HostRoot root, boolean panel, Cancellation cancellation) {
        this.programs = programs;
        this.root = root;
        this.panel = panel;
        this.cancellation = cancellation;
    }

    /// Whether there is one, or a cluster.
    boolean isThere() throws IOException {
        return programs.find(root, ServicePrograms.NAME_SERVER).isPresent()
                || cluster().isPresent();
    }

    /// That of BIND comes with packages of tools, too: where there are both, BIND must answer.
    private Optional<Path> local() throws IOException {
        Optional<Path> bind = programs.find(root, BIND);
        Optional<Path> other = programs.find(root, POWER_DNS);
        if (bind.isPresent() && other.isPresent() && run(bind.get(), "status").isPresent()) {
            return other;
        }
        return bind.isPresent() ? bind : other;
    }

    private Optional<Path> cluster() throws IOException {
        return programs.find(root, ServicePrograms.NAME_SERVER_CLUSTER);
    }

    /// By which the panel writes the name server's configuration; empty elsewhere.
    private Optional<Path> writer() throws IOException {
        return panel ? programs.find(root, "rebuilddnsconfig") : Optional.empty();
    }

    /// Has it load zones whose files are in place, first here, then in the cluster.
    ///
    /// @param notes is told what is not loaded
    void load(List<DomainName> zones, RestoreNotes notes) throws IOException {
        Optional<Path> server = local();
        if (writer().isPresent() && !areConfigured(zones)) {
            configure(zones, server).ifPresent(notes::skipped);
        }
        if (server.isPresent()) {
            load(server.get(), zones, notes);
        }
        Optional<Path> cluster = cluster();
        if (cluster.isPresent()) {
            for (DomainName zone : zones) {
                run(cluster.get(), "synczone", zone.value())
                        .ifPresent(why ->
                                notes.skipped(
                                        "zone " + zone + ": not sent to the cluster, " + why));
            }
        }
    }

    /// Whether all of them are known to stand in the configuration; of one that cannot be read, as
    /// a link or a very large one, nothing is known.
    private boolean areConfigured(List<DomainName> zones) {
        String text;
        try {
            text =
                    new HostFiles(root)
                            .readBytes(CONFIGURATION, HostFiles.DEFAULT_LIMIT)
                            .map(bytes -> new String(bytes, StandardCharsets.ISO_8859_1))
                            .orElse("");
        } catch (IOException _) {
            return false;
        }
        return zones.stream()
                .allMatch(zone ->
                        Pattern.compile("\\bzone\\s+\"" + Pattern.quote(zone.value()) + "\"")
                                .matcher(text)
                                .find());
    }

    /// Who waited for another's rebuild may find it done: one that begins after the files of zones
    /// were written has them all.
    private Optional<String> configure(List<DomainName> zones, Optional<Path> server)
            throws IOException {
        awaitTurn();
        try {
            return areConfigured(zones) ? Optional.empty() : rebuild(server);
        } finally {
            REBUILDS.unlock();
        }
    }

    private void awaitTurn() throws IOException {
        try {
            while (!REBUILDS.tryLock(1, TimeUnit.SECONDS)) {
                cancellation.check();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts here", e);
        }
    }

    /// Has the panel write the configuration anew, and the name server read it.
    private Optional<String> rebuild(Optional<Path> server) throws IOException {
        Optional<String> fault = run(writer().orElseThrow());
        if (fault.isEmpty() && server.isPresent()) {
            fault = run(server.get(), isBind(server.get()) ? "reconfig" : "rediscover");
        }
        return fault.map(why -> "the name server's configuration was not renewed: " + why);
    }

    private void load(Path server, List<DomainName> zones, RestoreNotes notes) throws IOException {
        List<DomainName> inViews = new ArrayList<>();
        for (DomainName zone : zones) {
            if (!isBind(server)) {
                loadInPowerDns(server, zone, notes);
            } else if (!loadInBind(server, zone, notes)) {
                inViews.add(zone);
            }
        }
        if (!inViews.isEmpty()) {
            // the names of the views are the administrator's; all zones are loaded in all of them
            run(server, "reload")
                    .ifPresent(why -> inViews.forEach(zone -> notes.skipped(notLoaded(zone, why))));
        }
    }

    private void loadInPowerDns(Path server, DomainName zone, RestoreNotes notes)
            throws IOException {
        if (writer().isEmpty()) {
            // says of a zone that it has that it has it, with exit code 0
            run(server, "bind-add-zone", zone.value(), HostLayout.zone(zone));
        }
        run(server, "bind-reload-now", zone.value())
                .ifPresent(why -> notes.skipped(notLoaded(zone, why)));
    }

    /// @return false if the zone lies in several views, of which one would have to be named
    private boolean loadInBind(Path server, DomainName zone, RestoreNotes notes)
            throws IOException {
        Optional<String> fault = run(server, "reload", zone.value());
        if (fault.isPresent() && isInViews(fault.get())) {
            return false;
        }
        if (fault.isPresent() && isUnknown(fault.get()) && writer().isEmpty()) {
            add(server, zone, notes);
        } else {
            fault.ifPresent(why -> notes.skipped(notLoaded(zone, why)));
        }
        return true;
    }

    private static boolean isInViews(String fault) {
        return fault.toLowerCase(Locale.ROOT).contains("multiple");
    }

    private static String notLoaded(DomainName zone, String why) {
        return "zone " + zone + ": not loaded, " + why;
    }

    private void add(Path server, DomainName zone, RestoreNotes notes) throws IOException {
        String body = "{ type master; file \"" + HostLayout.zone(zone) + "\"; };";
        run(server, "addzone", zone.value(), body)
                .ifPresent(_ ->
                        notes.dangerous(
                                "zone %s: its file is in place, but the name server does not know it; add zone \"%s\" %s to its configuration and reload it"
                                        .formatted(zone, zone, body)));
    }

    private static boolean isUnknown(String fault) {
        String lower = fault.toLowerCase(Locale.ROOT);
        return lower.contains("not found") || lower.contains("no matching zone");
    }

    /// Has it forget zones whose files are gone.
    ///
    /// @return a sentence for each thing that is left
    public List<String> forget(Collection<DomainName> zones) throws IOException {
        List<String> left = new ArrayList<>();
        if (zones.isEmpty()) {
            return left;
        }
        if (writer().isPresent()) {
            awaitTurn();
            try {
                rebuild(local()).ifPresent(left::add);
            } finally {
                REBUILDS.unlock();
            }
            return left;
        }
        Optional<Path> server = local().filter(NameServer::isBind);
        if (server.isPresent()) {
            for (DomainName zone : zones) {
                run(server.get(), "delzone", zone.value())
                        .filter(why -> !isUnknown(why))
                        .ifPresent(why ->
                                left.add(
                                        "zone "
                                                + zone
                                                + ": take it out of the name server's"
                                                + " configuration, "
                                                + why));
            }
        }
        return left;
    }

    private static boolean isBind(Path program) {
        return String.valueOf(program.getFileName()).equals(BIND);
    }

    /// A program that cannot be started or does not end in time has failed, too.
    ///
    /// @throws IOException if the run was cancelled
    private Optional<String> run(Path program, String... arguments) throws IOException {
        if (silent.contains(program)) {
            return Optional.of(program.getFileName() + " did not end before");
        }
        try {
            return programs.run(program, List.of(arguments), cancellation);
        } catch (IOException e) {
            cancellation.check();
            if (e instanceof ChildLimitException) {
                silent.add(program);
            }
            return Optional.of(program.getFileName() + " failed: " + e.getMessage());
        }
    }
}
