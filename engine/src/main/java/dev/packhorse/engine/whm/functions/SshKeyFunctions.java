package dev.packhorse.engine.whm.functions;

import static dev.packhorse.engine.whm.ParameterSpec.flag;
import static dev.packhorse.engine.whm.ParameterSpec.optional;
import static dev.packhorse.engine.whm.ParameterSpec.required;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.sshkey.NewKeyPair;
import dev.packhorse.engine.sshkey.PublicKeyLine;
import dev.packhorse.engine.sshkey.PuttyKey;
import dev.packhorse.engine.sshkey.SshKeyFolder;
import dev.packhorse.engine.whm.Answer;
import dev.packhorse.engine.whm.Arguments;
import dev.packhorse.engine.whm.FunctionSpec;
import dev.packhorse.engine.whm.ParameterSpec;
import dev.packhorse.engine.whm.Permission;
import dev.packhorse.engine.whm.WhmException;
import dev.packhorse.engine.whm.WhmFunction;
import dev.packhorse.transport.spi.Secret;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Root's own SSH keys, as destinations use them.
final class SshKeyFunctions {
    private static final String DEFAULT_BITS = "4096";

    private final SshKeyFolder folder;

    SshKeyFunctions(SshKeyFolder folder) {
        this.folder = folder;
    }

    List<WhmFunction> functions() {
        ParameterSpec.Type text = ParameterSpec.Type.TEXT;
        return List.of(
                function(
                        "listsshkeys",
                        "Lists root's SSH keys",
                        this::list,
                        optional("files", text, "Only the key of this file"),
                        flag("private", true, "Whether private keys are listed"),
                        flag("private_texts", true, "Whether private keys are shown whole"),
                        flag("public", false, "Whether public keys are listed"),
                        flag("public_texts", false, "Whether public keys are shown whole")),
                function(
                                "generatesshkeypair",
                                "Makes an RSA key pair of root's",
                                this::generate,
                                optional("name", text, "Its file").withDefault("id_rsa"),
                                optional(
                                                "algorithm",
                                                ParameterSpec.Type.CHOICE,
                                                "DSA keys are not made")
                                        .oneOf("rsa2", "dsa")
                                        .withDefault("rsa2"),
                                optional(
                                                "bits",
                                                ParameterSpec.Type.CHOICE,
                                                "Its length; 1024 is not made")
                                        .oneOf("1024", "2048", DEFAULT_BITS)
                                        .withDefault(DEFAULT_BITS),
                                optional(
                                                "passphrase",
                                                ParameterSpec.Type.SECRET,
                                                "What encrypts the private key")
                                        .withDefault(""),
                                optional("comment", text, "A comment for the public key")
                                        .withDefault(""),
                                flag("abort_on_existing_key", true, "Refuse a name that is taken"))
                        .onOwnThread(),
                function(
                        "importsshkey",
                        "Keeps a key of root's",
                        this::importKey,
                        required("name", text, "Its file"),
                        required(
                                "key", ParameterSpec.Type.SECRET, "The private or the public key")),
                function(
                                "convertopensshtoputty",
                                "Shows a private key in PuTTY's form",
                                this::toPutty,
                                required("file", text, "The private key's file"),
                                flag("keep_file", true, "Whether the file stays"),
                                optional(
                                                "passphrase",
                                                ParameterSpec.Type.SECRET,
                                                "What opens the key, and then protects the new form")
                                        .withDefault(""))
                        .onOwnThread(),
                function(
                        "deletesshkey",
                        "Removes the file of a key",
                        this::delete,
                        required("file", text, "Its file"),
                        flag("leave_authorized", true, "Let the key log in all the same")));
    }

    static WhmFunction function(
            String name, String help, WhmFunction.Body body, ParameterSpec... parameters) {
        return new WhmFunction(FunctionSpec.of(name, Permission.ROOT, help, parameters), body);
    }

    private Answer list(Caller caller, Arguments arguments) throws WhmException {
        boolean privates = arguments.flag("private");
        boolean publics = arguments.flag("public") || !privates;
        Optional<String> only = arguments.find("files");
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        ArrayNode list = data.putArray("keys");
        try {
            for (SshKeyFolder.KeyFile key : folder.list()) {
                boolean wanted = key.isPrivate() ? privates : publics;
                if (wanted && only.map(key.name()::equals).orElse(true)) {
                    boolean text =
                            arguments.flag(key.isPrivate() ? "private_texts" : "public_texts");
                    show(key, text, list.addObject());
                }
            }
        } catch (IOException e) {
            throw failed("listed", e);
        }
        return Answer.ok(data);
    }

    private void show(SshKeyFolder.KeyFile key, boolean text, ObjectNode node) throws IOException {
        Optional<PublicKeyLine> line = key.publicKey();
        node.put("file", key.name());
        node.put("private", key.isPrivate() ? 1 : 0);
        node.put("authorized", line.isPresent() && folder.isAuthorized(line.get()) ? 1 : 0);
        node.put("comment", line.map(PublicKeyLine::comment).orElse(""));
        node.put("ctime", key.changedAt());
        node.put("mtime", key.modifiedAt());
        if (text) {
            node.put("text", key.text().reveal());
        }
    }

    private Answer generate(Caller caller, Arguments arguments) throws WhmException {
        String name = name(arguments, "name");
        if (!arguments.text("algorithm").equals("rsa2")) {
            throw Text.badValue("algorithm", "servers take no DSA keys any more");
        }
        if (arguments.text("bits").equals("1024")) {
            throw Text.badValue("bits", "servers take no RSA keys of 1024 bits any more");
        }
        try {
            boolean taken = folder.has(name) || folder.has(name + ".pub");
            if (taken && arguments.flag("abort_on_existing_key")) {
                throw WhmException.refused("There is a key " + Text.quoted(name) + " already.");
            }
            NewKeyPair pair =
                    NewKeyPair.generate(
                            (int) arguments.number("bits"),
                            new Secret(arguments.text("passphrase")),
                            arguments.text("comment"));
            folder.write(name, pair.privateText());
            folder.write(name + ".pub", new Secret(pair.publicKey().text() + "\n"));
            return Answer.ok(
                    JsonNodeFactory.instance
                            .objectNode()
                            .put("fingerprint", pair.fingerprint())
                            .put("name", name));
        } catch (IOException e) {
            throw failed("made", e);
        }
    }

    private Answer importKey(Caller caller, Arguments arguments) throws WhmException {
        String name = name(arguments, "name");
        String key = arguments.text("key").replace("\r\n", "\n").strip() + "\n";
        if (key.startsWith("PuTTY-User-Key-File")) {
            throw Text.badValue("key", "convert it with “puttygen FILE -O private-openssh” first");
        }
        Optional<PublicKeyLine> line =
                key.lines().count() == 1 ? PublicKeyLine.parse(key) : Optional.empty();
        if (!SshKeyFolder.isPrivateKey(key) && line.isEmpty()) {
            throw Text.badValue("key", "it is neither a private nor a public key of SSH");
        }
        String file = line.isPresent() && !name.endsWith(".pub") ? name + ".pub" : name;
        try {
            if (folder.has(file)) {
                throw WhmException.refused("There is a key " + Text.quoted(file) + " already.");
            }
            folder.write(file, new Secret(key));
        } catch (IOException e) {
            throw failed("kept", e);
        }
        return Answer.ok();
    }

    private Answer toPutty(Caller caller, Arguments arguments) throws WhmException {
        String name = name(arguments, "file");
        try {
            SshKeyFolder.KeyFile key =
                    folder.find(name)
                            .filter(SshKeyFolder.KeyFile::isPrivate)
                            .orElseThrow(() ->
                                    WhmException.failure(
                                            "There is no private key " + Text.quoted(name) + "."));
            Secret putty = PuttyKey.of(key.text(), new Secret(arguments.text("passphrase")));
            if (!arguments.flag("keep_file")) {
                folder.remove(name);
            }
            return Answer.ok(JsonNodeFactory.instance.objectNode().put("key", putty.reveal()));
        } catch (IOException e) {
            throw failed("converted", e);
        }
    }

    private Answer delete(Caller caller, Arguments arguments) throws WhmException {
        String name = name(arguments, "file");
        try {
            SshKeyFolder.KeyFile key =
                    folder.find(name)
                            .orElseThrow(() ->
                                    WhmException.failure(
                                            "There is no key " + Text.quoted(name) + "."));
            if (!arguments.flag("leave_authorized") && key.publicKey().isPresent()) {
                folder.revoke(key.publicKey().get());
            }
            folder.remove(name);
        } catch (IOException e) {
            throw failed("removed", e);
        }
        return Answer.ok(
                JsonNodeFactory.instance
                        .objectNode()
                        .put("file", SshKeyFolder.HOST_PATH + "/" + name));
    }

    static String name(Arguments arguments, String parameter) throws WhmException {
        String name = arguments.text(parameter);
        if (!SshKeyFolder.isName(name)) {
            throw Text.badValue(
                    parameter,
                    "use letters, digits, “.”, “_” and “-”, and no name of SSH's own files");
        }
        return name;
    }

    static WhmException failed(String what, IOException cause) {
        return Text.failed("The key cannot be " + what, cause);
    }
}
