package dev.packhorse.engine.provision;

import dev.packhorse.engine.archive.ArchiveFacts;
import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.host.AccountFile;
import dev.packhorse.engine.host.DomainSet;
import dev.packhorse.engine.host.DomainViews;
import dev.packhorse.engine.host.SiteFacts;
import dev.packhorse.engine.posix.BytePath;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// An order as the modules read an archive: an account is made by restoring what it was ordered
/// with, so that a new account and a restored one cannot differ.
final class OrderedAccount implements ArchiveSource {
    private static final int BLOCKS_A_MIB = 1_024;

    private final SortedMap<String, String> members = new TreeMap<>();
    private final AccountOrder order;

    /// @param address the sites' address, empty to leave it to the server
    /// @param shell the login shell
    /// @param zone the text of the zone, empty for none
    OrderedAccount(AccountOrder order, String address, String shell, Optional<String> zone) {
        this.order = order;
        String name = order.name().value();
        SortedMap<String, String> settings = new TreeMap<>(order.settings());
        settings.put("USER", name);
        settings.put("DNS", order.domain().value());
        settings.putIfAbsent("MXCHECK-" + order.domain(), "local");
        settings.put("HASDKIM", order.mailRecords().contains(MailRecord.DKIM) ? "1" : "0");
        settings.put("HASSPF", order.mailRecords().contains(MailRecord.SPF) ? "1" : "0");
        settings.put("HASSHELL", order.shell() ? "1" : "0");
        settings.put("DISK_BLOCK_LIMIT", Long.toString(order.quotaMib() * BLOCKS_A_MIB));
        if (!address.isEmpty()) {
            settings.put("IP", address);
        }
        members.put("cp/" + name, AccountFile.render(settings));
        members.put("homedir_paths", order.home() + "\n");
        members.put("userdata/main", domains(address));
        members.put("shadow", order.passwordHash() + "\n");
        members.put("shell", shell + "\n");
        members.put("quota", order.quotaMib() + "\n");
        if (order.mailRecords().contains(MailRecord.DKIM)) {
            members.put("domainkeys/private/" + order.domain(), NewSigningKey.pem());
        }
        zone.ifPresent(text -> members.put("dnszones/" + order.domain() + ".db", text));
    }

    private String domains(String address) {
        DomainSet domains = DomainSet.of(order.domain().value(), order.home() + "/public_html");
        SiteFacts site =
                new SiteFacts(
                        order.name(),
                        order.settings().getOrDefault("OWNER", "root"),
                        order.home(),
                        address.isEmpty() ? "127.0.0.1" : address,
                        "",
                        true,
                        Set.of());
        return new DomainViews(domains, site).userdataMain();
    }

    /// What a judge would have found.
    ArchiveFacts facts() {
        return new ArchiveFacts(
                order.name(), "", "new account", 0, 0, 0, 0, false, members.keySet(), List.of());
    }

    /// Members are texts here; none is a file.
    @Override
    public Optional<Path> file(String path) {
        return Optional.empty();
    }

    @Override
    public List<String> names(String folder) {
        return members.keySet().stream()
                .filter(path -> path.startsWith(folder + "/"))
                .map(path -> path.substring(folder.length() + 1))
                .toList();
    }

    @Override
    public Optional<String> text(String path) {
        return Optional.ofNullable(members.get(path));
    }

    /// There is no home yet.
    @Override
    public void forEach(BytePath below, EntryVisitor visitor) {}

    /// For tests and messages: which members there are, not what they say.
    @Override
    public String toString() {
        return Map.copyOf(members).keySet().toString();
    }
}
