package dev.packhorse.engine.whm.functions;

import static dev.packhorse.engine.whm.ParameterSpec.optional;
import static dev.packhorse.engine.whm.ParameterSpec.required;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.sshkey.PublicKeyLine;
import dev.packhorse.engine.sshkey.RemoteGreeting;
import dev.packhorse.engine.sshkey.SshKeyFolder;
import dev.packhorse.engine.whm.Answer;
import dev.packhorse.engine.whm.Arguments;
import dev.packhorse.engine.whm.ParameterSpec;
import dev.packhorse.engine.whm.WhmException;
import dev.packhorse.engine.whm.WhmFunction;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Who may log in as root by key, and what another server answers.
final class SshAccessFunctions {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    /// Source: sshd(8): options with commas between, blanks only inside double quotes.
    private static final Pattern OPTIONS =
            Pattern.compile(
                    "[a-z0-9-]+(?:=\"(?:[^\"\\\\]|\\\\\")*\")?(?:,[a-z0-9-]+(?:=\"(?:[^\"\\\\]|\\\\\")*\")?)*");

    private static final Pattern HOST =
            Pattern.compile("[A-Za-z0-9][A-Za-z0-9.-]{0,252}|[0-9A-Fa-f:.]{2,45}");

    private final SshKeyFolder folder;

    SshAccessFunctions(SshKeyFolder folder) {
        this.folder = folder;
    }

    List<WhmFunction> functions() {
        ParameterSpec.Type text = ParameterSpec.Type.TEXT;
        return List.of(
                SshKeyFunctions.function(
                        "authorizesshkey",
                        "Lets a key log in as root, or not any more",
                        this::authorize,
                        required(
                                "authorize",
                                ParameterSpec.Type.FLAG,
                                "1 lets it in, 0 keeps it out"),
                        optional(
                                "text",
                                // A line with its end, as listsshkeys gives it out.
                                ParameterSpec.Type.SECRET,
                                "The public key; goes before file"),
                        optional("file", text, "The public key's file"),
                        optional("options", text, "What the key is limited to, as sshd reads it")
                                .withDefault("")),
                SshKeyFunctions.function(
                        "check_remote_ssh_connection",
                        "Asks another SSH server for its greeting",
                        this::check,
                        required("host", text, "The server"),
                        optional("port", ParameterSpec.Type.INTEGER, "Its port")
                                .withRange(1, 65_535)
                                .withDefault("22")));
    }

    private Answer authorize(Caller caller, Arguments arguments) throws WhmException {
        String options = arguments.text("options");
        if (!options.isEmpty() && !OPTIONS.matcher(options).matches()) {
            throw Text.badValue("options", "give them as in the file authorized_keys");
        }
        boolean on = arguments.flag("authorize");
        try {
            PublicKeyLine key = key(arguments);
            if (on) {
                folder.authorize(key, options);
            } else {
                folder.revoke(key);
            }
        } catch (IOException e) {
            throw SshKeyFunctions.failed(on ? "let in" : "kept out", e);
        }
        ObjectNode data = JsonNodeFactory.instance.objectNode().put("authorized", on ? 1 : 0);
        arguments.find("file").ifPresent(file -> data.put("file", file));
        return Answer.ok(data);
    }

    private PublicKeyLine key(Arguments arguments) throws WhmException, IOException {
        if (arguments.has("text")) {
            String line = arguments.text("text").strip();
            if (line.codePoints().anyMatch(Character::isISOControl)) {
                throw Text.badValue("text", "it must be one key, in one line");
            }
            return PublicKeyLine.parse(line)
                    .orElseThrow(() -> Text.badValue("text", "it is no public key of SSH"));
        }
        if (!arguments.has("file")) {
            throw WhmException.failure("Provide the “text” or the “file” argument.");
        }
        String name = SshKeyFunctions.name(arguments, "file");
        return folder.find(name)
                .flatMap(SshKeyFolder.KeyFile::publicKey)
                .orElseThrow(() ->
                        WhmException.failure("There is no public key " + Text.quoted(name) + "."));
    }

    private Answer check(Caller caller, Arguments arguments) throws WhmException {
        String host = arguments.text("host");
        if (!HOST.matcher(host).matches()) {
            throw Text.badValue("host", "give a name or an address");
        }
        RemoteGreeting greeting;
        try {
            greeting = RemoteGreeting.of(host, (int) arguments.number("port"), LIMIT);
        } catch (IOException e) {
            throw Text.failed(
                    "No SSH server answers at "
                            + Text.quoted(host)
                            + ", port "
                            + arguments.text("port"),
                    e);
        }
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        data.put("comment", greeting.comment());
        // Source: RFC 4253, section 5.1: 1.99 is a server of both versions.
        var versions = data.putArray("protocol_versions");
        if (greeting.version().equals("1.99")) {
            versions.add("1.5");
            versions.add("2.0");
        } else {
            versions.add(greeting.version());
        }
        data.put("received", greeting.received());
        data.put("server_software", greeting.software());
        return Answer.ok(data);
    }
}
