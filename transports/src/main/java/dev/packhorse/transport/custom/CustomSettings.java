package dev.packhorse.transport.custom;

import dev.packhorse.transport.spi.Secret;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.TransportSettings;
import dev.packhorse.transport.spi.WorkPlace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// A script and what it is told.
///
/// @param script absolute
/// @param order of the arguments of put and get
/// @param folder below which the objects lie, absolute, `/` at least
/// @param host given to the script if configured
/// @param username given to the script if configured
/// @param password given in the environment if configured
/// @param timeout how long a command may take that moves no content
/// @param work for what passes through this server
record CustomSettings(
        Path script,
        Order order,
        String folder,
        Optional<String> host,
        Optional<String> username,
        Optional<Secret> password,
        Duration timeout,
        WorkPlace work) {
    /// Which file put and get name first. The published programs take the source first; a table in
    /// the documentation of the protocol has the remote one first for both.
    enum Order {
        SOURCE_FIRST,
        REMOTE_FIRST
    }

    static CustomSettings of(TransportSettings settings) throws TransportException {
        Path script = Path.of(settings.text("script"));
        ScriptFile.check(script);
        return new CustomSettings(
                script,
                order(settings.find("argument_order").orElse("source_first")),
                absolute(settings.folder("path")),
                argument(settings, "host"),
                argument(settings, "username"),
                settings.findSecret("password"),
                settings.timeout(),
                settings.work());
    }

    private static String absolute(String folder) {
        return folder.startsWith("/") ? folder : "/" + folder;
    }

    private static Order order(String word) throws TransportException {
        return switch (word) {
            case "source_first" -> Order.SOURCE_FIRST;
            case "remote_first" -> Order.REMOTE_FIRST;
            default -> throw refused("argument_order must be source_first or remote_first");
        };
    }

    /// What a script could take for an option is refused.
    private static Optional<String> argument(TransportSettings settings, String name)
            throws TransportException {
        Optional<String> value = settings.find(name);
        if (value.isPresent()
                && (value.get().startsWith("-")
                        || value.get().chars().anyMatch(Character::isISOControl))) {
            throw refused(name + " is not well formed");
        }
        return value;
    }

    private static TransportException refused(String why) {
        return new TransportException(Kind.REFUSED, "open destination: " + why);
    }
}
