package dev.packhorse.engine.host;

import dev.packhorse.engine.model.AccountName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads an account's domains from the views of an archive: `userdata/main` with `userdata/NAME` if
/// it can be read, else the flat views, else the account file. Every other view is compared with
/// what was taken, and differences are reported. One use.
public final class DomainViewReader {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String SUMMARY = "userdata/cache.json";
    private static final int MOST_NAMES = 20;

    private final Views views;
    private final String home;
    private final SortedMap<String, String> settings;
    private final List<String> conflicts = new ArrayList<>();

    private DomainViewReader(Views views, String home, SortedMap<String, String> settings) {
        this.views = views;
        this.home = home;
        this.settings = settings;
    }

    /// The archive's members.
    @FunctionalInterface
    public interface Views {
        /// The text of a member, empty if the archive has none of this path.
        Optional<String> text(String path) throws IOException;
    }

    /// Reads the views.
    ///
    /// @param account the name under which the archive was packed
    /// @param home the home that relative folders are below
    /// @throws HostFormatException if the account file is damaged, or no view names a main domain
    public static FoundDomains read(Views views, AccountName account, String home)
            throws IOException {
        String file = "cp/" + account;
        SortedMap<String, String> settings = AccountFile.parse(file, views.text(file).orElse(""));
        return new DomainViewReader(views, home, settings).read(file);
    }

    private FoundDomains read(String accountFile) throws IOException {
        Optional<UserdataMain> main = userdataMain();
        FlatViews flat = FlatViews.read(views, home, parents(main));
        flat.badNames()
                .forEach(name ->
                        conflicts.add(
                                "a flat view holds no domain: “"
                                        + DomainName.printable(name)
                                        + "”"));
        DomainSet domains;
        String source;
        if (main.isPresent()) {
            source = "userdata/main";
            domains = main.get().withDocumentRoots(folders(main.get(), flat));
            compare(domains, flat);
        } else {
            source = flat.isAbsent() ? accountFile : "addons, sds2, pds";
            domains = withoutUserdata(flat, accountFile);
        }
        compareSettings(domains, accountFile);
        compareSummary(domains);
        return new FoundDomains(domains, source, conflicts);
    }

    private Optional<UserdataMain> userdataMain() throws IOException {
        Optional<String> text = views.text("userdata/main");
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(UserdataMain.parse("userdata/main", text.get()));
        } catch (HostFormatException e) {
            conflicts.add(e.getMessage());
            return Optional.empty();
        }
    }

    private Set<String> parents(Optional<UserdataMain> main) {
        Set<String> parents = new TreeSet<>(settingNames());
        main.ifPresent(list -> parents.add(list.main().value()));
        return parents;
    }

    private SortedMap<String, String> folders(UserdataMain main, FlatViews flat)
            throws IOException {
        SortedMap<String, String> folders = new TreeMap<>(flat.folders());
        Set<String> hosts = new TreeSet<>();
        for (DomainName host : main.virtualHosts()) {
            hosts.add(host.value());
            String path = "userdata/" + host.fileName();
            Optional<String> text = views.text(path);
            if (text.isPresent()) {
                describedFolder(path, text.get())
                        .ifPresent(folder -> folders.put(host.value(), folder));
            }
        }
        folders.keySet().retainAll(hosts);
        folders.values().removeIf(folder -> !DocumentRoot.isValid(folder));
        return folders;
    }

    private Optional<String> describedFolder(String path, String text) {
        try {
            Optional<String> folder = VirtualHost.parse(path, text).documentRoot();
            if (folder.isPresent() && !DocumentRoot.isValid(folder.get())) {
                conflicts.add(path + ": documentroot is no absolute folder");
            }
            return folder.filter(DocumentRoot::isValid);
        } catch (HostFormatException e) {
            conflicts.add(e.getMessage());
            return Optional.empty();
        }
    }

    private DomainSet withoutUserdata(FlatViews flat, String accountFile)
            throws HostFormatException {
        String main = settings.getOrDefault("DNS", settings.getOrDefault("DOMAIN", ""));
        if (!DomainName.isValid(main)) {
            throw new HostFormatException(
                    accountFile, 0, "no main domain here (DNS=) and none in userdata/main");
        }
        SortedMap<String, String> addons =
                new TreeMap<>(flat.addons() == null ? Map.of() : flat.addons());
        addons.entrySet()
                .removeIf(each ->
                        !DomainName.isValid(each.getKey()) || !DomainName.isValid(each.getValue()));
        Set<String> subs = valid(flat.subs() == null ? Set.of() : flat.subs());
        subs.addAll(addons.values());
        Set<String> parked =
                valid(flat.parked() == null && flat.isAbsent() ? settingNames() : orNone(flat));
        parked.remove(main);
        SortedMap<String, String> folders = new TreeMap<>(flat.folders());
        folders.keySet().retainAll(subs);
        folders.values().removeIf(folder -> !DocumentRoot.isValid(folder));
        folders.put(main, home + "/public_html");
        return new DomainSet(main, addons, List.copyOf(subs), List.copyOf(parked), folders);
    }

    private static Set<String> orNone(FlatViews flat) {
        return flat.parked() == null ? Set.of() : flat.parked();
    }

    private static Set<String> valid(Collection<String> names) {
        Set<String> valid = new TreeSet<>(names);
        valid.removeIf(name -> !DomainName.isValid(name));
        return valid;
    }

    /// The main domain and the others that the account file lists.
    private Set<String> settingNames() {
        Set<String> names = new TreeSet<>();
        settings.forEach((key, value) -> {
            if (key.matches("DNS[0-9]*") && DomainName.isValid(value)) {
                names.add(value);
            }
        });
        return names;
    }

    private void compare(DomainSet domains, FlatViews flat) {
        if (flat.addons() != null && !flat.addons().equals(domains.addons())) {
            conflicts.add("addons differs from userdata/main: " + flat.addons());
        }
        if (flat.subs() != null && !flat.subs().equals(new TreeSet<>(domains.subs()))) {
            conflicts.add("sds, sds2 differ from userdata/main: " + flat.subs());
        }
        if (flat.parked() != null && !flat.parked().equals(new TreeSet<>(domains.parked()))) {
            conflicts.add("pds differs from userdata/main: " + flat.parked());
        }
    }

    private void compareSettings(DomainSet domains, String accountFile) {
        String main = settings.getOrDefault("DNS", "");
        if (!main.isEmpty() && !main.equals(domains.main())) {
            conflicts.add(
                    "%s has the main domain %s, not %s"
                            .formatted(accountFile, DomainName.printable(main), domains.main()));
        }
        Set<String> others = settingNames();
        others.removeAll(domains.all());
        if (!others.isEmpty()) {
            conflicts.add(accountFile + " has domains that no other view has: " + others);
        }
    }

    /// The summary of web sites, in which other panels read every name.
    private void compareSummary(DomainSet domains) throws IOException {
        Optional<String> text = views.text(SUMMARY);
        if (text.isEmpty() || text.get().isBlank()) {
            return;
        }
        Set<String> differing = new TreeSet<>(domains.all());
        try {
            JsonNode summary = JSON.readTree(text.get());
            if (!summary.isObject()) {
                conflicts.add(SUMMARY + " is no JSON object");
                return;
            }
            for (String name : summary.propertyNames()) {
                if (!differing.remove(name)) {
                    differing.add(DomainName.printable(name));
                }
            }
        } catch (JacksonException e) {
            conflicts.add(SUMMARY + " is no JSON: " + e.getOriginalMessage());
            return;
        }
        if (!differing.isEmpty()) {
            conflicts.add(
                    SUMMARY
                            + " and the other views differ in: "
                            + String.join(", ", differing.stream().limit(MOST_NAMES).toList()));
        }
    }
}
