package dev.packhorse.engine.whm.functions;

import static dev.packhorse.engine.whm.ParameterSpec.required;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.whm.Answer;
import dev.packhorse.engine.whm.Arguments;
import dev.packhorse.engine.whm.FunctionSpec;
import dev.packhorse.engine.whm.ParameterSpec;
import dev.packhorse.engine.whm.Permission;
import dev.packhorse.engine.whm.WhmException;
import dev.packhorse.engine.whm.WhmFunction;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What somebody wants to know before an account is made or restored here.
final class NewAccountFunctions {
    private final HostRoot root;
    private final Accounts accounts;
    private final NewUsernameRules rules;

    NewAccountFunctions(HostRoot root, Accounts accounts) {
        this.root = root;
        this.accounts = accounts;
        this.rules = new NewUsernameRules(root, accounts);
    }

    List<WhmFunction> functions() {
        Permission create = new Permission("create-acct");
        ParameterSpec user = required("user", ParameterSpec.Type.TEXT, "The name");
        return List.of(
                new WhmFunction(
                        FunctionSpec.of(
                                "verify_new_username",
                                create,
                                "Checks that a name is free for an account",
                                user),
                        this::verify),
                new WhmFunction(
                        FunctionSpec.of(
                                "validate_system_user",
                                Permission.ROOT,
                                "Tells what a name can be used for",
                                user),
                        this::validate),
                new WhmFunction(
                        FunctionSpec.of(
                                "get_current_users_count",
                                Permission.LIST_ACCOUNTS,
                                "Counts the accounts"),
                        this::count),
                new WhmFunction(
                        FunctionSpec.of(
                                "get_homedir_roots",
                                Permission.ROOT,
                                "Lists the folders of homes, the one with most free space first"),
                        (_, _) -> roots()));
    }

    private Answer verify(Caller caller, Arguments arguments) throws WhmException {
        String conflict = rules.conflict(arguments.text("user"));
        if (!conflict.isEmpty()) {
            throw WhmException.refused(conflict);
        }
        return Answer.ok();
    }

    /// An account that exists can be restored over; a name of the system can be neither.
    private Answer validate(Caller caller, Arguments arguments) throws WhmException {
        String name = arguments.text("user");
        boolean free = rules.conflict(name).isEmpty();
        boolean account = rules.isAccount(name);
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        data.put("exists", account || rules.isSystemUser(name) ? 1 : 0);
        data.put("reserved", !free && !account ? 1 : 0);
        data.put("valid_for_new", free ? 1 : 0);
        data.put("valid_for_transfer", free || account ? 1 : 0);
        return Answer.ok(data);
    }

    private Answer count(Caller caller, Arguments arguments) throws WhmException {
        int count = accounts.visibleTo(caller).accounts().size();
        return Answer.ok(JsonNodeFactory.instance.objectNode().put("users", count));
    }

    private Answer roots() throws WhmException {
        TreeMap<String, Long> free = new TreeMap<>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(root.folder(), "home*")) {
            for (Path folder : folders) {
                String name = String.valueOf(folder.getFileName());
                if (name.matches("home[0-9]*")
                        && Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                    free.put("/" + name, Files.getFileStore(folder).getUsableSpace());
                }
            }
        } catch (IOException e) {
            throw Text.failed("The folders of homes cannot be looked at", e);
        }
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        ArrayNode list = data.putArray("payload");
        free.entrySet().stream()
                .sorted((one, two) -> Long.compare(two.getValue(), one.getValue()))
                .forEach(entry -> list.addObject().put("path", entry.getKey()));
        return Answer.ok(data);
    }
}
