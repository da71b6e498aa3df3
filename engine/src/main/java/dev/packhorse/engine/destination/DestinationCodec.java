package dev.packhorse.engine.destination;

import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.rootfile.FlatYaml;
import dev.packhorse.transport.spi.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// Destinations as flat YAML. Keys are the names of the parameters of `backup_destination_add`.
/// Secrets are written sealed. One that somebody wrote in the clear is taken from a file that its
/// owner alone can read, and sealed when the file is written next.
///
/// Source: cpmove-format 3.6.
final class DestinationCodec {
    private static final Set<String> COMMON =
            Set.of(
                    "id",
                    "type",
                    "name",
                    "disabled",
                    "disable_reason",
                    "upload_system_backup",
                    "only_used_for_logs",
                    "timeout",
                    "upload_slots",
                    "upload_slots_path");
    private final SecretSeal seal;

    DestinationCodec(SecretSeal seal) {
        this.seal = seal;
    }

    Destination read(Path file, DestinationId id) throws IOException {
        Map<String, FlatYaml.Entry> entries = FlatYaml.read(file);
        try {
            Destination destination = destination(id, entries);
            requirePrivate(file, entries);
            return destination;
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    /// What a file that cannot be read as a destination says at least; anything may belong to one
    /// that says nothing.
    DestinationStore.Uses uses(Path file) {
        try {
            Map<String, FlatYaml.Entry> entries = FlatYaml.read(file);
            return new DestinationStore.Uses(
                    says(entries, "disabled", false),
                    says(entries, "only_used_for_logs", false),
                    says(entries, "upload_system_backup", true));
        } catch (IOException | IllegalArgumentException _) {
            return new DestinationStore.Uses(false, false, true);
        }
    }

    /// @param damaged what counts if just this cannot be read
    private static boolean says(Map<String, FlatYaml.Entry> entries, String key, boolean damaged) {
        try {
            return isOn(entries, key);
        } catch (IllegalArgumentException _) {
            return damaged;
        }
    }

    private static void requirePrivate(Path file, Map<String, FlatYaml.Entry> entries)
            throws IOException {
        for (String key : entries.keySet()) {
            boolean open =
                    DestinationParameters.isSecret(key)
                            && !SecretSeal.isSealed(text(entries, key, ""));
            if (open && !isPrivate(file)) {
                throw new IllegalArgumentException(
                        key + " stands in the clear in a file that others can read: chmod 600 it");
            }
        }
    }

    private static boolean isPrivate(Path file) throws IOException {
        Set<PosixFilePermission> mode =
                Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS);
        return !mode.contains(PosixFilePermission.GROUP_READ)
                && !mode.contains(PosixFilePermission.OTHERS_READ);
    }

    String write(Destination destination) {
        SortedMap<String, Optional<String>> lines = new TreeMap<>();
        lines.put("id", Optional.of(destination.id().value()));
        lines.put("type", Optional.of(destination.type().word()));
        lines.put("name", Optional.of(destination.name()));
        lines.put("disabled", flag(destination.disabled()));
        if (!destination.disableReason().isEmpty()) {
            lines.put("disable_reason", Optional.of(destination.disableReason()));
        }
        lines.put("upload_system_backup", flag(destination.uploadSystemBackup()));
        lines.put("only_used_for_logs", flag(destination.onlyUsedForLogs()));
        lines.put("timeout", Optional.of(String.valueOf(destination.timeoutSeconds())));
        destination
                .slots()
                .ifPresent(slots -> {
                    lines.put("upload_slots", Optional.of(String.valueOf(slots.uploads())));
                    lines.put("upload_slots_path", Optional.of(slots.path()));
                });
        switch (destination.settings()) {
            case DestinationSettings.Local(var path, var mount, var noMountFail) -> {
                lines.put("path", Optional.of(path));
                lines.put("mount", flag(mount));
                lines.put("no_mount_fail", flag(noMountFail));
            }
            case DestinationSettings.Remote(var values, var secrets) -> {
                values.forEach((key, value) -> lines.put(key, Optional.of(value)));
                secrets.forEach((key, value) ->
                        lines.put(
                                key, Optional.of(seal.seal(value, place(destination.id(), key)))));
            }
        }
        return FlatYaml.write(lines);
    }

    private static String place(DestinationId id, String key) {
        return id + "/" + key;
    }

    private Destination destination(DestinationId id, Map<String, FlatYaml.Entry> entries) {
        DestinationType type =
                DestinationType.of(text(entries, "type", ""))
                        .orElseThrow(
                                () -> new IllegalArgumentException("type is missing or unknown"));
        return new Destination(
                id,
                type,
                text(entries, "name", ""),
                isOn(entries, "disabled"),
                text(entries, "disable_reason", ""),
                isOn(entries, "upload_system_backup"),
                isOn(entries, "only_used_for_logs"),
                timeout(entries),
                settings(id, type, entries),
                slots(entries));
    }

    private static Optional<SlotLimit> slots(Map<String, FlatYaml.Entry> entries) {
        String uploads = text(entries, "upload_slots", "");
        return uploads.isEmpty()
                ? Optional.empty()
                : Optional.of(SlotLimit.of(uploads, text(entries, "upload_slots_path", "")));
    }

    private DestinationSettings settings(
            DestinationId id, DestinationType type, Map<String, FlatYaml.Entry> entries) {
        if (type == DestinationType.LOCAL) {
            return new DestinationSettings.Local(
                    text(entries, "path", ""),
                    isOn(entries, "mount"),
                    isOn(entries, "no_mount_fail"));
        }
        SortedMap<String, String> values = new TreeMap<>();
        SortedMap<String, Secret> secrets = new TreeMap<>();
        for (String key : entries.keySet()) {
            String text = text(entries, key, "");
            if (text.isEmpty() || COMMON.contains(key)) {
                continue;
            }
            if (DestinationParameters.isSecret(key)) {
                secrets.put(key, secret(text, place(id, key)));
            } else {
                values.put(key, text);
            }
        }
        return DestinationParameters.settings(type, values, secrets);
    }

    private Secret secret(String text, String place) {
        return SecretSeal.isSealed(text) ? seal.open(text, place) : new Secret(text);
    }

    private static int timeout(Map<String, FlatYaml.Entry> entries) {
        String text = text(entries, "timeout", "");
        if (text.isEmpty()) {
            return Destination.DEFAULT_TIMEOUT_SECONDS;
        }
        if (!text.matches("[0-9]{1,6}")) {
            throw new IllegalArgumentException("timeout must be 30 to 300 seconds");
        }
        return Integer.parseInt(text);
    }

    private static boolean isOn(Map<String, FlatYaml.Entry> entries, String key) {
        return switch (text(entries, key, "0").toLowerCase(Locale.ROOT)) {
            case "1", "yes", "on", "true" -> true;
            case "0", "no", "off", "false", "" -> false;
            default -> throw new IllegalArgumentException(key + " must be 1 or 0");
        };
    }

    private static Optional<String> flag(boolean value) {
        return Optional.of(value ? "1" : "0");
    }

    private static String text(
            Map<String, FlatYaml.Entry> entries, String key, String defaultValue) {
        FlatYaml.Entry entry = entries.get(key);
        return entry == null ? defaultValue : entry.value().orElse(defaultValue);
    }
}
