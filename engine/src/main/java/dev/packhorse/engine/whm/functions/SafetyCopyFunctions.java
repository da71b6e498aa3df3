package dev.packhorse.engine.whm.functions;

import static dev.packhorse.engine.whm.ParameterSpec.required;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.job.SafetyCopies;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.whm.Answer;
import dev.packhorse.engine.whm.Arguments;
import dev.packhorse.engine.whm.FunctionSpec;
import dev.packhorse.engine.whm.ParameterSpec;
import dev.packhorse.engine.whm.Permission;
import dev.packhorse.engine.whm.WhmException;
import dev.packhorse.engine.whm.WhmFunction;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The copies that restores took of what they replaced.
final class SafetyCopyFunctions {
    private final Path folder;

    /// @param folder of the copies; need not be there
    SafetyCopyFunctions(Path folder) {
        this.folder = folder;
    }

    List<WhmFunction> functions() {
        return List.of(
                new WhmFunction(
                        FunctionSpec.of(
                                "packhorse_safety_copy_list",
                                Permission.ROOT,
                                "Lists the copies that restores of an account took before they replaced anything, the newest first",
                                required("user", ParameterSpec.Type.ACCOUNT, "The account")),
                        this::list));
    }

    private Answer list(Caller caller, Arguments arguments) throws WhmException {
        AccountName user = Values.account(arguments, "user");
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        ArrayNode list = data.putArray("copies");
        try {
            for (SafetyCopies.Copy copy : SafetyCopies.list(folder, user)) {
                list.addObject().put("name", copy.name()).put("bytes", copy.sizeBytes());
            }
        } catch (IOException e) {
            throw Text.failed("The safety copies cannot be looked at", e);
        }
        return Answer.ok(data);
    }
}
