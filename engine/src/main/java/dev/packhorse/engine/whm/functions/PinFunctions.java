package dev.packhorse.engine.whm.functions;

import static dev.packhorse.engine.whm.ParameterSpec.optional;
import static dev.packhorse.engine.whm.ParameterSpec.required;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.catalog.Catalog;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.retention.Pin;
import dev.packhorse.engine.whm.Answer;
import dev.packhorse.engine.whm.Arguments;
import dev.packhorse.engine.whm.FunctionSpec;
import dev.packhorse.engine.whm.ParameterSpec;
import dev.packhorse.engine.whm.Permission;
import dev.packhorse.engine.whm.WhmException;
import dev.packhorse.engine.whm.WhmFunction;
import java.io.IOException;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Pins: restore points that stay whatever the rules say.
final class PinFunctions {
    private static final ParameterSpec USER =
            required("user", ParameterSpec.Type.ACCOUNT, "The account");
    private static final ParameterSpec DATE =
            required(
                    "date",
                    ParameterSpec.Type.SLOT,
                    "The date, or date and time of one restore point as listed");
    private static final ParameterSpec DESTINATION =
            optional(
                    "destid",
                    ParameterSpec.Type.TEXT,
                    "Only at this destination, “local” for the backup directory; else everywhere");

    private final Catalog catalog;
    private final RetentionDesk desk;

    PinFunctions(Catalog catalog, RetentionDesk desk) {
        this.catalog = catalog;
        this.desk = desk;
    }

    List<WhmFunction> functions() {
        return List.of(
                function(
                        "pin_add",
                        "Keeps the restore points of a date, whatever the rules of retention say",
                        this::add,
                        USER,
                        DATE,
                        DESTINATION,
                        optional(
                                "until",
                                ParameterSpec.Type.DATE,
                                "The last day on which they stay; else for ever")),
                function("pin_remove", "Takes back a pin", this::remove, USER, DATE, DESTINATION),
                function(
                        "pin_list",
                        "Lists the pins",
                        this::list,
                        optional("user", ParameterSpec.Type.ACCOUNT, "Only of this account")));
    }

    private static WhmFunction function(
            String name, String help, WhmFunction.Body body, ParameterSpec... parameters) {
        return new WhmFunction(
                FunctionSpec.of("packhorse_" + name, Permission.ROOT, help, parameters), body);
    }

    private Answer add(Caller caller, Arguments arguments) throws WhmException {
        Pin pin = pin(arguments);
        LocalDate today = desk.planner().guard().today();
        if (pin.until().filter(today::isAfter).isPresent()) {
            throw Text.badValue("until", pin.until().get() + " is over");
        }
        if (catalog.ofAccount(pin.account()).stream().noneMatch(pin::isOf)) {
            throw WhmException.failure(
                    "There is no restore point of %s on %s."
                            .formatted(Text.quoted(pin.account().value()), pin.slot()));
        }
        try {
            desk.pins().add(pin);
        } catch (IOException e) {
            throw Text.failed("The pin cannot be set", e);
        }
        return Answer.ok();
    }

    private Answer remove(Caller caller, Arguments arguments) throws WhmException {
        Pin pin = pin(arguments);
        try {
            if (!desk.pins().remove(pin)) {
                throw WhmException.failure(
                        "There is no such pin of %s on %s."
                                .formatted(Text.quoted(pin.account().value()), pin.slot()));
            }
        } catch (IOException e) {
            throw Text.failed("The pin cannot be taken back", e);
        }
        return Answer.ok();
    }

    private static Pin pin(Arguments arguments) throws WhmException {
        Optional<DestinationId> destination =
                arguments.has("destid")
                        ? Optional.of(Values.destination(arguments, "destid"))
                        : Optional.empty();
        Optional<LocalDate> until =
                arguments.has("until")
                        ? Optional.of(Values.date(arguments, "until"))
                        : Optional.empty();
        return new Pin(
                Values.account(arguments, "user"),
                Values.slot(arguments, "date"),
                destination,
                until);
    }

    private Answer list(Caller caller, Arguments arguments) throws WhmException {
        Optional<AccountName> user = arguments.find("user").map(AccountName::new);
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        ArrayNode list = data.putArray("pins");
        try {
            for (Pin pin : desk.pins().all()) {
                if (user.map(pin.account()::equals).orElse(true)) {
                    list.addObject()
                            .put("user", pin.account().value())
                            .put("date", pin.slot().toString())
                            .put("destid", pin.destination().map(DestinationId::value).orElse(""))
                            .put("until", pin.until().map(LocalDate::toString).orElse(""));
                }
            }
        } catch (IOException e) {
            throw Text.failed("The pins cannot be read", e);
        }
        return Answer.ok(data);
    }
}
