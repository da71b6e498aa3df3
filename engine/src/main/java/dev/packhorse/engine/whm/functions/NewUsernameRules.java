package dev.packhorse.engine.whm.functions;

import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.whm.WhmException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;

/// Whether a name is free for an account on this server.
final class NewUsernameRules {
    private final HostRoot root;
    private final Accounts accounts;

    NewUsernameRules(HostRoot root, Accounts accounts) {
        this.root = root;
        this.accounts = accounts;
    }

    /// Why the name cannot be used, empty if it can.
    String conflict(String name) throws WhmException {
        if (!AccountName.isValid(name)) {
            return Text.quoted(name)
                    + " is not a valid username: use a lower-case letter first, then lower-case"
                    + " letters, digits, “-” and “_”, at most 32 in all, and no name of the system.";
        }
        if (accounts.find(new AccountName(name)).isPresent()) {
            return "This system already has an account named " + Text.quoted(name) + ".";
        }
        if (hasEntry("/etc/passwd", name)) {
            return "This system already has a user named " + Text.quoted(name) + ".";
        }
        if (hasEntry("/etc/group", name)) {
            return "This system already has a group named " + Text.quoted(name) + ".";
        }
        return "";
    }

    boolean isAccount(String name) throws WhmException {
        return AccountName.isValid(name) && accounts.find(new AccountName(name)).isPresent();
    }

    boolean isSystemUser(String name) throws WhmException {
        return hasEntry("/etc/passwd", name);
    }

    private boolean hasEntry(String hostPath, String name) throws WhmException {
        Path file = root.resolve(hostPath);
        try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
            return lines.anyMatch(line -> line.startsWith(name + ":"));
        } catch (NoSuchFileException _) {
            return false;
        } catch (IOException e) {
            throw Text.failed(hostPath + " cannot be read", e);
        }
    }
}
