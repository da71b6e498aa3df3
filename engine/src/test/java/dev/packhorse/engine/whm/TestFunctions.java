package dev.packhorse.engine.whm;

import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.AccountDirectory;
import dev.packhorse.engine.host.DomainSet;
import dev.packhorse.engine.model.AccountName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A few functions and accounts for tests: `alice` is owned by root, `carol` by the reseller `bob`.
public final class TestFunctions {
    private static final Map<String, String> OWNERS = Map.of("alice", "root", "carol", "bob");

    private TestFunctions() {}

    public static Dispatcher dispatcher() {
        return new Dispatcher(all(), new AccountOwners(accounts()));
    }

    public static List<WhmFunction> all() {
        return List.of(version(), listaccts(), accountsummary(), echo(), rootOnly(), broken());
    }

    private static WhmFunction version() {
        return new WhmFunction(
                FunctionSpec.of("version", Permission.AUTHENTICATED, "Tells the version."),
                (_, _) -> Answer.ok(JsonNodeFactory.instance.objectNode().put("version", "11.9")));
    }

    private static WhmFunction listaccts() {
        return new WhmFunction(
                FunctionSpec.of("listaccts", Permission.LIST_ACCOUNTS, "Lists accounts."),
                (_, _) -> {
                    ObjectNode data = JsonNodeFactory.instance.objectNode();
                    ArrayNode acct = data.putArray("acct");
                    for (String name : List.of("alice", "carol")) {
                        acct.addObject().put("user", name).put("uid", name.length());
                    }
                    return Answer.ok(data);
                });
    }

    private static WhmFunction accountsummary() {
        return new WhmFunction(
                FunctionSpec.of(
                        "accountsummary",
                        Permission.LIST_ACCOUNTS,
                        "Describes an account.",
                        ParameterSpec.required("user", ParameterSpec.Type.ACCOUNT, "The account.")),
                (_, arguments) -> {
                    String name = arguments.text("user");
                    if (!OWNERS.containsKey(name)) {
                        throw WhmException.unknownAccount(name);
                    }
                    ObjectNode data = JsonNodeFactory.instance.objectNode();
                    data.putArray("acct").addObject().put("user", name);
                    return Answer.ok(data);
                });
    }

    private static WhmFunction echo() {
        return new WhmFunction(
                FunctionSpec.of(
                        "echo",
                        Permission.AUTHENTICATED,
                        "Gives the arguments back.",
                        ParameterSpec.required("text", ParameterSpec.Type.TEXT, "Any text."),
                        ParameterSpec.flag("flag", false, "A switch."),
                        ParameterSpec.optional("secret", ParameterSpec.Type.SECRET, "A secret."),
                        ParameterSpec.optional("list", ParameterSpec.Type.LIST, "A list.")),
                (_, arguments) -> {
                    if (arguments.text("text").equals("refuse")) {
                        throw WhmException.refused("Unable to find archive at /backup");
                    }
                    ObjectNode data = JsonNodeFactory.instance.objectNode();
                    data.put("text", arguments.text("text"));
                    data.put("flag", arguments.flag("flag") ? 1 : 0);
                    ArrayNode list = data.putArray("list");
                    arguments.list("list").forEach(list::add);
                    return Answer.ok(data);
                });
    }

    private static WhmFunction rootOnly() {
        return new WhmFunction(
                FunctionSpec.of("root_only", Permission.ROOT, "Does nothing, for root."),
                (_, _) -> Answer.withReason("Done by root"));
    }

    private static WhmFunction broken() {
        return new WhmFunction(
                FunctionSpec.of("broken", Permission.AUTHENTICATED, "Fails inside."),
                (_, _) -> {
                    throw new IllegalStateException("secret detail in /var/lib");
                });
    }

    public static AccountDirectory accounts() {
        return new AccountDirectory() {
            @Override
            public String source() {
                return "test";
            }

            @Override
            public List<AccountName> names() {
                return OWNERS.keySet().stream().sorted().map(AccountName::new).toList();
            }

            @Override
            public Optional<Account> find(AccountName name) {
                return Optional.ofNullable(OWNERS.get(name.value()))
                        .map(owner ->
                                new Account(
                                        name,
                                        1001,
                                        1001,
                                        "/home/" + name,
                                        "/bin/bash",
                                        DomainSet.of(name + ".example", "/home/" + name + "/www"),
                                        false,
                                        new TreeMap<>(Map.of("OWNER", owner))));
            }
        };
    }
}
