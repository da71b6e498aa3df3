package dev.packhorse.engine.whm;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.catalog.CatalogException;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.queue.QueueException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Carries out calls: the one place where a function is found, the caller's right and ownership are
/// judged, arguments are checked, and failures get their form. Adds `applist` and `batch` to the
/// functions it is given. Safe for many threads.
public final class Dispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
    private static final String VERSION = "api.version";

    private final FunctionRegistry registry;
    private final OwnerCheck owners;
    private final CallAudit audit;
    private final BatchMemory memory = BatchMemory.usual();

    /// A dispatcher whose calls nobody keeps a record of.
    ///
    /// @throws IllegalArgumentException if two functions have one name or a declaration is wrong
    public Dispatcher(Collection<WhmFunction> functions, OwnerCheck owners) {
        this(functions, owners, CallAudit.NONE);
    }

    /// As the other.
    ///
    /// @param audit told of calls that change something, and of refusals
    public Dispatcher(Collection<WhmFunction> functions, OwnerCheck owners, CallAudit audit) {
        List<WhmFunction> all = new ArrayList<>(functions);
        all.add(ApplistFunction.of(this::names));
        all.add(BatchFunction.of(this::callOne));
        this.registry = new FunctionRegistry(all);
        this.owners = owners;
        this.audit = audit;
    }

    public FunctionRegistry registry() {
        return registry;
    }

    private List<String> names() {
        return registry.names();
    }

    /// Carries out one call in the version that its `api.version` asks for, 0 where that is absent.
    /// Never throws for what a caller or a function does wrong.
    public Reply call(Caller caller, String function, RawParameters parameters) {
        try (BatchMemory.Share share = memory.share()) {
            return call(caller, function, parameters, share);
        }
    }

    /// What batches take of the memory.
    public BatchMemory memory() {
        return memory;
    }

    /// As the other.
    ///
    /// @param share what the answer takes of the memory, to be closed when it is sent
    public Reply call(
            Caller caller, String function, RawParameters parameters, BatchMemory.Share share) {
        return ScopedValue.where(BatchFunction.SHARE, share)
                .call(() -> inItsVersion(caller, function, parameters));
    }

    private Reply inItsVersion(Caller caller, String function, RawParameters parameters) {
        List<String> versions = parameters.all(VERSION).stream().distinct().toList();
        if (versions.size() > 1) {
            return Envelope.of(
                    function,
                    failed(
                            function,
                            WhmException.failure(
                                    "The “api.version” argument is given more than once.")));
        }
        String version = versions.isEmpty() ? "0" : versions.getFirst();
        return switch (version) {
            case "0" -> callZero(caller, function, parameters);
            case "1" -> callOne(caller, function, parameters);
            default -> Envelope.of(function, unknown(function, Wording.shown(version)));
        };
    }

    private Reply callZero(Caller caller, String function, RawParameters parameters) {
        Optional<WhmFunction> found =
                ApiZero.has(function) ? registry.find(function) : Optional.empty();
        return found.map(f -> ApiZero.of(function, run(caller, f, RawParameters.NONE, parameters)))
                .orElseGet(() -> ApiZero.unknown(function));
    }

    private Reply callOne(Caller caller, String function, RawParameters parameters) {
        Outcome outcome =
                registry.find(function)
                        .map(found -> run(caller, found, parameters, parameters))
                        .orElseGet(() -> unknown(function, "1"));
        return Envelope.of(function, outcome);
    }

    /// Source: whmapi1-protocol section 4; cPanel's client looks for the words around the name.
    private static Outcome unknown(String function, String version) {
        return Outcome.Failed.because(
                "Unknown app (\""
                        + function
                        + "\") requested for this version ("
                        + version
                        + ") of the API.");
    }

    private Outcome run(
            Caller caller, WhmFunction function, RawParameters generic, RawParameters own) {
        FunctionSpec spec = function.spec();
        if (!isPermitted(caller, spec.permission())) {
            Outcome.Failed denied =
                    Outcome.Failed.because(
                            "You do not have permission to call “" + spec.name() + "”.");
            note(caller, spec, own, CallAudit.End.DENIED, denied.reason());
            return denied;
        }
        Outcome outcome = carryOut(caller, function, generic, own);
        switch (outcome) {
            case Outcome.Done _ -> {
                if (!ReadingFunctions.has(spec.name())) {
                    note(caller, spec, own, CallAudit.End.DONE, "");
                }
            }
            case Outcome.Failed failed -> {
                // Of an account that is not there and of one of somebody else the answer is the
                // same; to root it is a mistake.
                if (failed.unknownAccount() && !caller.isRoot()) {
                    note(caller, spec, own, CallAudit.End.DENIED, failed.reason());
                } else if (!ReadingFunctions.has(spec.name())) {
                    note(caller, spec, own, CallAudit.End.FAILED, failed.reason());
                }
            }
        }
        return outcome;
    }

    private void note(
            Caller caller, FunctionSpec spec, RawParameters own, CallAudit.End end, String reason) {
        String account =
                spec.parameters().stream()
                        .filter(each -> each.type() == ParameterSpec.Type.ACCOUNT)
                        .flatMap(each -> own.all(each.name()).stream())
                        .filter(AccountName::isValid)
                        .findFirst()
                        .orElse("");
        Set<String> given = new TreeSet<>();
        for (ParameterSpec parameter : spec.parameters()) {
            if (!own.all(parameter.name()).isEmpty()) {
                given.add(parameter.name());
            }
        }
        audit.ended(caller, spec.name(), given, account, end, reason);
    }

    private Outcome carryOut(
            Caller caller, WhmFunction function, RawParameters generic, RawParameters own) {
        FunctionSpec spec = function.spec();
        try {
            Transforms transforms = Transforms.parse(generic);
            Arguments arguments = ArgumentChecker.check(spec, own);
            checkOwner(caller, spec, arguments);
            Answer answer = function.body().call(caller, arguments);
            ObjectNode metadata = JsonNodeFactory.instance.objectNode();
            return new Outcome.Done(transformed(spec, transforms, answer, metadata), metadata);
        } catch (WhmException e) {
            return failed(spec.name(), e);
        } catch (QueueException | CatalogException e) {
            return storeFailed(caller, spec.name(), e);
        } catch (IOException | RuntimeException e) {
            return broken(caller, spec.name(), e);
        }
    }

    /// What a call has changed stays changed, and what it tells may be told once only, as a new
    /// token: a transform that does not fit its answer must not make a failure of it.
    private static Answer transformed(
            FunctionSpec spec, Transforms transforms, Answer answer, ObjectNode metadata)
            throws WhmException {
        try {
            return transforms.apply(answer, metadata);
        } catch (WhmException e) {
            if (ReadingFunctions.has(spec.name()) && !spec.name().equals(BatchFunction.NAME)) {
                throw e;
            }
            metadata.removeAll();
            return answer.warning(
                    e.getMessage() + " The call was carried out, and this is its whole answer.");
        }
    }

    private static boolean isPermitted(Caller caller, Permission permission) {
        if (permission.equals(Permission.AUTHENTICATED)) {
            return true;
        }
        return permission.equals(Permission.ROOT) ? caller.isRoot() : caller.has(permission.acl());
    }

    private void checkOwner(Caller caller, FunctionSpec spec, Arguments arguments)
            throws WhmException, IOException {
        for (ParameterSpec parameter : spec.parameters()) {
            if (parameter.type() != ParameterSpec.Type.ACCOUNT) {
                continue;
            }
            Optional<String> name = arguments.find(parameter.name());
            if (name.isPresent() && !owners.mayActOn(caller, new AccountName(name.get()))) {
                throw WhmException.unknownAccount(name.get());
            }
        }
    }

    private static Outcome failed(String function, WhmException failure) {
        String reason = String.valueOf(failure.getMessage());
        if (failure.form() == WhmException.Form.WITH_XID) {
            String xid = Xid.next();
            LOG.atDebug().addKeyValue("function", function).addKeyValue("xid", xid).log("refused");
            reason = "API failure: (XID " + xid + ") " + reason;
        }
        return new Outcome.Failed(reason, failure.data(), failure.isUnknownAccount(), false);
    }

    /// Whether the call took place is not known, as when the answer of a commit was lost.
    private static Outcome storeFailed(Caller caller, String function, RuntimeException fault) {
        String xid = logged(caller, function, fault);
        return new Outcome.Failed(
                "API failure: (XID "
                        + xid
                        + ") The store of this server does not answer; try again later. The log"
                        + " says why under this XID.",
                Optional.empty(),
                false,
                true);
    }

    /// The answer tells nothing of the fault but the mark under which the log has it.
    private static Outcome broken(Caller caller, String function, Exception fault) {
        return Outcome.Failed.because(
                "API failure: (XID "
                        + logged(caller, function, fault)
                        + ") The server could not carry out “"
                        + function
                        + "”; its log says why under this XID.");
    }

    private static String logged(Caller caller, String function, Exception fault) {
        String xid = Xid.next();
        LOG.atError()
                .addKeyValue("function", function)
                .addKeyValue("user", caller.user())
                .addKeyValue("xid", xid)
                .setCause(fault)
                .log("function failed");
        return xid;
    }
}
