package dev.packhorse.engine.host;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// The list of an account's domains, `userdata/main`, without folders. A sub-domain that carries an
/// addon domain is in `subs` too, whether or not the file lists it.
///
/// Source: a public copy of a live file.
///
/// @param addons addon domain to its sub-domain
public record UserdataMain(
        DomainName main,
        SortedMap<DomainName, DomainName> addons,
        List<DomainName> subs,
        List<DomainName> parked) {
    private static final String MAGIC_INCLUDES = "cp_php_magic_include_path.conf";
    private static final YamlNode NOTHING = new YamlNode.Scalar("");

    public UserdataMain {
        addons = Collections.unmodifiableSortedMap(new TreeMap<>(addons));
        List<DomainName> all = new ArrayList<>(subs);
        all.addAll(addons.values());
        subs = all.stream().sorted().distinct().toList();
        parked = parked.stream().sorted().distinct().toList();
    }

    /// The list that the domains make.
    ///
    /// @throws IllegalArgumentException if one of them is no domain
    public static UserdataMain of(DomainSet domains) {
        SortedMap<DomainName, DomainName> addons = new TreeMap<>();
        domains.addons()
                .forEach((addon, sub) -> addons.put(new DomainName(addon), new DomainName(sub)));
        return new UserdataMain(
                new DomainName(domains.main()),
                addons,
                domains.subs().stream().map(DomainName::new).toList(),
                domains.parked().stream().map(DomainName::new).toList());
    }

    /// Reads the list.
    ///
    /// @param file named in complaints
    /// @throws HostFormatException if it is damaged, or a name is no domain
    public static UserdataMain parse(String file, String content) throws HostFormatException {
        SortedMap<String, YamlNode> fields = YamlReader.read(file, content).values();
        YamlNode main = fields.get("main_domain");
        if (!(main instanceof YamlNode.Scalar scalar)) {
            throw new HostFormatException(file, 0, "no main_domain");
        }
        return new UserdataMain(
                domain(file, scalar.text(), scalar.line()),
                addons(file, fields.getOrDefault("addon_domains", NOTHING)),
                domains(file, "sub_domains", fields.getOrDefault("sub_domains", NOTHING)),
                domains(file, "parked_domains", fields.getOrDefault("parked_domains", NOTHING)));
    }

    /// The file's text.
    public String render() {
        SortedMap<String, YamlNode> fields = new TreeMap<>();
        SortedMap<String, String> carried = new TreeMap<>();
        addons.forEach((addon, sub) -> carried.put(addon.value(), sub.value()));
        fields.put("addon_domains", YamlNode.Fields.of(carried));
        fields.put(MAGIC_INCLUDES, new YamlNode.Scalar("0"));
        fields.put("main_domain", new YamlNode.Scalar(main.value()));
        fields.put("parked_domains", YamlNode.Items.of(texts(parked)));
        fields.put("sub_domains", YamlNode.Items.of(texts(subs)));
        return YamlWriter.write(new YamlNode.Fields(fields, 0));
    }

    /// The virtual hosts: the main domain and every sub-domain.
    public List<DomainName> virtualHosts() {
        List<DomainName> hosts = new ArrayList<>();
        hosts.add(main);
        hosts.addAll(subs);
        return hosts;
    }

    /// The domains with their folders.
    ///
    /// @param documentRoots virtual host to absolute folder; may lack some
    public DomainSet withDocumentRoots(SortedMap<String, String> documentRoots) {
        SortedMap<String, String> carried = new TreeMap<>();
        addons.forEach((addon, sub) -> carried.put(addon.value(), sub.value()));
        return new DomainSet(main.value(), carried, texts(subs), texts(parked), documentRoots);
    }

    private static SortedMap<DomainName, DomainName> addons(String file, YamlNode node)
            throws HostFormatException {
        SortedMap<DomainName, DomainName> addons = new TreeMap<>();
        if (isNothing(node)) {
            return addons;
        }
        if (!(node instanceof YamlNode.Fields fields)) {
            throw new HostFormatException(file, node.line(), "addon_domains is no map");
        }
        for (Map.Entry<String, YamlNode> each : fields.values().entrySet()) {
            if (!(each.getValue() instanceof YamlNode.Scalar sub)) {
                throw new HostFormatException(
                        file, each.getValue().line(), "an addon domain without its sub-domain");
            }
            addons.put(
                    domain(file, each.getKey(), sub.line()), domain(file, sub.text(), sub.line()));
        }
        return addons;
    }

    private static List<DomainName> domains(String file, String key, YamlNode node)
            throws HostFormatException {
        if (isNothing(node)) {
            return List.of();
        }
        if (!(node instanceof YamlNode.Items items)) {
            throw new HostFormatException(file, node.line(), key + " is no list");
        }
        List<DomainName> domains = new ArrayList<>();
        for (YamlNode each : items.values()) {
            if (!(each instanceof YamlNode.Scalar scalar)) {
                throw new HostFormatException(file, each.line(), key + " holds more than names");
            }
            domains.add(domain(file, scalar.text(), scalar.line()));
        }
        return domains;
    }

    /// Nothing, or an empty collection of the other kind, as converters write it.
    private static boolean isNothing(YamlNode node) {
        return switch (node) {
            case YamlNode.Scalar scalar -> scalar.text().isEmpty() || scalar.text().equals("~");
            case YamlNode.Items items -> items.values().isEmpty();
            case YamlNode.Fields fields -> fields.values().isEmpty();
        };
    }

    private static DomainName domain(String file, String text, int line)
            throws HostFormatException {
        if (!DomainName.isValid(text)) {
            throw new HostFormatException(
                    file, line, "not a domain: “" + DomainName.printable(text) + "”");
        }
        return new DomainName(text);
    }

    private static List<String> texts(List<DomainName> domains) {
        return domains.stream().map(DomainName::value).toList();
    }
}
