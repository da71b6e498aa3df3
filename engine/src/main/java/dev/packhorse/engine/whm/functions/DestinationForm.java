package dev.packhorse.engine.whm.functions;

import static dev.packhorse.engine.whm.ParameterSpec.flag;
import static dev.packhorse.engine.whm.ParameterSpec.optional;
import static dev.packhorse.engine.whm.ParameterSpec.required;

import dev.packhorse.engine.destination.Destination;
import dev.packhorse.engine.destination.DestinationSettings;
import dev.packhorse.engine.destination.DestinationType;
import dev.packhorse.engine.destination.LocalPlaces;
import dev.packhorse.engine.destination.SlotLimit;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.whm.Arguments;
import dev.packhorse.engine.whm.ParameterSpec;
import dev.packhorse.engine.whm.WhmException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Makes destinations out of arguments.
final class DestinationForm {
    private static final ParameterSpec TIMEOUT =
            optional("timeout", ParameterSpec.Type.INTEGER, "Seconds that one session may wait")
                    .withRange(30, 300)
                    .judgedByFunction();

    private static final ParameterSpec SLOTS =
            optional(
                            "upload_slots",
                            ParameterSpec.Type.INTEGER,
                            "How many uploads of all servers go there at a time; empty for any number")
                    .withRange(1, SlotLimit.MOST)
                    .judgedByFunction();
    private static final ParameterSpec SLOTS_PATH =
            optional(
                    "upload_slots_path",
                    ParameterSpec.Type.TEXT,
                    "The folder there, the same for all servers, by which they tell each other");

    private final LocalPlaces places;

    DestinationForm(LocalPlaces places) {
        this.places = places;
    }

    static List<ParameterSpec> toAdd() {
        return with(
                RemoteForm.parameters(),
                required("name", ParameterSpec.Type.TEXT, "A name for people"),
                required("type", ParameterSpec.Type.TEXT, "What it is: " + types()),
                flag("disabled", false, "Send nothing there"),
                flag("upload_system_backup", false, "Send the system's files there, too"),
                flag("only_used_for_logs", false, "Send no archives of accounts there"),
                TIMEOUT.withDefault(String.valueOf(Destination.DEFAULT_TIMEOUT_SECONDS)),
                SLOTS,
                SLOTS_PATH,
                flag(
                        "mount",
                        false,
                        "Mount the path of type Local while it is used, and unmount it then"),
                flag("no_mount_fail", false, "Fail if that cannot be mounted"));
    }

    private static List<ParameterSpec> with(List<ParameterSpec> more, ParameterSpec... first) {
        return Stream.concat(Stream.of(first), more.stream()).toList();
    }

    private static String types() {
        return Arrays.stream(DestinationType.values())
                .map(DestinationType::word)
                .collect(Collectors.joining(", "));
    }

    static List<ParameterSpec> toSet() {
        return with(
                RemoteForm.parameters(),
                required("id", ParameterSpec.Type.TEXT, "The destination's id"),
                optional("name", ParameterSpec.Type.TEXT, "A new name"),
                optional("type", ParameterSpec.Type.TEXT, "Its type, which cannot be changed"),
                optional("disabled", ParameterSpec.Type.FLAG, "Send nothing there"),
                optional("disable_reason", ParameterSpec.Type.TEXT, "Why it is switched off"),
                optional(
                        "upload_system_backup",
                        ParameterSpec.Type.FLAG,
                        "Send the system's files there, too"),
                optional(
                        "only_used_for_logs",
                        ParameterSpec.Type.FLAG,
                        "Send no archives of accounts there"),
                TIMEOUT,
                SLOTS,
                SLOTS_PATH,
                optional(
                        "mount",
                        ParameterSpec.Type.FLAG,
                        "Mount the path while it is used, and unmount it then"),
                optional(
                        "no_mount_fail",
                        ParameterSpec.Type.FLAG,
                        "Fail if that cannot be mounted"));
    }

    Destination added(Arguments arguments) throws WhmException {
        DestinationType type = type(arguments.text("type"));
        DestinationSettings settings =
                type == DestinationType.LOCAL
                        ? new DestinationSettings.Local(
                                path(Optional.empty(), arguments.find("path").orElse("")),
                                arguments.flag("mount"),
                                arguments.flag("no_mount_fail"))
                        : RemoteForm.added(type, arguments);
        try {
            return new Destination(
                    DestinationId.random(),
                    type,
                    arguments.text("name").strip(),
                    arguments.flag("disabled"),
                    "",
                    arguments.flag("upload_system_backup"),
                    arguments.flag("only_used_for_logs"),
                    timeout(arguments, Destination.DEFAULT_TIMEOUT_SECONDS),
                    settings,
                    slots(settings, Optional.empty(), arguments));
        } catch (IllegalArgumentException e) {
            throw WhmException.failure("Invalid backup destination: " + e.getMessage() + ".");
        }
    }

    Destination changed(Destination before, Arguments arguments) throws WhmException {
        if (arguments.has("type") && type(arguments.text("type")) != before.type()) {
            throw Text.badValue(
                    "type", "the destination is of type " + before.type().word() + ", which stays");
        }
        boolean disabled = flagOr(arguments, "disabled", before.disabled());
        String reason = arguments.find("disable_reason").orElse(before.disableReason());
        DestinationSettings settings = settings(before, arguments);
        try {
            return new Destination(
                    before.id(),
                    before.type(),
                    arguments.find("name").map(String::strip).orElse(before.name()),
                    disabled,
                    disabled ? reason : "",
                    flagOr(arguments, "upload_system_backup", before.uploadSystemBackup()),
                    flagOr(arguments, "only_used_for_logs", before.onlyUsedForLogs()),
                    timeout(arguments, before.timeoutSeconds()),
                    settings,
                    slots(settings, before.slots(), arguments));
        } catch (IllegalArgumentException e) {
            throw WhmException.failure("Invalid backup destination: " + e.getMessage() + ".");
        }
    }

    private DestinationSettings settings(Destination before, Arguments arguments)
            throws WhmException {
        return switch (before.settings()) {
            case DestinationSettings.Local local ->
                    new DestinationSettings.Local(
                            arguments.has("path")
                                    ? path(Optional.of(before), arguments.text("path"))
                                    : local.path(),
                            flagOr(arguments, "mount", local.mount()),
                            flagOr(arguments, "no_mount_fail", local.noMountFail()));
            case DestinationSettings.Remote remote ->
                    RemoteForm.changed(before.type(), remote, arguments);
        };
    }

    /// What is given empty, as forms send it, is the usual one.
    private static int timeout(Arguments arguments, int otherwise) throws WhmException {
        if (!arguments.has("timeout")) {
            return otherwise;
        }
        String given = arguments.text("timeout").strip();
        return given.isEmpty()
                ? Destination.DEFAULT_TIMEOUT_SECONDS
                : Integer.parseInt(TIMEOUT.normalise(given));
    }

    private Optional<SlotLimit> slots(
            DestinationSettings settings, Optional<SlotLimit> before, Arguments arguments)
            throws WhmException {
        String uploads =
                arguments
                        .find("upload_slots")
                        .orElse(before.map(it -> String.valueOf(it.uploads())).orElse(""));
        String path =
                arguments.find("upload_slots_path").orElse(before.map(SlotLimit::path).orElse(""));
        if (uploads.isBlank()) {
            return Optional.empty();
        }
        SlotLimit limit = SlotLimit.of(SLOTS.normalise(uploads.strip()), path);
        if (settings instanceof DestinationSettings.Local local) {
            if (local.mount()) {
                // The tokens must be there when the disk is not, or lie below it unseen.
                throw Text.badValue(
                        "upload_slots",
                        "a destination with mount=1 can have none: leave its disk mounted, or take one of them away");
            }
            try {
                places.paths().check(limit.path());
            } catch (IOException e) {
                throw Text.badValue("upload_slots_path", String.valueOf(e.getMessage()));
            }
        }
        return Optional.of(limit);
    }

    private String path(Optional<Destination> self, String text) throws WhmException {
        if (text.isEmpty()) {
            throw WhmException.failure("Provide the “path” argument.");
        }
        String path =
                text.length() > 1 && text.endsWith("/")
                        ? text.substring(0, text.length() - 1)
                        : text;
        try {
            places.check(self, path);
        } catch (IOException e) {
            throw Text.badValue("path", String.valueOf(e.getMessage()));
        }
        return path;
    }

    private static DestinationType type(String word) throws WhmException {
        return DestinationType.of(word)
                .orElseThrow(
                        () -> Text.badValue("type", Text.quoted(word) + " is none of " + types()));
    }

    private static boolean flagOr(Arguments arguments, String name, boolean otherwise) {
        return arguments.has(name) ? arguments.flag(name) : otherwise;
    }
}
