package dev.packhorse.engine.settings;

import dev.packhorse.engine.plan.Plan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Puts the configuration together: defaults, then the file, then `--set` of the command line. All
/// complaints are gathered before it fails.
public final class SettingsLoader {
    private final List<ConfigProblem> problems = new ArrayList<>();
    private final Map<String, SettingKey<?>> keys = new LinkedHashMap<>();
    private final Map<SettingKey<?>, Object> values = new HashMap<>();
    private final Map<String, Settings.Origin> origins = new HashMap<>();
    private final PlanReader plans = new PlanReader(problems);

    private SettingsLoader() {
        for (SettingKey<?> key : SettingKeys.all()) {
            keys.put(key.name(), key);
            values.put(key, key.parser().apply(key.defaultText()));
        }
    }

    /// Loads and checks.
    ///
    /// @param file the configuration file, empty for defaults alone
    /// @param overrides `key=value` texts, later ones win
    /// @throws ConfigException with every complaint
    public static Settings load(Optional<Path> file, List<String> overrides)
            throws ConfigException {
        SettingsLoader loader = new SettingsLoader();
        file.ifPresent(loader::readFile);
        overrides.forEach(loader::override);
        Settings settings = new Settings(loader.values, loader.origins);
        List<Plan> plans = loader.plans.plans(settings.get(SettingKeys.BACKUP_TIME));
        if (!loader.problems.isEmpty()) {
            throw new ConfigException(loader.problems);
        }
        return settings.with(plans);
    }

    private void readFile(Path file) {
        try {
            checkRights(file);
            for (YamlSettings.Line line : YamlSettings.read(file, problems)) {
                set(file.toString(), line.number(), line.key(), line.value());
            }
        } catch (IOException e) {
            complain(
                    file.toString(),
                    0,
                    "",
                    "cannot be read: " + e.getMessage(),
                    "name the file with --config");
        }
    }

    /// Whoever can write the configuration is root.
    private void checkRights(Path file) throws IOException {
        ConfigFile.faultOf(file)
                .ifPresent(
                        fault -> complain(file.toString(), 0, "", fault.message(), fault.hint()));
    }

    private void override(String text) {
        int equals = text.indexOf('=');
        if (equals <= 0) {
            complain(
                    "--set",
                    0,
                    "",
                    "is not key=value: " + text,
                    "for example --set http.listen=127.0.0.1:0");
            return;
        }
        set(Settings.OVERRIDE, 0, text.substring(0, equals), text.substring(equals + 1));
    }

    private void set(String place, int line, String name, String text) {
        if (PlanReader.reads(name)) {
            plans.set(place, line, name, text);
            return;
        }
        SettingKey<?> key = keys.get(name);
        if (key == null) {
            complain(place, line, name, "is not a setting", nearest(name));
            return;
        }
        try {
            values.put(key, key.parser().apply(text));
            origins.put(name, new Settings.Origin(place, line));
        } catch (RuntimeException e) {
            complain(
                    place,
                    line,
                    name,
                    "is “" + text + "”, which " + reason(e),
                    "give " + key.hint());
        }
    }

    /// Parsers of the JDK say in many ways that a text is wrong; our own say it as the end of a
    /// sentence.
    static String reason(RuntimeException e) {
        boolean ours =
                e instanceof IllegalArgumentException
                        && String.valueOf(e.getMessage()).startsWith("is ");
        return ours ? String.valueOf(e.getMessage()) : "cannot be understood";
    }

    private String nearest(String name) {
        String last = name.substring(name.lastIndexOf('.') + 1);
        return keys.keySet().stream()
                .filter(key -> key.endsWith("." + last) || key.startsWith(name))
                .findFirst()
                .map(key -> "did you mean " + key + "?")
                .orElse("config/packhorse.yaml explains every setting");
    }

    private void complain(String place, int line, String key, String message, String hint) {
        problems.add(new ConfigProblem(place, line, key, message, hint));
    }
}
