package dev.packhorse.engine.whm.functions;

import static dev.packhorse.engine.whm.ParameterSpec.optional;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.backupconfig.BackupConfig;
import dev.packhorse.engine.backupconfig.BackupConfigFile;
import dev.packhorse.engine.backupconfig.ConfigKey;
import dev.packhorse.engine.backupconfig.ValueForm;
import dev.packhorse.engine.destination.LocalPlaces;
import dev.packhorse.engine.rootfile.UntrustedPathException;
import dev.packhorse.engine.whm.Answer;
import dev.packhorse.engine.whm.Arguments;
import dev.packhorse.engine.whm.FunctionSpec;
import dev.packhorse.engine.whm.ParameterSpec;
import dev.packhorse.engine.whm.Permission;
import dev.packhorse.engine.whm.WhmException;
import dev.packhorse.engine.whm.WhmFunction;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The backup configuration: one parameter for each key, made from the table of keys.
///
/// Source: whmapi1-protocol section 8.
final class BackupConfigFunctions {
    /// The newer answers spell the switch so, the parameter is spelled as in the file.
    private static final String SUSPENDED_TWIN = "backupsuspendedaccounts";

    private static final long LARGEST = 999_999_999;

    private final BackupConfigFile file;
    private final LocalPlaces places;

    BackupConfigFunctions(BackupConfigFile file, LocalPlaces places) {
        this.file = file;
        this.places = places;
    }

    List<WhmFunction> functions() {
        FunctionSpec get =
                FunctionSpec.of(
                        "backup_config_get", Permission.ROOT, "Shows the backup configuration");
        FunctionSpec set =
                new FunctionSpec(
                        "backup_config_set",
                        "Changes the backup configuration; what is not given stays",
                        Permission.ROOT,
                        parameters());
        return List.of(
                new WhmFunction(get, (_, _) -> Answer.ok(show(read()))),
                new WhmFunction(set, this::set));
    }

    private Answer set(Caller caller, Arguments arguments) throws WhmException {
        Map<ConfigKey, String> changes = changes(arguments);
        requireFolder(changes, ConfigKey.BACKUPDIR);
        requireFolder(changes, ConfigKey.REMOTE_RESTORE_STAGING_DIR);
        try {
            file.update(changes);
        } catch (IllegalArgumentException e) {
            throw WhmException.failure("Invalid backup configuration: " + e.getMessage() + ".");
        } catch (IOException e) {
            throw Text.failed("The backup configuration cannot be changed", e);
        }
        return Answer.ok();
    }

    private static Map<ConfigKey, String> changes(Arguments arguments) throws WhmException {
        Map<ConfigKey, String> changes = new EnumMap<>(ConfigKey.class);
        for (ConfigKey key : ConfigKey.values()) {
            arguments.find(key.apiName()).ifPresent(value -> changes.put(key, value));
        }
        Optional<String> twin = arguments.find(SUSPENDED_TWIN);
        if (twin.isPresent()) {
            String before = changes.put(ConfigKey.BACKUPSUSPENDEDACCTS, twin.get());
            if (before != null && !before.equals(twin.get())) {
                throw Text.badValue(
                        SUSPENDED_TWIN,
                        "it is the same as backupsuspendedaccts and says otherwise");
            }
        }
        return changes;
    }

    private void requireFolder(Map<ConfigKey, String> changes, ConfigKey key) throws WhmException {
        String folder = changes.getOrDefault(key, "");
        if (folder.isEmpty()) {
            return;
        }
        try {
            if (key == ConfigKey.BACKUPDIR) {
                places.checkBackupDirectory(key.normalise(folder));
            } else {
                places.paths().check(key.normalise(folder));
            }
        } catch (UntrustedPathException | IllegalArgumentException e) {
            throw Text.badValue(key.apiName(), String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw Text.failed(key.apiName() + " cannot be looked at", e);
        }
    }

    private BackupConfig read() throws WhmException {
        try {
            return file.read();
        } catch (IOException e) {
            throw Text.failed("The backup configuration cannot be read", e);
        }
    }

    private static ObjectNode show(BackupConfig config) {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        ObjectNode node = data.putObject("backup_config");
        for (ConfigKey key : ConfigKey.values()) {
            if (key.form().isNumber()) {
                node.put(key.apiName(), config.number(key));
            } else {
                node.put(key.apiName(), config.text(key));
            }
        }
        node.put(SUSPENDED_TWIN, config.number(ConfigKey.BACKUPSUSPENDEDACCTS));
        return data;
    }

    private static List<ParameterSpec> parameters() {
        List<ParameterSpec> parameters = new ArrayList<>();
        for (ConfigKey key : ConfigKey.values()) {
            parameters.add(parameter(key));
        }
        parameters.add(
                optional(
                        SUSPENDED_TWIN,
                        ParameterSpec.Type.FLAG,
                        "The same as backupsuspendedaccts"));
        return parameters;
    }

    private static ParameterSpec parameter(ConfigKey key) {
        ParameterSpec parameter = optional(key.apiName(), type(key.form()), key.help());
        if (key.form() == ValueForm.COUNT) {
            return parameter.withRange(0, LARGEST);
        }
        return key.form() == ValueForm.CHOICE
                ? parameter.oneOf(key.choices().toArray(String[]::new))
                : parameter;
    }

    private static ParameterSpec.Type type(ValueForm form) {
        if (form.isSwitch()) {
            return ParameterSpec.Type.FLAG;
        }
        return form == ValueForm.COUNT ? ParameterSpec.Type.INTEGER : ParameterSpec.Type.TEXT;
    }
}
