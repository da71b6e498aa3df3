package dev.packhorse.engine.whm.functions;

import static dev.packhorse.engine.whm.ParameterSpec.flag;
import static dev.packhorse.engine.whm.ParameterSpec.required;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.backupconfig.BackupConfigFile;
import dev.packhorse.engine.backupconfig.ConfigKey;
import dev.packhorse.engine.destination.Destination;
import dev.packhorse.engine.destination.DestinationCheck;
import dev.packhorse.engine.destination.DestinationCheckException;
import dev.packhorse.engine.destination.DestinationProof;
import dev.packhorse.engine.destination.DestinationSettings;
import dev.packhorse.engine.destination.DestinationStore;
import dev.packhorse.engine.destination.DestinationType;
import dev.packhorse.engine.destination.LocalMounts;
import dev.packhorse.engine.destination.LocalPlaces;
import dev.packhorse.engine.destination.PlaceTakenException;
import dev.packhorse.engine.destination.PlainDestinations;
import dev.packhorse.engine.destination.TransportOpener;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.whm.Answer;
import dev.packhorse.engine.whm.Arguments;
import dev.packhorse.engine.whm.FunctionSpec;
import dev.packhorse.engine.whm.ParameterSpec;
import dev.packhorse.engine.whm.Permission;
import dev.packhorse.engine.whm.WhmException;
import dev.packhorse.engine.whm.WhmFunction;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.TransportTraits;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Backup destinations: their settings, and the proof that one works.
///
/// Source: whmapi1-protocol section 9.
final class BackupDestinationFunctions {
    private static final ParameterSpec ID =
            required("id", ParameterSpec.Type.TEXT, "The destination's id");

    private final DestinationStore store;
    private final Destinations destinations;
    private final BackupConfigFile config;
    private final DestinationForm form;
    private final LocalPlaces places;
    private final DestinationCheck check;
    private final DestinationProof proof;

    BackupDestinationFunctions(
            DestinationStore store,
            BackupConfigFile config,
            LocalPlaces places,
            TransportOpener opener) {
        this.store = store;
        this.config = config;
        this.destinations = new Destinations(store);
        this.form = new DestinationForm(places);
        this.places = places;
        this.check = new DestinationCheck(opener);
        this.proof = new DestinationProof(opener);
    }

    List<WhmFunction> functions() {
        return List.of(
                function("add", "Adds a backup destination", this::add, DestinationForm.toAdd()),
                function("set", "Changes a backup destination", this::set, DestinationForm.toSet()),
                function("get", "Shows a backup destination", this::get, List.of(ID)),
                function("list", "Lists the backup destinations", this::list, List.of()),
                function(
                        "delete",
                        "Removes a backup destination's settings; what is stored there stays",
                        this::delete,
                        List.of(ID)),
                function(
                                "validate",
                                "Stores, reads, lists and deletes a test object at a destination",
                                this::validate,
                                List.of(
                                        ID,
                                        flag(
                                                "disableonfail",
                                                false,
                                                "Switch the destination off if that fails")))
                        .onOwnThread(),
                new WhmFunction(
                                FunctionSpec.of(
                                        "packhorse_destination_verify",
                                        Permission.ROOT,
                                        "Tries at a destination what every destination promises",
                                        ID),
                                this::verify)
                        .onOwnThread());
    }

    private static WhmFunction function(
            String verb, String help, WhmFunction.Body body, List<ParameterSpec> parameters) {
        return new WhmFunction(
                new FunctionSpec("backup_destination_" + verb, help, Permission.ROOT, parameters),
                body);
    }

    private Answer add(Caller caller, Arguments arguments) throws WhmException {
        Destination destination = form.added(arguments);
        try {
            store.add(destination);
        } catch (PlaceTakenException e) {
            throw placeTaken(e);
        } catch (IllegalArgumentException e) {
            throw Text.badValue("name", String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw Text.failed("The backup destination cannot be written", e);
        }
        List<String> warnings = new ArrayList<>(PlainDestinations.log(destination));
        if (destination.type() == DestinationType.WEBDAV && !arguments.has("ssl")) {
            warnings.add(
                    "“ssl” was not given and is 1 here: the destination is reached over TLS. Give"
                            + " ssl=0 for a server without.");
        }
        return new Answer(Optional.of(id(destination.id())), "OK", warnings);
    }

    private Answer set(Caller caller, Arguments arguments) throws WhmException {
        DestinationId id = Values.destination(arguments, "id");
        change(id, now -> form.changed(now, arguments));
        List<String> warnings = PlainDestinations.log(destinations.require(id));
        return new Answer(Optional.empty(), "OK", warnings);
    }

    private Answer get(Caller caller, Arguments arguments) throws WhmException {
        return Answer.ok(view(destinations.require(Values.destination(arguments, "id"))));
    }

    private ObjectNode view(Destination destination) {
        return DestinationView.of(destination, places.paths().mounts());
    }

    private Answer list(Caller caller, Arguments arguments) throws WhmException {
        DestinationStore.Contents contents = destinations.contents();
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        ArrayNode list = data.putArray("destination_list");
        contents.destinations().forEach(each -> list.add(view(each)));
        return new Answer(Optional.of(data), "OK", contents.problems());
    }

    private Answer delete(Caller caller, Arguments arguments) throws WhmException {
        DestinationId id = Values.destination(arguments, "id");
        try {
            if (!store.delete(id)) {
                throw Values.noDestination(id.value());
            }
        } catch (IOException e) {
            throw Text.failed("The backup destination cannot be removed", e);
        }
        return Answer.ok();
    }

    private void requireUsable(DestinationSettings.Local folder) throws IOException {
        try (LocalMounts.Use _ = places.paths().use(folder)) {
            places.paths().prepare(folder);
        }
    }

    private Answer validate(Caller caller, Arguments arguments) throws WhmException {
        Destination destination = destinations.require(Values.destination(arguments, "id"));
        boolean trees = takesTrees(destination);
        try {
            if (destination.settings() instanceof DestinationSettings.Local local) {
                requireUsable(local);
            }
            ObjectNode data = id(destination.id());
            ArrayNode steps = data.putArray("steps");
            for (DestinationCheck.Passed step :
                    check.run(destination, trees, Cancellation.never())) {
                steps.addObject()
                        .put("step", step.name())
                        .put("milliseconds", step.took().toMillis());
            }
            return new Answer(Optional.of(data), "OK", PlainDestinations.warnings(destination));
        } catch (IOException e) {
            String reason = "Validation of " + Text.quoted(destination.name()) + " failed";
            if (arguments.flag("disableonfail") && mayBeOfPlace(e)) {
                // of settings that were changed meanwhile nothing is known
                change(
                        destination.id(),
                        now ->
                                now.equals(destination)
                                        ? now.disabledBecause(reason + ": " + e.getMessage())
                                        : now);
            }
            throw Text.failed(reason, e);
        }
    }

    private static boolean mayBeOfPlace(IOException failure) {
        return !(failure instanceof DestinationCheckException known) || known.isOfPlace();
    }

    /// Whether accounts go there as trees, as the server is configured now.
    private boolean takesTrees(Destination destination) throws WhmException {
        try {
            return destination.type().keepsTrees()
                    && config.read().text(ConfigKey.BACKUPTYPE).equals("incremental");
        } catch (IOException e) {
            throw Text.failed("The backup configuration cannot be read", e);
        }
    }

    private Answer verify(Caller caller, Arguments arguments) throws WhmException {
        Destination destination = destinations.require(Values.destination(arguments, "id"));
        DestinationProof.Report report;
        try {
            report = proof.run(destination, Cancellation.never());
        } catch (IOException e) {
            throw Text.failed(Text.quoted(destination.name()) + " cannot be verified", e);
        }
        ObjectNode data = id(destination.id());
        data.put("name", destination.name());
        data.put("type", destination.type().word());
        TransportTraits traits = report.traits();
        ObjectNode can = data.putObject("can");
        can.put("reads_ranges", traits.readsRanges() ? 1 : 0);
        can.put("creates_exclusively", traits.createsExclusively() ? 1 : 0);
        can.put("copies_ranges", traits.copiesRanges() ? 1 : 0);
        can.put("proves_arrival", traits.provesArrival() ? 1 : 0);
        can.put("takes_streams", traits.takesStreams() ? 1 : 0);
        can.put("keeps_trees", destination.type().keepsTrees() ? 1 : 0);
        can.put("resumes_uploads", traits.resumption().name().toLowerCase(Locale.ROOT));
        can.put("connections", traits.maxConnections());
        traits.maxObjectBytes().ifPresent(most -> can.put("largest_object_bytes", most));
        report.capacity()
                .ifPresent(space ->
                        can.put("total_bytes", space.totalBytes())
                                .put("free_bytes", space.freeBytes()));
        ArrayNode promises = data.putArray("promises");
        for (DestinationProof.Finding finding : report.findings()) {
            promises.addObject()
                    .put("promise", finding.promise())
                    .put("kept", finding.isKept() ? 1 : 0)
                    .put("reason", finding.failure())
                    .put("milliseconds", finding.took().toMillis());
        }
        return Answer.ok(data);
    }

    private void change(DestinationId id, DestinationStore.Change<WhmException> change)
            throws WhmException {
        try {
            if (!store.change(id, change)) {
                throw Values.noDestination(id.value());
            }
        } catch (PlaceTakenException e) {
            throw placeTaken(e);
        } catch (IllegalArgumentException e) {
            throw Text.badValue("name", String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw Text.failed("The backup destination cannot be written", e);
        }
    }

    private static WhmException placeTaken(PlaceTakenException e) {
        return WhmException.failure("Invalid backup destination: " + e.getMessage() + ".");
    }

    private static ObjectNode id(DestinationId id) {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        data.put("id", id.value());
        return data;
    }
}
