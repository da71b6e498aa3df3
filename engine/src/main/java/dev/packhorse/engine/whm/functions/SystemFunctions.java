package dev.packhorse.engine.whm.functions;

import static dev.packhorse.engine.whm.ParameterSpec.optional;
import static dev.packhorse.engine.whm.ParameterSpec.required;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.whm.Answer;
import dev.packhorse.engine.whm.Arguments;
import dev.packhorse.engine.whm.FunctionSpec;
import dev.packhorse.engine.whm.ParameterSpec;
import dev.packhorse.engine.whm.Permission;
import dev.packhorse.engine.whm.WhmException;
import dev.packhorse.engine.whm.WhmFunction;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// How the server fares, for monitoring.
final class SystemFunctions {
    private static final String TWEAKS = "/var/cpanel/cpanel.config";
    private static final int KIB = 1024;

    private final HostRoot root;

    SystemFunctions(HostRoot root) {
        this.root = root;
    }

    List<WhmFunction> functions() {
        return List.of(
                new WhmFunction(
                        FunctionSpec.of(
                                "systemloadavg",
                                Permission.AUTHENTICATED,
                                "Tells the load of one, five and fifteen minutes"),
                        (_, _) -> load()),
                new WhmFunction(
                        FunctionSpec.of(
                                "getdiskusage",
                                Permission.ROOT,
                                "Tells how full the file systems on disks are"),
                        (_, _) -> disks()),
                new WhmFunction(
                        FunctionSpec.of(
                                "get_tweaksetting",
                                Permission.ROOT,
                                "Shows a setting of cPanel's own configuration",
                                required("key", ParameterSpec.Type.TEXT, "The setting"),
                                optional("module", ParameterSpec.Type.CHOICE, "Only Main is here")
                                        .oneOf("Apache", "Basic", "Mail", "Main")
                                        .withDefault("Main")),
                        this::tweak));
    }

    /// Source: proc(5), `/proc/loadavg`.
    private static Answer load() throws WhmException {
        String[] fields;
        try {
            fields = Files.readString(Path.of("/proc/loadavg")).split(" ", -1);
        } catch (IOException e) {
            throw Text.failed("The load cannot be read", e);
        }
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        data.put("one", Double.parseDouble(fields[0]));
        data.put("five", Double.parseDouble(fields[1]));
        data.put("fifteen", Double.parseDouble(fields[2]));
        return Answer.ok(data);
    }

    /// Sizes are KiB. How many files a file system can hold is not told here.
    private static Answer disks() {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        ArrayNode list = data.putArray("partition");
        List<String> problems = new ArrayList<>();
        for (FileStore store : FileSystems.getDefault().getFileStores()) {
            if (store.name().startsWith("/dev/")) {
                try {
                    list.add(disk(store));
                } catch (IOException e) {
                    problems.add("file system left out: " + e.getMessage());
                }
            }
        }
        return new Answer(Optional.of(data), "Successfully retrieved disk usage", problems);
    }

    private static ObjectNode disk(FileStore store) throws IOException {
        long total = store.getTotalSpace() / KIB;
        long available = store.getUsableSpace() / KIB;
        long used = total - store.getUnallocatedSpace() / KIB;
        // The file store tells its mount point only as the beginning of its text.
        String text = store.toString();
        String mount = text.substring(0, Math.max(0, text.lastIndexOf(" (")));
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("device", store.name());
        node.put("disk", store.name().substring("/dev/".length()));
        node.put("filesystem", mount);
        node.put("mount", mount);
        node.put("total", total);
        node.put("used", used);
        node.put("available", available);
        node.put("percentage", used + available == 0 ? 0 : 100 * used / (used + available));
        for (String name : List.of("total", "used", "available", "ipercentage")) {
            node.putNull("inodes_" + name);
        }
        return node;
    }

    /// Source: docs.cpanel.net, the file has `key=value` lines.
    private Answer tweak(Caller caller, Arguments arguments) throws WhmException {
        String key = arguments.text("key");
        if (!arguments.text("module").equals("Main")) {
            throw WhmException.refused("This server has only the module “Main”.");
        }
        String value;
        try {
            value =
                    new HostFiles(root)
                            .readText(TWEAKS).stream()
                                    .flatMap(String::lines)
                                    .filter(line -> line.startsWith(key + "="))
                                    .map(line -> line.substring(key.length() + 1))
                                    .findFirst()
                                    .orElseThrow(() -> noSetting(key));
        } catch (IOException e) {
            throw Text.failed(TWEAKS + " cannot be read", e);
        }
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        data.putObject("tweaksetting").put("key", key).put("value", value);
        return Answer.ok(data);
    }

    private static WhmException noSetting(String key) {
        return WhmException.refused("This server has no setting " + Text.quoted(key) + ".");
    }
}
