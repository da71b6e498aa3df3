package dev.packhorse.engine.whm.functions;

import dev.packhorse.engine.whm.Answer;
import dev.packhorse.engine.whm.FunctionSpec;
import dev.packhorse.engine.whm.Permission;
import dev.packhorse.engine.whm.WhmFunction;
import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;

/// What this server is.
final class ServerFunctions {
    private final ServerInfo server;

    ServerFunctions(ServerInfo server) {
        this.server = server;
    }

    List<WhmFunction> functions() {
        return List.of(
                function("version", "Tells the version", server.version()),
                function("gethostname", "Tells the server's host name", server.hostname()));
    }

    private static WhmFunction function(String name, String help, String value) {
        String member = name.equals("version") ? "version" : "hostname";
        return new WhmFunction(
                FunctionSpec.of(name, Permission.AUTHENTICATED, help),
                (_, _) -> Answer.ok(JsonNodeFactory.instance.objectNode().put(member, value)));
    }
}
