package dev.packhorse.engine.component.dns;

import dev.packhorse.engine.component.RestoreNotes;
import dev.packhorse.engine.component.live.ServicePrograms;
import dev.packhorse.engine.host.DomainName;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.HostLayout;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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

    private final ServicePrograms programs;
    private final HostRoot root;
    private final boolean panel;
    private final Cancellation cancellation;

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
        return local().isPresent() || cluster().isPresent();
    }

    private Optional<Path> local() throws IOException {
        return programs.find(root, ServicePrograms.NAME_SERVER);
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
        if (writer().isPresent() && !areConfigured(zones)) {
            rebuild().ifPresent(notes::skipped);
        }
        Optional<Path> server = local();
        if (server.isPresent()) {
            for (DomainName zone : zones) {
                load(server.get(), zone, notes);
            }
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

    private boolean areConfigured(List<DomainName> zones) throws IOException {
        String text =
                new HostFiles(root)
                        .readBytes(CONFIGURATION, HostFiles.DEFAULT_LIMIT)
                        .map(bytes -> new String(bytes, StandardCharsets.ISO_8859_1))
                        .orElse("");
        return zones.stream()
                .allMatch(zone ->
                        Pattern.compile("\\bzone\\s+\"" + Pattern.quote(zone.value()) + "\"")
                                .matcher(text)
                                .find());
    }

    /// Has the panel write the configuration anew, and the name server read it.
    private Optional<String> rebuild() throws IOException {
        Optional<String> fault = run(writer().orElseThrow());
        Optional<Path> server = local();
        if (fault.isEmpty() && server.isPresent()) {
            fault = run(server.get(), isBind(server.get()) ? "reconfig" : "rediscover");
        }
        return fault.map(why -> "the name server's configuration was not renewed: " + why);
    }

    private void load(Path server, DomainName zone, RestoreNotes notes) throws IOException {
        if (!isBind(server)) {
            if (writer().isEmpty()) {
                // says of a zone that it has that it has it, with exit code 0
                run(server, "bind-add-zone", zone.value(), HostLayout.zone(zone));
            }
            run(server, "bind-reload-now", zone.value())
                    .ifPresent(why -> notes.skipped(notLoaded(zone, why)));
            return;
        }
        Optional<String> fault = run(server, "reload", zone.value());
        if (fault.isPresent() && isUnknown(fault.get()) && writer().isEmpty()) {
            add(server, zone, notes);
        } else {
            fault.ifPresent(why -> notes.skipped(notLoaded(zone, why)));
        }
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
            rebuild().ifPresent(left::add);
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

    private Optional<String> run(Path program, String... arguments) throws IOException {
        return programs.run(program, List.of(arguments), cancellation);
    }
}
