package dev.packhorse.engine.whm.functions;

import static dev.packhorse.engine.whm.ParameterSpec.flag;
import static dev.packhorse.engine.whm.ParameterSpec.required;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.job.RestoreArguments;
import dev.packhorse.engine.session.SessionId;
import dev.packhorse.engine.session.TransferTerms;
import dev.packhorse.engine.whm.Answer;
import dev.packhorse.engine.whm.Arguments;
import dev.packhorse.engine.whm.FunctionSpec;
import dev.packhorse.engine.whm.ParameterSpec;
import dev.packhorse.engine.whm.Permission;
import dev.packhorse.engine.whm.WhmException;
import dev.packhorse.engine.whm.WhmFunction;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Transfer sessions: many archives of this server restored as one piece of work. Sessions with
/// other servers are not made here.
///
/// Source: whmapi1-protocol section 11.
final class TransferFunctions {
    /// The module's place among all of the API, as functions.json lists them.
    private static final int LOCAL_PRIORITY = 5_000;

    private static final int BACKUP_PRIORITY = 6_000;
    private static final Set<String> THIS_SERVER = Set.of("localhost", "127.0.0.1", "::1");

    private final TransferDesk desk;
    private final TransferItemForm form;
    private final ServerInfo server;

    TransferFunctions(TransferDesk desk, TransferItemForm form, ServerInfo server) {
        this.desk = desk;
        this.form = form;
        this.server = server;
    }

    List<WhmFunction> functions() {
        return List.of(
                function(
                        "available_transfer_modules",
                        "Lists what a transfer session can bring here",
                        (_, _) -> modules()),
                function(
                        "transfer_module_schema",
                        "Lists the keys of a transfer module's items",
                        (_, _) -> schema(),
                        required("module", ParameterSpec.Type.TEXT, "The module")
                                .oneOf("AccountLocal", "LegacyAccountBackup")),
                create(),
                function(
                        "enqueue_transfer_item",
                        "Adds an account to a transfer session",
                        this::enqueue,
                        TransferItemForm.parameters()),
                function(
                        "start_transfer_session",
                        "Restores the accounts of a transfer session that wait",
                        this::start,
                        session()),
                function(
                        "pause_transfer_session",
                        "Lets no further account of a transfer session begin",
                        this::pause,
                        session()),
                function(
                        "abort_transfer_session",
                        "Ends a transfer session; what was restored stays",
                        this::abort,
                        session()));
    }

    private WhmFunction create() {
        return function(
                "create_remote_root_transfer_session",
                "Makes a transfer session for archives of this server; there are none with others",
                this::create,
                required("host", ParameterSpec.Type.TEXT, "This server: localhost, or its name"),
                required("user", ParameterSpec.Type.TEXT, "Who reads the archives there: root"),
                flag(
                        "unrestricted_restore",
                        false,
                        "Root vouches for archives that are not of this server"));
    }

    private static ParameterSpec session() {
        return required("transfer_session_id", ParameterSpec.Type.TEXT, "The session's id");
    }

    private static WhmFunction function(
            String name, String help, WhmFunction.Body body, ParameterSpec... parameters) {
        return new WhmFunction(FunctionSpec.of(name, Permission.ROOT, help, parameters), body);
    }

    private static Answer modules() {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        data.putObject("modules")
                .put("AccountLocal", Integer.toString(LOCAL_PRIORITY))
                .put("LegacyAccountBackup", Integer.toString(BACKUP_PRIORITY));
        return Answer.ok(data);
    }

    private static Answer schema() {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        ObjectNode schema = data.putObject("schema");
        ObjectNode keys = schema.putObject("keys");
        ArrayNode required = schema.putArray("required");
        for (ParameterSpec parameter : TransferItemForm.parameters()) {
            String name = parameter.name();
            if (name.equals("transfer_session_id") || name.equals("module")) {
                continue;
            }
            keys.putObject(name).put("def", definition(parameter));
            if (parameter.required()) {
                required.add(name);
            }
        }
        schema.putArray("primary").add("user");
        return Answer.ok(data);
    }

    /// The type of a key in the words of a table's definition, which is what clients get.
    private static String definition(ParameterSpec parameter) {
        return switch (parameter.type()) {
            case FLAG ->
                    parameter
                            .defaultValue()
                            .map(value -> "int(1) DEFAULT " + value)
                            .orElse("int(1) DEFAULT NULL");
            case ACCOUNT, DATE, SLOT -> "char(255) DEFAULT NULL";
            case TEXT, SECRET, INTEGER, CHOICE, LIST -> "text";
        };
    }

    private Answer create(Caller caller, Arguments arguments) throws WhmException {
        String host = arguments.text("host");
        if (!THIS_SERVER.contains(host) && !host.equalsIgnoreCase(server.hostname())) {
            throw Text.badValue(
                    "host",
                    "accounts are restored from archives that lie on this server (localhost); copy"
                            + " the archives of another server here first");
        }
        if (!arguments.text("user").equals("root")) {
            throw Text.badValue("user", "archives of this server are read as root");
        }
        SessionId id = desk.create(arguments.flag("unrestricted_restore"));
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        data.put("transfer_session_id", id.value());
        data.put("create_rawout", "Session " + id + " takes archives of this server.\n");
        data.put("analyze_rawout", "");
        return Answer.ok(data);
    }

    private Answer enqueue(Caller caller, Arguments arguments) throws WhmException {
        SessionId id = Values.session(arguments, "transfer_session_id");
        TransferTerms terms = desk.terms(id).orElseThrow(() -> Values.noSession(id.value()));
        RestoreArguments item = form.read(arguments, terms.vouched());
        desk.add(id, caller.user(), item);
        return Answer.ok();
    }

    private Answer start(Caller caller, Arguments arguments) throws WhmException {
        desk.start(Values.session(arguments, "transfer_session_id"), caller.user());
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        data.put("pid", ProcessHandle.current().pid());
        return Answer.ok(data);
    }

    private Answer pause(Caller caller, Arguments arguments) throws WhmException {
        desk.pause(Values.session(arguments, "transfer_session_id"), caller.user());
        return Answer.withReason("OK.");
    }

    private Answer abort(Caller caller, Arguments arguments) throws WhmException {
        desk.abort(Values.session(arguments, "transfer_session_id"), caller.user());
        return Answer.ok();
    }
}
