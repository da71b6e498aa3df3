package dev.packhorse.engine.whm.functions;

import dev.packhorse.engine.destination.DestinationParameter;
import dev.packhorse.engine.destination.DestinationParameter.Form;
import dev.packhorse.engine.destination.DestinationParameters;
import dev.packhorse.engine.destination.DestinationSettings;
import dev.packhorse.engine.destination.DestinationType;
import dev.packhorse.engine.destination.MissingParameterException;
import dev.packhorse.engine.whm.Arguments;
import dev.packhorse.engine.whm.ParameterSpec;
import dev.packhorse.engine.whm.WhmException;
import dev.packhorse.transport.spi.Secret;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Makes the settings of a destination that is reached over a network or a program. An argument
/// that is not given, and a secret that is given empty, leaves what is there; a switch that is
/// given empty is off, as everywhere in the API; any other argument that is given empty removes it,
/// except a folder that a destination must have. Arguments of other types are passed over, as forms
/// send them.
final class RemoteForm {
    private RemoteForm() {}

    /// The parameters of all types.
    static List<ParameterSpec> parameters() {
        return DestinationParameters.all().stream().map(RemoteForm::spec).toList();
    }

    private static ParameterSpec spec(DestinationParameter parameter) {
        String name = parameter.name();
        String help = parameter.help();
        return switch (parameter.form()) {
            case TEXT -> ParameterSpec.optional(name, ParameterSpec.Type.TEXT, help);
            case SECRET -> ParameterSpec.optional(name, ParameterSpec.Type.SECRET, help);
            case FLAG ->
                    ParameterSpec.optional(name, ParameterSpec.Type.FLAG, help).judgedByFunction();
            case NUMBER ->
                    ParameterSpec.optional(name, ParameterSpec.Type.INTEGER, help)
                            .withRange(1, parameter.most())
                            .judgedByFunction();
            case CHOICE ->
                    ParameterSpec.optional(name, ParameterSpec.Type.TEXT, help)
                            .oneOf(parameter.choices().toArray(String[]::new))
                            .judgedByFunction();
        };
    }

    static DestinationSettings.Remote added(DestinationType type, Arguments arguments)
            throws WhmException {
        return changed(
                type, new DestinationSettings.Remote(new TreeMap<>(), new TreeMap<>()), arguments);
    }

    static DestinationSettings.Remote changed(
            DestinationType type, DestinationSettings.Remote before, Arguments arguments)
            throws WhmException {
        SortedMap<String, String> values = new TreeMap<>(before.values());
        SortedMap<String, Secret> secrets = new TreeMap<>(before.secrets());
        for (DestinationParameter parameter : DestinationParameters.of(type)) {
            Optional<String> given = arguments.find(parameter.name());
            if (given.isPresent() && parameter.form() == Form.SECRET) {
                if (!given.get().isEmpty()) {
                    secrets.put(parameter.name(), new Secret(given.get()));
                }
            } else if (given.isPresent()) {
                String kept = before.values().getOrDefault(parameter.name(), "");
                String value = plain(type, parameter, given.get().strip(), kept);
                if (!value.isEmpty()) {
                    values.put(parameter.name(), value);
                } else if (!staysWhenEmpty(type, parameter.name())) {
                    values.remove(parameter.name());
                }
            }
        }
        try {
            return DestinationParameters.settings(type, values, secrets);
        } catch (MissingParameterException e) {
            throw WhmException.failure("Provide the “" + e.parameter() + "” argument.");
        } catch (IllegalArgumentException e) {
            throw WhmException.failure("Invalid backup destination: " + e.getMessage() + ".");
        }
    }

    /// An argument as it is kept. The plain text of a WebDAV address that is shown is no address as
    /// browsers write them, so one that comes back as it was shown stays as it is.
    private static String plain(
            DestinationType type, DestinationParameter parameter, String given, String kept)
            throws WhmException {
        boolean isAddress = type == DestinationType.WEBDAV && parameter.name().equals("host");
        if (isAddress && given.equals(kept.strip())) {
            return kept;
        }
        if (given.isEmpty() && parameter.form() != Form.FLAG) {
            return given;
        }
        refuseOption(parameter.name(), given);
        String value = spec(parameter).normalise(given);
        return isAddress ? WebdavAddress.plain(value) : value;
    }

    /// These become words of command lines and addresses: what a driver would refuse later is
    /// refused when it is said.
    private static void refuseOption(String name, String value) throws WhmException {
        boolean isWord = name.equals("host") || name.equals("username");
        if (isWord && (value.startsWith("-") || value.matches("(?s).*[\\s\\p{Cntrl}].*"))) {
            throw Text.badValue(name, "it begins with “-”, or has a blank in it");
        }
    }

    /// A GoogleDrive has a folder always. Without one it would get the usual one, and its archives
    /// would be missing there.
    private static boolean staysWhenEmpty(DestinationType type, String name) {
        return type == DestinationType.GOOGLE_DRIVE && name.equals("folder");
    }
}
