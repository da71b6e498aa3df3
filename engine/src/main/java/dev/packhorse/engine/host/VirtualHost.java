package dev.packhorse.engine.host;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// The description of one virtual host, `userdata/NAME`: the keys this program knows by name, and
/// every other one kept as it is.
///
/// Source: public copies of live files; importers that read them.
public record VirtualHost(YamlNode.Fields fields) {
    private static final String LOGS = "/etc/apache2/logs/domlogs/";
    private static final String BYTES_FORMAT = "\"%{%s}t %I .\\n%{%s}t %O .\"";

    /// What a new description is made from.
    ///
    /// @param name the main or sub-domain
    /// @param aliases other names it answers to
    /// @param documentRoot absolute
    /// @param site the account's facts
    public static VirtualHost of(
            DomainName name, List<String> aliases, String documentRoot, SiteFacts site) {
        SortedMap<String, YamlNode> fields = new TreeMap<>();
        fields.put("customlog", logs(name));
        put(fields, "documentroot", documentRoot);
        put(fields, "group", site.account().value());
        put(fields, "hascgi", site.cgi() ? "1" : "0");
        put(fields, "homedir", site.home());
        put(fields, "ip", site.address());
        put(fields, "owner", site.owner());
        put(fields, "phpopenbasedirprotect", "1");
        if (!site.phpVersion().isEmpty()) {
            put(fields, "phpversion", site.phpVersion());
        }
        put(fields, "port", "80");
        fields.put("scriptalias", scriptAlias(documentRoot));
        put(fields, "serveradmin", "webmaster@" + name);
        put(fields, "serveralias", String.join(" ", aliases));
        put(fields, "servername", name.value());
        put(fields, "usecanonicalname", "Off");
        put(fields, "user", site.account().value());
        return new VirtualHost(new YamlNode.Fields(fields, 0));
    }

    /// Reads a description.
    ///
    /// @param file named in complaints
    public static VirtualHost parse(String file, String content) throws HostFormatException {
        return new VirtualHost(YamlReader.read(file, content));
    }

    /// The file's text.
    public String render() {
        return YamlWriter.write(fields);
    }

    /// A plain value; empty if there is none, it is empty, or it is a list or map.
    public Optional<String> text(String key) {
        return fields.values().get(key) instanceof YamlNode.Scalar(String text, _)
                        && !text.isEmpty()
                ? Optional.of(text)
                : Optional.empty();
    }

    /// The line of a value, 0 if it is not known.
    int line(String key) {
        YamlNode node = fields.values().get(key);
        return node == null ? 0 : node.line();
    }

    /// The folder, without doubled and trailing slashes.
    public Optional<String> documentRoot() {
        return text("documentroot").map(DocumentRoot::tidied);
    }

    /// `ea-phpNN` or `inherit`.
    public Optional<String> phpVersion() {
        return text("phpversion");
    }

    /// The other names it answers to.
    public List<String> aliases() {
        return text("serveralias")
                .map(names ->
                        Arrays.stream(names.split(" +", -1)).filter(n -> !n.isEmpty()).toList())
                .orElse(List.of());
    }

    /// With a plain value set.
    public VirtualHost with(String key, String value) {
        return new VirtualHost(fields.with(key, new YamlNode.Scalar(value)));
    }

    private static YamlNode logs(DomainName name) {
        return new YamlNode.Items(
                List.of(
                        YamlNode.Fields.of(Map.of("format", "combined", "target", LOGS + name)),
                        YamlNode.Fields.of(
                                Map.of(
                                        "format",
                                        BYTES_FORMAT,
                                        "target",
                                        LOGS + name + "-bytes_log"))),
                0);
    }

    private static YamlNode scriptAlias(String documentRoot) {
        return new YamlNode.Items(
                List.of(
                        YamlNode.Fields.of(
                                Map.of("path", documentRoot + "/cgi-bin", "url", "/cgi-bin/"))),
                0);
    }

    private static void put(SortedMap<String, YamlNode> fields, String key, String value) {
        fields.put(key, new YamlNode.Scalar(value));
    }
}
