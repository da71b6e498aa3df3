package dev.packhorse.engine.whm.functions;

import static dev.packhorse.engine.whm.ParameterSpec.required;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.DomainName;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.HostLayout;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.host.SiteFacts;
import dev.packhorse.engine.host.VirtualHost;
import dev.packhorse.engine.whm.Answer;
import dev.packhorse.engine.whm.Arguments;
import dev.packhorse.engine.whm.FunctionSpec;
import dev.packhorse.engine.whm.ParameterSpec;
import dev.packhorse.engine.whm.Permission;
import dev.packhorse.engine.whm.WhmException;
import dev.packhorse.engine.whm.WhmFunction;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The domains of the accounts that a caller may see.
final class DomainFunctions {
    private final Accounts accounts;
    private final HostFiles files;

    DomainFunctions(Accounts accounts, HostRoot root) {
        this.accounts = accounts;
        this.files = new HostFiles(root);
    }

    List<WhmFunction> functions() {
        ParameterSpec domain = required("domain", ParameterSpec.Type.TEXT, "The domain");
        return List.of(
                function("get_domain_info", "Lists every domain with its account", this::all),
                function("getdomainowner", "Tells whose a domain is", this::owner, domain),
                function(
                        "domainuserdata",
                        "Shows the description of a domain's web site",
                        this::userdata,
                        domain));
    }

    private static WhmFunction function(
            String name, String help, WhmFunction.Body body, ParameterSpec... parameters) {
        return new WhmFunction(
                FunctionSpec.of(name, Permission.LIST_ACCOUNTS, help, parameters), body);
    }

    private Answer all(Caller caller, Arguments arguments) throws WhmException {
        Accounts.Visible visible = accounts.visibleTo(caller);
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        ArrayNode list = data.putArray("domains");
        List<String> problems = new ArrayList<>(visible.problems());
        for (Account account : visible.accounts()) {
            for (String domain : account.domains().all()) {
                list.add(DomainView.of(account, domain, site(account, domain, problems)));
            }
        }
        return new Answer(Optional.of(data), "OK", problems);
    }

    /// A damaged description hides what it would tell, not the domain.
    private Optional<VirtualHost> site(Account account, String domain, List<String> problems) {
        try {
            return read(account, DomainView.host(account, domain));
        } catch (IOException e) {
            problems.add("description left out: " + e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<VirtualHost> read(Account account, String host) throws IOException {
        if (!DomainName.isValid(host)) {
            return Optional.empty();
        }
        String path = HostLayout.userdata(account.name(), new DomainName(host));
        Optional<String> text = files.readText(path);
        return text.isEmpty() ? Optional.empty() : Optional.of(VirtualHost.parse(path, text.get()));
    }

    private Answer owner(Caller caller, Arguments arguments) throws WhmException {
        Account account = require(caller, arguments.text("domain"));
        return Answer.ok(JsonNodeFactory.instance.objectNode().put("user", account.name().value()));
    }

    private Account require(Caller caller, String domain) throws WhmException {
        String name = domain.toLowerCase(Locale.ROOT);
        return accounts.visibleTo(caller).accounts().stream()
                .filter(account -> account.domains().all().contains(name))
                .findFirst()
                .orElseThrow(() ->
                        WhmException.failure(
                                "You do not have a domain named " + Text.quoted(domain) + "."));
    }

    private Answer userdata(Caller caller, Arguments arguments) throws WhmException {
        Account account = require(caller, arguments.text("domain"));
        String host = DomainView.host(account, arguments.text("domain").toLowerCase(Locale.ROOT));
        VirtualHost site;
        try {
            site = read(account, host).orElseGet(() -> made(account, host));
        } catch (IOException e) {
            throw Text.failed("The description of the web site cannot be read", e);
        }
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        data.set("userdata", DomainView.of(site));
        return new Answer(Optional.of(data), "Obtained userdata.", List.of());
    }

    /// What follows from the account where no panel keeps descriptions.
    private static VirtualHost made(Account account, String host) {
        return VirtualHost.of(
                new DomainName(host),
                List.of("www." + host),
                account.domains()
                        .documentRoots()
                        .getOrDefault(host, account.home() + "/public_html"),
                SiteFacts.of(account, "", Set.of()));
    }
}
