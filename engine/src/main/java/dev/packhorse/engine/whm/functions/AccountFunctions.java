package dev.packhorse.engine.whm.functions;

import static dev.packhorse.engine.whm.ParameterSpec.optional;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.catalog.Catalog;
import dev.packhorse.engine.component.account.Suspension;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.whm.Answer;
import dev.packhorse.engine.whm.Arguments;
import dev.packhorse.engine.whm.FunctionSpec;
import dev.packhorse.engine.whm.ParameterSpec;
import dev.packhorse.engine.whm.Permission;
import dev.packhorse.engine.whm.WhmException;
import dev.packhorse.engine.whm.WhmFunction;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The accounts of this server.
final class AccountFunctions {
    private final Accounts accounts;
    private final Catalog catalog;
    private final AccountView view;

    AccountFunctions(Accounts accounts, Catalog catalog, ServerInfo server, Suspension suspension) {
        this.accounts = accounts;
        this.catalog = catalog;
        this.view = new AccountView(server.zone(), suspension);
    }

    List<WhmFunction> functions() {
        return List.of(
                listAccounts(),
                new WhmFunction(
                        FunctionSpec.of(
                                "accountsummary",
                                Permission.LIST_ACCOUNTS,
                                "Shows one account, by its name or its main domain",
                                optional("user", ParameterSpec.Type.ACCOUNT, "The account"),
                                optional("domain", ParameterSpec.Type.TEXT, "Its main domain")),
                        this::summary),
                new WhmFunction(
                        FunctionSpec.of(
                                "list_users",
                                Permission.LIST_ACCOUNTS,
                                "Lists the names of the accounts, and root"),
                        this::users));
    }

    private WhmFunction listAccounts() {
        return new WhmFunction(
                        FunctionSpec.of(
                                "listaccts",
                                Permission.LIST_ACCOUNTS,
                                "Lists the accounts",
                                optional(
                                        "search",
                                        ParameterSpec.Type.TEXT,
                                        "Only accounts that match this; expressions are those of RE2,"
                                                + " without look-around and back-references"),
                                optional("searchtype", ParameterSpec.Type.CHOICE, "What is matched")
                                        .oneOf("domain", "owner", "user", "ip", "package")
                                        .withDefault("user"),
                                optional(
                                                "searchmethod",
                                                ParameterSpec.Type.CHOICE,
                                                "How it is matched")
                                        .oneOf("exact", "regex")
                                        .withDefault("regex"),
                                optional(
                                        "want",
                                        ParameterSpec.Type.TEXT,
                                        "The fields to show, with commas between")),
                        this::list)
                .onOwnThread();
    }

    private Answer list(Caller caller, Arguments arguments) throws WhmException {
        Accounts.Visible visible = accounts.visibleTo(caller);
        List<Account> found = AccountSearch.filter(visible.accounts(), arguments);
        Set<String> wanted = wanted(arguments.find("want").orElse(""));
        Set<String> backedUp =
                wanted.isEmpty() || wanted.contains("has_backup") ? backedUp() : Set.of();
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        ArrayNode list = data.putArray("acct");
        for (Account account : found) {
            ObjectNode entry = view.of(account);
            entry.put("has_backup", backedUp.contains(account.name().value()) ? 1 : 0);
            if (!wanted.isEmpty()) {
                entry.retain(wanted);
            }
            list.add(entry);
        }
        return new Answer(Optional.of(data), "OK", visible.problems());
    }

    private Answer summary(Caller caller, Arguments arguments) throws WhmException {
        if (!arguments.has("user") && !arguments.has("domain")) {
            throw WhmException.failure("Provide the “user” or the “domain” argument.");
        }
        Account account =
                arguments.has("user")
                        ? accounts.require(Values.account(arguments, "user"))
                        : byDomain(caller, arguments.text("domain"));
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        data.putArray("acct").add(view.of(account));
        return Answer.ok(data);
    }

    private Account byDomain(Caller caller, String domain) throws WhmException {
        return accounts.visibleTo(caller).accounts().stream()
                .filter(account -> account.domains().main().equalsIgnoreCase(domain))
                .findFirst()
                .orElseThrow(() ->
                        WhmException.failure(
                                "You do not have an account with the main domain "
                                        + Text.quoted(domain)
                                        + "."));
    }

    private Answer users(Caller caller, Arguments arguments) throws WhmException {
        Accounts.Visible visible = accounts.visibleTo(caller);
        TreeSet<String> names =
                visible.accounts().stream()
                        .map(account -> account.name().value())
                        .collect(Collectors.toCollection(TreeSet::new));
        if (caller.isRoot()) {
            names.add("root");
        }
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        ArrayNode list = data.putArray("users");
        names.forEach(list::add);
        return new Answer(Optional.of(data), "OK", visible.problems());
    }

    private Set<String> backedUp() {
        Set<String> names = new HashSet<>();
        catalog.forEach(point -> names.add(point.account().value()));
        return names;
    }

    private static Set<String> wanted(String text) {
        return Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .filter(field -> !field.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }
}
