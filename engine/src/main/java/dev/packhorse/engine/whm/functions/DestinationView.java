package dev.packhorse.engine.whm.functions;

import dev.packhorse.engine.destination.Destination;
import dev.packhorse.engine.destination.DestinationParameter;
import dev.packhorse.engine.destination.DestinationParameters;
import dev.packhorse.engine.destination.DestinationSettings;
import dev.packhorse.engine.destination.DestinationType;
import dev.packhorse.engine.destination.LocalMounts;
import java.util.SortedMap;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A destination in the shape of WHM API 1; never with a secret. Flags are numbers for every type;
/// the one sample of type Local has them as texts, all others as numbers.
///
/// Source: whmapi1-protocol 9.3 and 9.4.
final class DestinationView {
    private DestinationView() {}

    static ObjectNode of(Destination destination, LocalMounts mounts) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("id", destination.id().value());
        node.put("name", destination.name());
        node.put("type", destination.type().word());
        node.put("disabled", number(destination.disabled()));
        if (!destination.disableReason().isEmpty()) {
            node.put("disable_reason", destination.disableReason());
        }
        node.put("upload_system_backup", number(destination.uploadSystemBackup()));
        node.put("only_used_for_logs", number(destination.onlyUsedForLogs()));
        node.put("timeout", destination.timeoutSeconds());
        destination
                .slots()
                .ifPresent(slots -> {
                    node.put("upload_slots", slots.uploads());
                    node.put("upload_slots_path", slots.path());
                });
        switch (destination.settings()) {
            case DestinationSettings.Local(var path, var mount, var noMountFail) -> {
                node.put("path", path);
                node.put("mount", number(mount));
                node.put("no_mount_fail", number(noMountFail));
                node.put("we_mounted_it", number(mounts.isOurs(path)));
                // Archives lie in the path itself, in no folder of the host's below it.
                node.put("local_subdir", 0);
            }
            case DestinationSettings.Remote(var values, _) ->
                    putRemote(destination.type(), values, node);
        }
        return node;
    }

    /// The documented switch and folder are shown where they were left out, too: clients read them
    /// without looking whether they are there.
    private static void putRemote(
            DestinationType type, SortedMap<String, String> values, ObjectNode node) {
        values.forEach(node::put);
        for (DestinationParameter parameter : DestinationParameters.of(type)) {
            String name = parameter.name();
            boolean isNumber =
                    parameter.form() == DestinationParameter.Form.FLAG
                            || parameter.form() == DestinationParameter.Form.NUMBER;
            if (isNumber && values.containsKey(name)) {
                node.put(name, Integer.parseInt(values.get(name)));
            } else if (name.equals("folder") || name.equals("path")) {
                node.put(name, values.getOrDefault(name, ""));
            } else if (name.equals("passive")) {
                node.put(name, 0);
            }
        }
    }

    private static int number(boolean value) {
        return value ? 1 : 0;
    }
}
