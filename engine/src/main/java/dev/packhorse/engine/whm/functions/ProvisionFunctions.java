package dev.packhorse.engine.whm.functions;

import static dev.packhorse.engine.whm.ParameterSpec.flag;
import static dev.packhorse.engine.whm.ParameterSpec.optional;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.auth.HostUsers;
import dev.packhorse.engine.auth.TokenStore;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.AccountHolds;
import dev.packhorse.engine.host.DomainName;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.provision.AccountCreation;
import dev.packhorse.engine.provision.AccountOrder;
import dev.packhorse.engine.provision.AccountRemoval;
import dev.packhorse.engine.provision.ProvisionException;
import dev.packhorse.engine.queue.Job;
import dev.packhorse.engine.queue.JobFilter;
import dev.packhorse.engine.queue.JobQueue;
import dev.packhorse.engine.queue.JobState;
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
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Makes accounts and removes them.
final class ProvisionFunctions {
    /// Jobs that work on an account as it is on this server.
    private static final Set<JobKind> ON_ACCOUNTS =
            Set.of(JobKind.BACKUP, JobKind.PKGACCT, JobKind.RESTORE);

    private static final Set<JobState> OPEN =
            Set.of(JobState.HELD, JobState.PENDING, JobState.ACTIVE);
    private static final List<String> NUMBERS = List.of("", "2", "3", "4");

    private final AccountDesk desk;
    private final NewAccountForm form;
    private final NewUsernameRules names;
    private final Accounts accounts;
    private final JobQueue queue;
    private final TokenStore tokens;
    private final HostUsers users;

    /// Makes accounts one after another, and keeps removals from beginning meanwhile. Nothing that
    /// takes as long as files are many is done under it.
    private final ReentrantLock changing = new ReentrantLock();

    ProvisionFunctions(
            AccountDesk desk,
            NewAccountForm form,
            NewUsernameRules names,
            Accounts accounts,
            JobQueue queue,
            TokenStore tokens,
            HostUsers users) {
        this.desk = desk;
        this.form = form;
        this.names = names;
        this.accounts = accounts;
        this.queue = queue;
        this.tokens = tokens;
        this.users = users;
    }

    List<WhmFunction> functions() {
        return List.of(
                new WhmFunction(
                                FunctionSpec.of(
                                        "createacct",
                                        new Permission("create-acct"),
                                        "Makes an account with its user, home and domain",
                                        NewAccountForm.parameters()),
                                this::create)
                        .onOwnThread(),
                new WhmFunction(
                                FunctionSpec.of(
                                        "removeacct",
                                        new Permission("kill-acct"),
                                        "Removes an account with its home and databases for good; its"
                                                + " backups stay",
                                        optional(
                                                "username",
                                                ParameterSpec.Type.ACCOUNT,
                                                "The account"),
                                        optional(
                                                "user",
                                                ParameterSpec.Type.ACCOUNT,
                                                "The older name of “username”"),
                                        flag("keepdns", false, "Keep its zones")),
                                this::remove)
                        .onOwnThread());
    }

    private Answer create(Caller caller, Arguments arguments) throws WhmException {
        // Clients may write it as they like; the system's names have no capitals.
        String wanted = arguments.text("username").toLowerCase(Locale.ROOT);
        changing.lock();
        try {
            String conflict = names.conflict(wanted);
            if (!conflict.isEmpty()) {
                throw WhmException.refused(conflict);
            }
            refuseOneTooMany(caller);
            return create(caller, arguments, new AccountName(wanted));
        } catch (ProvisionException e) {
            throw refusal("The account " + Text.quoted(wanted) + " cannot be made", e);
        } catch (IOException e) {
            throw Text.failed("The account cannot be made", e);
        } finally {
            changing.unlock();
        }
    }

    private Answer create(Caller caller, Arguments arguments, AccountName name)
            throws WhmException, ProvisionException, IOException {
        try (AccountHolds.Hold _ = desk.hold(name)) {
            refuseOpenJobs(name);
            AccountOrder order = form.read(caller, arguments, name, accounts, queue.now());
            refuseLeavingOwner(name, order.settings().getOrDefault("OWNER", "root"));
            AccountCreation.Made made = desk.creation().create(order);
            List<String> notes = new ArrayList<>(made.notes());
            notes.addAll(NewAccountRefusals.lacks(arguments));
            if (!arguments.has("password") && !arguments.has("pass")) {
                notes.add("the account has no password; set one with passwd");
            }
            return new Answer(Optional.of(shown(made)), "Account Creation Ok", notes);
        }
    }

    /// A removal asks whom its account owns only when it has hold of it.
    private void refuseLeavingOwner(AccountName name, String owner) throws WhmException {
        if (!owner.equals(name.value())
                && AccountName.isValid(owner)
                && desk.holds().isHeld(new AccountName(owner))) {
            throw WhmException.refused(
                    "The owner " + Text.quoted(owner) + " is being suspended or removed.");
        }
    }

    /// Its own account counts if nobody else owns it.
    private void refuseOneTooMany(Caller caller) throws WhmException {
        OptionalInt most = caller.isRoot() ? OptionalInt.empty() : desk.quotas().of(caller.user());
        if (most.isEmpty()) {
            return;
        }
        long has =
                accounts.visibleTo(caller).accounts().stream()
                        .filter(account -> account.owner().equals(caller.user()))
                        .count();
        if (has >= most.getAsInt()) {
            throw WhmException.refused(
                    "You have "
                            + has
                            + " accounts and may have "
                            + most.getAsInt()
                            + "; remove one, or have the server's administrator allow more.");
        }
    }

    private static ObjectNode shown(AccountCreation.Made made) {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        Account account = made.account();
        data.put("ip", account.setting("IP", ""));
        data.put("package", account.setting("PLAN", "default"));
        List<DomainName> servers = made.nameServers();
        for (int i = 0; i < NUMBERS.size(); i++) {
            String server = i < servers.size() ? servers.get(i).value() : "";
            data.put("nameserver" + NUMBERS.get(i), server);
            // addresses of name servers are not looked up
            data.put("nameservera" + NUMBERS.get(i), "");
            data.put("nameserverentry" + NUMBERS.get(i), "");
        }
        return data;
    }

    private Answer remove(Caller caller, Arguments arguments) throws WhmException {
        AccountName name = removed(arguments);
        if (name.value().equals(caller.user())) {
            throw WhmException.refused("An account cannot remove itself.");
        }
        try (AccountHolds.Hold _ = desk.hold(name)) {
            Optional<AccountRemoval.Begun> begun = begin(caller, name, arguments.flag("keepdns"));
            List<String> notes =
                    begun.isPresent()
                            ? begun.get().finish()
                            : List.of("there was no user of the name any more");
            return new Answer(Optional.empty(), name + " account removed", notes);
        } catch (ProvisionException e) {
            throw refusal("The account " + Text.quoted(name.value()) + " stays", e);
        } catch (IOException e) {
            throw Text.failed("The account " + Text.quoted(name.value()) + " stays", e);
        }
    }

    /// @return empty if there was nothing but the end of an earlier removal to do, and that is done
    private Optional<AccountRemoval.Begun> begin(Caller caller, AccountName name, boolean keepDns)
            throws WhmException, ProvisionException, IOException {
        changing.lock();
        try {
            // Its own customers would have nobody left.
            if (!caller.isRoot() && users.isReseller(name.value())) {
                throw WhmException.refused(
                        "The account "
                                + Text.quoted(name.value())
                                + " is a reseller, which only root removes.");
            }
            Optional<Account> account = accounts.find(name);
            if (account.isEmpty() && !(caller.isRoot() && desk.removal().isLeft(name))) {
                throw Text.noUser(name.value());
            }
            refuseOpenJobs(name);
            if (account.isEmpty()) {
                tokens.revokeAll(name.value());
                desk.removal().removeLeft(name);
                return Optional.empty();
            }
            // A later account of the name must not be entered with the keys of this one. Comes
            // first, so that no end of the removal leaves them.
            return Optional.of(
                    desk.removal()
                            .begin(account.get(), keepDns, () -> tokens.revokeAll(name.value())));
        } finally {
            changing.unlock();
        }
    }

    private static AccountName removed(Arguments arguments) throws WhmException {
        Optional<String> username = arguments.find("username");
        Optional<String> user = arguments.find("user");
        if (username.isEmpty() && user.isEmpty()) {
            throw WhmException.failure("Provide the “username” argument.");
        }
        if (username.isPresent() && user.isPresent() && !username.equals(user)) {
            throw WhmException.failure(
                    "The arguments “username” and “user” name different accounts.");
        }
        return Values.account(username.or(() -> user).orElseThrow());
    }

    private static WhmException refusal(String what, ProvisionException why) {
        WhmException refusal = WhmException.refused(what + ": " + why.getMessage() + ".");
        refusal.initCause(why);
        return refusal;
    }

    /// Neither may happen while a job reads or writes the account, or will. Asked under a hold: a
    /// job that begins after this waits.
    private void refuseOpenJobs(AccountName name) throws WhmException {
        List<Job> open = queue.list(JobFilter.of(ON_ACCOUNTS, OPEN).about(name.value()).limit(10));
        if (!open.isEmpty()) {
            throw WhmException.refused(
                    "There is work on the account "
                            + Text.quoted(name.value())
                            + " ("
                            + open.getFirst().request().kind()
                            + " "
                            + open.getFirst().id()
                            + "); wait for its end, or cancel it.");
        }
    }
}
