package dev.packhorse.engine.whm.functions;

import static dev.packhorse.engine.whm.ParameterSpec.flag;
import static dev.packhorse.engine.whm.ParameterSpec.optional;
import static dev.packhorse.engine.whm.ParameterSpec.required;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.hook.Hook;
import dev.packhorse.engine.hook.HookPoint;
import dev.packhorse.engine.hook.HookStore;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.whm.Answer;
import dev.packhorse.engine.whm.Arguments;
import dev.packhorse.engine.whm.FunctionSpec;
import dev.packhorse.engine.whm.ParameterSpec;
import dev.packhorse.engine.whm.Permission;
import dev.packhorse.engine.whm.WhmException;
import dev.packhorse.engine.whm.WhmFunction;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The scripts that are hung into events. cPanel adds them by a program of its own; here that is a
/// function of ours.
final class HookFunctions {
    private final HookStore store;
    private final HookForm form;

    HookFunctions(HookStore store, HostRoot root) {
        this.store = store;
        this.form = new HookForm(root);
    }

    List<WhmFunction> functions() {
        ParameterSpec id = required("id", ParameterSpec.Type.TEXT, "The hook's id");
        return List.of(
                function("list_hooks", "Lists the hooks by event", (_, _) -> list()),
                function(
                        "edit_hook",
                        "Changes a hook; what is not given stays",
                        this::edit,
                        id,
                        optional("hook", ParameterSpec.Type.TEXT, "The script, absolute"),
                        optional(
                                "check",
                                ParameterSpec.Type.TEXT,
                                "A script that looks at what came of it"),
                        optional("rollback", ParameterSpec.Type.TEXT, "A script that undoes it"),
                        optional("description", ParameterSpec.Type.TEXT, "What it is for"),
                        optional("notes", ParameterSpec.Type.TEXT, "Anything else"),
                        optional("enabled", ParameterSpec.Type.FLAG, "Whether it is called"),
                        optional(
                                        "exectype",
                                        ParameterSpec.Type.CHOICE,
                                        "Only scripts are called here")
                                .oneOf("script", "module"),
                        optional("stage", ParameterSpec.Type.CHOICE, "When it is called")
                                .oneOf("pre", "post", "preFinalize", "postFinalize"),
                        optional(
                                        "weight",
                                        ParameterSpec.Type.INTEGER,
                                        "Smaller ones are called first")
                                .withRange(1, 1_000_000)),
                function("delete_hook", "Removes a hook", this::delete, id),
                function(
                        "reorder_hooks",
                        "Puts hooks into an order",
                        this::reorder,
                        required("ids", ParameterSpec.Type.TEXT, "Their ids, with commas between")),
                function(
                        "packhorse_hook_add",
                        "Hangs a script into an event",
                        this::add,
                        required("event", ParameterSpec.Type.CHOICE, "The event")
                                .oneOf(
                                        HookPoint.ALL.stream()
                                                .map(HookPoint::name)
                                                .toArray(String[]::new)),
                        required("stage", ParameterSpec.Type.TEXT, "When it is called, as pre"),
                        required("hook", ParameterSpec.Type.TEXT, "The script, absolute"),
                        optional(
                                        "check",
                                        ParameterSpec.Type.TEXT,
                                        "A script that looks at what came of it")
                                .withDefault(""),
                        optional("rollback", ParameterSpec.Type.TEXT, "A script that undoes it")
                                .withDefault(""),
                        optional("description", ParameterSpec.Type.TEXT, "What it is for")
                                .withDefault(""),
                        optional("notes", ParameterSpec.Type.TEXT, "Anything else").withDefault(""),
                        flag("blocking", false, "Whether its failure ends the event"),
                        flag(
                                "escalateprivs",
                                false,
                                "Whether it runs as root where it would run as the account")));
    }

    private static WhmFunction function(
            String name, String help, WhmFunction.Body body, ParameterSpec... parameters) {
        return new WhmFunction(FunctionSpec.of(name, Permission.ROOT, help, parameters), body);
    }

    private Answer list() throws WhmException {
        return Answer.ok(HookView.of(hooks()));
    }

    private List<Hook> hooks() throws WhmException {
        try {
            return store.list();
        } catch (IOException e) {
            throw Text.failed("The hooks cannot be read", e);
        }
    }

    private Hook require(String id) throws WhmException {
        return hooks().stream()
                .filter(hook -> hook.id().equals(id))
                .findFirst()
                .orElseThrow(() -> noHook(id));
    }

    private Answer edit(Caller caller, Arguments arguments) throws WhmException {
        String id = arguments.text("id");
        form.changed(require(id), arguments);
        try {
            // What the arguments say holds whatever somebody else changes in between.
            if (store.change(id, hook -> HookForm.with(hook, arguments)).isEmpty()) {
                throw noHook(id);
            }
        } catch (IOException e) {
            throw Text.failed("The hook cannot be changed", e);
        }
        return Answer.ok();
    }

    private Answer delete(Caller caller, Arguments arguments) throws WhmException {
        String id = arguments.text("id");
        try {
            if (!store.remove(id)) {
                throw noHook(id);
            }
        } catch (IOException e) {
            throw Text.failed("The hook cannot be removed", e);
        }
        return Answer.ok();
    }

    private Answer reorder(Caller caller, Arguments arguments) throws WhmException {
        List<String> ids =
                Arrays.stream(arguments.text("ids").split(",", -1)).map(String::strip).toList();
        if (new HashSet<>(ids).size() != ids.size()) {
            throw Text.badValue("ids", "an id comes twice");
        }
        for (String id : ids) {
            require(id);
        }
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        ArrayNode order = data.putArray("hook_order");
        try {
            for (Hook hook : store.reorder(ids).orElseThrow(() -> noHook(arguments.text("ids")))) {
                order.addObject().put("id", hook.id()).put("weight", hook.weight());
            }
        } catch (IOException e) {
            throw Text.failed("The hooks cannot be put into order", e);
        }
        return Answer.ok(data);
    }

    private Answer add(Caller caller, Arguments arguments) throws WhmException {
        Hook wanted = form.newHook(arguments);
        try {
            return Answer.ok(
                    JsonNodeFactory.instance.objectNode().put("id", store.add(wanted).id()));
        } catch (IOException e) {
            throw Text.failed("The hook cannot be added", e);
        }
    }

    private static WhmException noHook(String id) {
        return WhmException.failure("There is no hook " + Text.quoted(id) + ".");
    }
}
