package dev.packhorse.engine.whm.functions;

import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.VirtualHost;
import dev.packhorse.engine.host.YamlNode;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Domains and web sites in the shape of WHM API 1.
///
/// Source: functions.json `get_domain_info`, `domainuserdata`.
final class DomainView {
    private static final int PLAIN_PORT = 80;
    private static final int TLS_PORT = 443;

    private DomainView() {}

    /// The virtual host that answers to a domain of the account.
    static String host(Account account, String domain) {
        if (account.domains().parked().contains(domain)) {
            return account.domains().main();
        }
        return account.domains().addons().getOrDefault(domain, domain);
    }

    static ObjectNode of(Account account, String domain, Optional<VirtualHost> site) {
        String host = host(account, domain);
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("domain", domain);
        node.put("domain_type", type(account, domain));
        node.put("parent_domain", host);
        node.put("user", account.name().value());
        node.put("user_owner", account.owner());
        node.put(
                "docroot",
                account.domains()
                        .documentRoots()
                        .getOrDefault(host, account.home() + "/public_html"));
        String address = site.flatMap(each -> each.text("ip")).orElse(account.setting("IP", ""));
        node.put("ipv4", address);
        node.put("ipv4_ssl", address);
        node.putNull("ipv6");
        node.put("ipv6_is_dedicated", 0);
        node.put("modsecurity_enabled", 0);
        site.flatMap(VirtualHost::phpVersion)
                .ifPresentOrElse(
                        version -> node.put("php_version", version),
                        () -> node.putNull("php_version"));
        node.put("port", PLAIN_PORT);
        node.put("port_ssl", TLS_PORT);
        return node;
    }

    private static String type(Account account, String domain) {
        if (domain.equals(account.domains().main())) {
            return "main";
        }
        if (account.domains().parked().contains(domain)) {
            return "parked";
        }
        return account.domains().addons().containsKey(domain) ? "addon" : "sub";
    }

    /// A description as it stands in its file; whole numbers are numbers.
    static JsonNode of(VirtualHost site) {
        return of(site.fields());
    }

    private static JsonNode of(YamlNode node) {
        return switch (node) {
            case YamlNode.Scalar(String text, _) -> scalar(text);
            case YamlNode.Items items -> {
                ArrayNode list = JsonNodeFactory.instance.arrayNode();
                items.values().forEach(each -> list.add(of(each)));
                yield list;
            }
            case YamlNode.Fields fields -> {
                ObjectNode object = JsonNodeFactory.instance.objectNode();
                fields.values().forEach((key, value) -> object.set(key, of(value)));
                yield object;
            }
        };
    }

    private static JsonNode scalar(String text) {
        return text.matches("0|[1-9][0-9]{0,8}")
                ? JsonNodeFactory.instance.numberNode(Integer.parseInt(text))
                : JsonNodeFactory.instance.stringNode(text);
    }
}
