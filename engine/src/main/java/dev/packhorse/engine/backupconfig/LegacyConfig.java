package dev.packhorse.engine.backupconfig;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What the configuration of cPanel's former backup system says in terms of ours.
///
/// Source: cpmove-format 3.7: a `KEY value` pair a line, one blank between.
///
/// @param values the values that ours has too
/// @param leftOut a sentence for each line that has no meaning here
public record LegacyConfig(Map<ConfigKey, String> values, List<String> leftOut) {
    /// Where the host has the file.
    public static final String HOST_PATH = "/etc/cpbackup.conf";

    /// Keys that mean the same as ours of the same name.
    private static final List<ConfigKey> SAME =
            List.of(
                    ConfigKey.BACKUPENABLE,
                    ConfigKey.BACKUPACCTS,
                    ConfigKey.BACKUPBWDATA,
                    ConfigKey.BACKUPDAYS,
                    ConfigKey.BACKUPDIR,
                    ConfigKey.BACKUPFILES,
                    ConfigKey.BACKUPLOGS,
                    ConfigKey.BACKUPMOUNT,
                    ConfigKey.GZIPRSYNCOPTS,
                    ConfigKey.LOCALZONESONLY,
                    ConfigKey.MYSQLBACKUP,
                    ConfigKey.POSTBACKUP,
                    ConfigKey.PREBACKUP,
                    ConfigKey.PSQLBACKUP);

    /// The former system kept one archive of a calendar, or none: keeping it switches it on.
    private static final Map<String, ConfigKey> CALENDARS =
            Map.of(
                    "BACKUPRETDAILY", ConfigKey.BACKUP_DAILY_ENABLE,
                    "BACKUPRETWEEKLY", ConfigKey.BACKUP_WEEKLY_ENABLE,
                    "BACKUPRETMONTHLY", ConfigKey.BACKUP_MONTHLY_ENABLE);

    public LegacyConfig {
        values = Collections.unmodifiableMap(copy(values));
        leftOut = List.copyOf(leftOut);
    }

    private static Map<ConfigKey, String> copy(Map<ConfigKey, String> from) {
        Map<ConfigKey, String> values = new EnumMap<>(ConfigKey.class);
        values.putAll(from);
        return values;
    }

    /// Reads the file's text; what has no meaning here is told of, never a reason to fail.
    public static LegacyConfig parse(String text) {
        Map<String, String> pairs = new TreeMap<>();
        for (String line : text.lines().map(String::strip).toList()) {
            if (!line.isEmpty() && !line.startsWith("#")) {
                String[] parts = line.split("\\s+", 2);
                pairs.put(parts[0].toUpperCase(Locale.ROOT), parts.length > 1 ? parts[1] : "");
            }
        }
        Map<ConfigKey, String> values = new EnumMap<>(ConfigKey.class);
        List<String> leftOut = new ArrayList<>();
        form(pairs).ifPresent(form -> values.put(ConfigKey.BACKUPTYPE, form));
        pairs.forEach((key, value) -> take(key, value, values, leftOut));
        return new LegacyConfig(values, leftOut);
    }

    private static Optional<String> form(Map<String, String> pairs) {
        if (isYes(pairs.getOrDefault("BACKUPINC", ""))) {
            return Optional.of("incremental");
        }
        return Optional.ofNullable(pairs.get("COMPRESSACCTS"))
                .map(value -> isYes(value) ? "compressed" : "uncompressed");
    }

    private static void take(
            String name, String value, Map<ConfigKey, String> values, List<String> leftOut) {
        Optional<ConfigKey> key =
                SAME.stream()
                        .filter(each -> each.name().equals(name))
                        .findFirst()
                        .or(() -> Optional.ofNullable(CALENDARS.get(name)));
        if (key.isPresent()) {
            try {
                values.put(key.get(), key.get().normalise(value));
            } catch (IllegalArgumentException e) {
                leftOut.add(name + " is not taken over: it " + e.getMessage());
            }
        } else if (name.startsWith("BACKUPFTP")) {
            if (name.equals("BACKUPFTPHOST") && !value.isEmpty()) {
                leftOut.add("the FTP server is not taken over: add it with backup_destination_add");
            }
        } else if (!name.equals("BACKUPINC") && !name.equals("COMPRESSACCTS")) {
            leftOut.add(shown(name) + " is not taken over: it means nothing here");
        }
    }

    private static boolean isYes(String value) {
        return value.equalsIgnoreCase("yes") || value.equals("1");
    }

    private static String shown(String name) {
        String cut = name.length() > 40 ? name.substring(0, 40) + "…" : name;
        return cut.replaceAll("[^A-Z0-9_…]", "?");
    }
}
