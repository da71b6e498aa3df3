package dev.packhorse.engine.whm.functions;

import static dev.packhorse.engine.whm.ParameterSpec.flag;
import static dev.packhorse.engine.whm.ParameterSpec.optional;
import static dev.packhorse.engine.whm.ParameterSpec.required;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.component.account.Suspension;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.AccountHolds;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.whm.Answer;
import dev.packhorse.engine.whm.Arguments;
import dev.packhorse.engine.whm.FunctionSpec;
import dev.packhorse.engine.whm.ParameterSpec;
import dev.packhorse.engine.whm.Permission;
import dev.packhorse.engine.whm.WhmException;
import dev.packhorse.engine.whm.WhmFunction;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Suspends accounts and tells which are.
final class SuspensionFunctions {
    private static final Permission SUSPEND = new Permission("suspend-acct");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("EEE MMM d HH:mm:ss yyyy", Locale.ENGLISH);

    private final Accounts accounts;
    private final AccountDesk desk;
    private final Suspension suspension;
    private final ZoneId zone;
    private final InstantSource clock;

    SuspensionFunctions(Accounts accounts, AccountDesk desk, ZoneId zone, InstantSource clock) {
        this.accounts = accounts;
        this.desk = desk;
        this.suspension = desk.suspension();
        this.zone = zone;
        this.clock = clock;
    }

    List<WhmFunction> functions() {
        return List.of(
                new WhmFunction(
                        FunctionSpec.of(
                                "suspendacct",
                                SUSPEND,
                                "Locks an account's logins (password, shell, FTP, mail, database"
                                        + " users), redirects its sites and keeps its cron jobs"
                                        + " back",
                                required("user", ParameterSpec.Type.ACCOUNT, "The account"),
                                optional("reason", ParameterSpec.Type.TEXT, "Why")
                                        .withDefault("Unknown"),
                                flag("disallowun", false, "Let only root undo this"),
                                flag(
                                        "leave-ftp-accts-enabled",
                                        false,
                                        "Leave its FTP logins open")),
                        this::suspend),
                new WhmFunction(
                        FunctionSpec.of(
                                "unsuspendacct",
                                SUSPEND,
                                "Gives a suspended account back what it had",
                                required("user", ParameterSpec.Type.ACCOUNT, "The account"),
                                flag(
                                        "retain-service-proxies",
                                        false,
                                        "Either value: service proxies stay as they are")),
                        this::unsuspend),
                new WhmFunction(
                        FunctionSpec.of(
                                "listsuspended",
                                Permission.LIST_ACCOUNTS,
                                "Lists the suspended accounts"),
                        this::suspended),
                new WhmFunction(
                        FunctionSpec.of(
                                "listlockedaccounts",
                                Permission.LIST_ACCOUNTS,
                                "Lists the suspended accounts that only root may let in again"),
                        this::locked));
    }

    /// Judged and done in one: who locks an account meanwhile must not be passed over.
    private Answer suspend(Caller caller, Arguments arguments) throws WhmException {
        AccountName name = Values.account(arguments, "user");
        return suspension.alone(
                name,
                () -> {
                    try (AccountHolds.Hold _ = desk.hold(name)) {
                        return suspend(caller, accounts.require(name), arguments);
                    }
                });
    }

    private Answer suspend(Caller caller, Account account, Arguments arguments)
            throws WhmException {
        if (account.name().value().equals(caller.user())) {
            throw WhmException.refused(
                    "An account cannot suspend itself: it could not log in to undo it.");
        }
        refuseIfLocked(caller, account);
        try {
            List<String> open =
                    suspension.suspend(
                            account,
                            arguments.text("reason"),
                            arguments.flag("disallowun"),
                            !arguments.flag("leave-ftp-accts-enabled"),
                            clock.instant());
            return new Answer(Optional.empty(), "OK", open);
        } catch (IOException e) {
            throw Text.failed("The account cannot be suspended", e);
        }
    }

    private Answer unsuspend(Caller caller, Arguments arguments) throws WhmException {
        AccountName name = Values.account(arguments, "user");
        return suspension.alone(
                name,
                () -> {
                    try (AccountHolds.Hold _ = desk.hold(name)) {
                        return unsuspend(caller, accounts.require(name));
                    }
                });
    }

    private Answer unsuspend(Caller caller, Account account) throws WhmException {
        if (!account.suspended()) {
            throw WhmException.refused(
                    "The account " + Text.quoted(account.name().value()) + " is not suspended.");
        }
        refuseIfLocked(caller, account);
        try {
            return new Answer(Optional.empty(), "OK", suspension.unsuspend(account));
        } catch (IOException e) {
            throw Text.failed("The account cannot be let in again", e);
        }
    }

    private void refuseIfLocked(Caller caller, Account account) throws WhmException {
        if (!caller.isRoot() && isLocked(account)) {
            throw WhmException.refused(
                    "The suspension of "
                            + Text.quoted(account.name().value())
                            + " can be changed by root only.");
        }
    }

    private boolean isLocked(Account account) throws WhmException {
        try {
            return suspension.isLocked(account);
        } catch (IOException e) {
            throw Text.failed("The suspension cannot be read", e);
        }
    }

    private Answer suspended(Caller caller, Arguments arguments) throws WhmException {
        Accounts.Visible visible = accounts.visibleTo(caller);
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        ArrayNode list = data.putArray("account");
        List<String> problems = new ArrayList<>(visible.problems());
        for (Account account : visible.accounts()) {
            if (account.suspended()) {
                show(account, list.addObject(), problems);
            }
        }
        return new Answer(Optional.of(data), "OK", problems);
    }

    private void show(Account account, ObjectNode node, List<String> problems) throws WhmException {
        String reason = "Unknown";
        try {
            reason = suspension.reason(account).orElse(reason);
        } catch (IOException e) {
            problems.add("reason not told: " + e.getMessage());
        }
        node.put("user", account.name().value());
        node.put("owner", account.owner());
        node.put("reason", reason);
        node.put("is_locked", isLocked(account) ? 1 : 0);
        String since = account.setting("SUSPENDTIME", "");
        if (since.matches("[0-9]{1,12}")) {
            Instant time = Instant.ofEpochSecond(Long.parseLong(since));
            node.put("unixtime", time.getEpochSecond());
            node.put("time", TIME.format(time.atZone(zone)));
        } else {
            node.putNull("unixtime");
            node.putNull("time");
        }
    }

    private Answer locked(Caller caller, Arguments arguments) throws WhmException {
        Accounts.Visible visible = accounts.visibleTo(caller);
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        ArrayNode list = data.putArray("account");
        for (Account account : visible.accounts()) {
            if (account.suspended() && isLocked(account)) {
                list.add(account.name().value());
            }
        }
        return new Answer(Optional.of(data), "OK", visible.problems());
    }
}
