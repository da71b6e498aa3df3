package dev.packhorse.engine.whm.functions;

import static dev.packhorse.engine.whm.ParameterSpec.flag;
import static dev.packhorse.engine.whm.ParameterSpec.optional;
import static dev.packhorse.engine.whm.ParameterSpec.required;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.component.domain.ReservedDomains;
import dev.packhorse.engine.host.DomainName;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.provision.AccountOrder;
import dev.packhorse.engine.provision.HostingPlan;
import dev.packhorse.engine.provision.MailRecord;
import dev.packhorse.engine.provision.NewPassword;
import dev.packhorse.engine.provision.ProvisionException;
import dev.packhorse.engine.whm.Arguments;
import dev.packhorse.engine.whm.ParameterSpec;
import dev.packhorse.engine.whm.WhmException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// Reads the arguments of `createacct`. What would make another account of it and is not done here
/// is refused, never left out.
final class NewAccountForm {
    private final HostFiles files;
    private final NewAccountSettings lines;
    private final String hostname;
    private final boolean panel;
    private final OrderRights rights;

    /// @param panel whether this server has the panel's layout
    /// @param rights what somebody else than root may order
    NewAccountForm(HostFiles files, String hostname, boolean panel, OrderRights rights) {
        this.files = files;
        this.lines = new NewAccountSettings(files);
        this.rights = rights;
        this.hostname = hostname;
        this.panel = panel;
    }

    static ParameterSpec[] parameters() {
        List<ParameterSpec> all = new ArrayList<>();
        all.add(required("username", ParameterSpec.Type.TEXT, "The account's name"));
        all.add(
                optional(
                        "domain",
                        ParameterSpec.Type.TEXT,
                        "Its main domain; without a panel it may be left out"));
        all.add(
                optional(
                        "password",
                        ParameterSpec.Type.SECRET,
                        "Its password; without one nobody can log in by password"));
        all.add(optional("pass", ParameterSpec.Type.SECRET, "The older name of “password”"));
        all.add(
                optional("plan", ParameterSpec.Type.TEXT, "A package of this server")
                        .withDefault("default"));
        all.add(
                optional("quota", ParameterSpec.Type.INTEGER, "Disk limit in MiB, 0 for none")
                        .withRange(0, 999_999));
        all.add(optional("hasshell", ParameterSpec.Type.FLAG, "Whether it gets a shell"));
        all.add(optional("contactemail", ParameterSpec.Type.TEXT, "Where its owner is written to"));
        all.add(
                optional(
                        "owner",
                        ParameterSpec.Type.TEXT,
                        "root, or the account of a reseller, whose account it becomes"));
        all.add(flag("ownerself", false, "Make it its own owner, unless “owner” is given"));
        all.add(
                optional(
                        "homedir",
                        ParameterSpec.Type.TEXT,
                        "Its home, /home/USERNAME if left out"));
        all.add(flag("forcedns", false, "Replace a zone that is there already"));
        all.add(flag("dkim", false, "Make a key that signs mail, with its record"));
        all.add(flag("spf", false, "Make a record that says from where mail may come"));
        all.add(flag("dmarc", false, "Make a record of what becomes of mail that fails"));
        all.addAll(NewAccountSettings.parameters());
        all.addAll(NewAccountRefusals.parameters());
        return all.toArray(ParameterSpec[]::new);
    }

    /// What is ordered. The name must have been found free.
    AccountOrder read(
            Caller caller, Arguments arguments, AccountName name, Accounts accounts, Instant now)
            throws WhmException {
        NewAccountRefusals.refuse(arguments);
        rights.check(caller, arguments);
        HostingPlan plan = plan(arguments.text("plan"));
        SortedMap<String, String> settings = new TreeMap<>(plan.settings());
        settings.put("OWNER", caller.isRoot() ? owner(arguments, name, accounts) : caller.user());
        settings.put("CONTACTEMAIL", contact(arguments));
        settings.put("STARTDATE", Long.toString(now.getEpochSecond()));
        DomainName domain = domain(caller, arguments, name);
        lines.put(arguments, domain.value(), settings);
        return new AccountOrder(
                name,
                domain,
                home(arguments, name),
                passwordHash(arguments),
                arguments.has("hasshell") ? arguments.flag("hasshell") : plan.shell(),
                arguments.has("quota") ? arguments.number("quota") : plan.quotaMib(),
                settings,
                arguments.flag("forcedns"),
                mailRecords(arguments));
    }

    private static Set<MailRecord> mailRecords(Arguments arguments) {
        Set<MailRecord> records = EnumSet.noneOf(MailRecord.class);
        for (MailRecord each : MailRecord.values()) {
            if (arguments.flag(each.name().toLowerCase(Locale.ROOT))) {
                records.add(each);
            }
        }
        return records;
    }

    private HostingPlan plan(String name) throws WhmException {
        try {
            return HostingPlan.read(files, name);
        } catch (ProvisionException e) {
            throw Text.badValue("plan", String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw Text.failed("The package cannot be read", e);
        }
    }

    private static String owner(Arguments arguments, AccountName name, Accounts accounts)
            throws WhmException {
        if (!arguments.has("owner")) {
            return arguments.flag("ownerself") ? name.value() : "root";
        }
        String owner = arguments.text("owner");
        boolean known =
                owner.equals("root")
                        || owner.equals(name.value())
                        || (AccountName.isValid(owner)
                                && accounts.find(new AccountName(owner)).isPresent());
        if (!known) {
            throw Text.badValue("owner", "there is no account " + Text.quoted(owner));
        }
        return owner;
    }

    private static String contact(Arguments arguments) throws WhmException {
        String address = arguments.find("contactemail").orElse("");
        if (!address.matches("|[A-Za-z0-9._%+=-]{1,64}@[A-Za-z0-9.-]{1,253}")) {
            throw Text.badValue("contactemail", "it is no e-mail address");
        }
        return address;
    }

    private DomainName domain(Caller caller, Arguments arguments, AccountName name)
            throws WhmException {
        if (!arguments.has("domain") && panel) {
            throw WhmException.failure("Provide the “domain” argument.");
        }
        String domain =
                arguments.find("domain").orElse(name + "." + hostname).toLowerCase(Locale.ROOT);
        if (!DomainName.isValid(domain) || domain.indexOf('.') < 0 || domain.contains("*")) {
            throw Text.badValue("domain", Text.quoted(domain) + " is no domain");
        }
        if (!caller.isRoot()) {
            refuseReserved(domain);
        }
        return new DomainName(domain);
    }

    private void refuseReserved(String domain) throws WhmException {
        try {
            Optional<String> objection = ReservedDomains.of(files, hostname).objection(domain);
            if (objection.isPresent()) {
                throw Text.badValue("domain", Text.quoted(domain) + " " + objection.get());
            }
        } catch (IOException e) {
            throw Text.failed("The lists of common domains cannot be read", e);
        }
    }

    private static String home(Arguments arguments, AccountName name) throws WhmException {
        String home = arguments.find("homedir").orElse("/home/" + name);
        if (!home.matches("/home[0-9]*/" + name)) {
            throw Text.badValue(
                    "homedir", "a home is /home/" + name + ", or the same in /home2, /home3 …");
        }
        return home;
    }

    private static String passwordHash(Arguments arguments) throws WhmException {
        if (arguments.has("pass") && arguments.has("password")) {
            throw WhmException.failure("Provide “pass” or “password”, not both.");
        }
        String password = arguments.find("password").or(() -> arguments.find("pass")).orElse("");
        if (password.isEmpty()) {
            return NewPassword.NONE;
        }
        Optional<String> objection = NewPassword.objection(password);
        if (objection.isPresent()) {
            throw Text.badValue(arguments.has("pass") ? "pass" : "password", objection.get());
        }
        try {
            return NewPassword.hash(password);
        } catch (IOException e) {
            throw Text.failed("The password cannot be kept", e);
        }
    }
}
