package dev.packhorse.engine.whm.functions;

import static dev.packhorse.engine.whm.ParameterSpec.required;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.notify.Importance;
import dev.packhorse.engine.notify.ImportanceStore;
import dev.packhorse.engine.whm.Answer;
import dev.packhorse.engine.whm.Arguments;
import dev.packhorse.engine.whm.FunctionSpec;
import dev.packhorse.engine.whm.ParameterSpec;
import dev.packhorse.engine.whm.Permission;
import dev.packhorse.engine.whm.WhmException;
import dev.packhorse.engine.whm.WhmFunction;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// How urgently the administrator wants to be told of events.
final class ImportanceFunctions {
    private static final String NAME = "[A-Za-z0-9_:.-]{1,100}";

    private final ImportanceStore store;

    ImportanceFunctions(ImportanceStore store) {
        this.store = store;
    }

    List<WhmFunction> functions() {
        ParameterSpec app = required("app", ParameterSpec.Type.TEXT, "The application, as Backup");
        ParameterSpec event =
                required("event", ParameterSpec.Type.TEXT, "The event, as Failure; * is every one");
        ParameterSpec importance =
                required("importance", ParameterSpec.Type.CHOICE, "How urgent")
                        .oneOf("High", "Medium", "Low", "Disabled");
        return List.of(
                function(
                        "get_all_contact_importances",
                        "Lists how urgent each event is",
                        (_, _) -> all()),
                function(
                        "get_application_contact_importance",
                        "Tells how urgent an application's events are",
                        this::get,
                        app),
                function(
                        "get_application_contact_event_importance",
                        "Tells how urgent an event is",
                        this::get,
                        app,
                        event),
                function(
                        "set_application_contact_importance",
                        "Sets how urgent all events of an application are",
                        this::set,
                        app,
                        importance),
                function(
                        "set_application_contact_event_importance",
                        "Sets how urgent an event is",
                        this::set,
                        app,
                        event,
                        importance));
    }

    private static WhmFunction function(
            String name, String help, WhmFunction.Body body, ParameterSpec... parameters) {
        return new WhmFunction(FunctionSpec.of(name, Permission.ROOT, help, parameters), body);
    }

    private Answer all() throws WhmException {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        ArrayNode list = data.putArray("importances");
        try {
            for (Map.Entry<String, Importance> each : store.all().entrySet()) {
                int slash = each.getKey().indexOf('/');
                list.addObject()
                        .put("app", each.getKey().substring(0, slash))
                        .put("event", each.getKey().substring(slash + 1))
                        .put("importance", each.getValue().number())
                        .put("name", each.getValue().word());
            }
        } catch (IOException e) {
            throw unreadable(e);
        }
        return Answer.ok(data);
    }

    private Answer get(Caller caller, Arguments arguments) throws WhmException {
        try {
            Importance importance = store.of(app(arguments), event(arguments));
            return Answer.ok(
                    JsonNodeFactory.instance
                            .objectNode()
                            .put("importance", importance.number())
                            .put("name", importance.word()));
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private Answer set(Caller caller, Arguments arguments) throws WhmException {
        Importance importance = Importance.of(arguments.text("importance")).orElseThrow();
        try {
            store.set(app(arguments), event(arguments), importance);
        } catch (IOException e) {
            throw Text.failed("The importance cannot be set", e);
        }
        return Answer.ok();
    }

    private static String app(Arguments arguments) throws WhmException {
        return name("app", arguments.text("app"));
    }

    private static String event(Arguments arguments) throws WhmException {
        String event = arguments.find("event").orElse(ImportanceStore.EVERY);
        return event.equals(ImportanceStore.EVERY) ? event : name("event", event);
    }

    private static String name(String parameter, String text) throws WhmException {
        if (!text.matches(NAME)) {
            throw Text.badValue(
                    parameter, "use letters, digits, “_”, “:”, “.” and “-”, at most 100");
        }
        return text;
    }

    private static WhmException unreadable(IOException cause) {
        return Text.failed("The importances cannot be read", cause);
    }
}
