package dev.packhorse.engine.auth;

import dev.packhorse.transport.spi.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/// The token `root` of the user root, which the command line uses: made at the first start, its
/// value in the file `root.token` of the state folder, readable for root only.
public final class RootToken {
    /// The file in the state folder: the value and a line end.
    public static final String FILE = "root.token";

    private static final String NAME = "root";

    private RootToken() {}

    /// Makes token and file if this is the first start. When one of the two is there already, both
    /// are left as they are: an administrator who revoked the token or removed the file meant it.
    ///
    /// @return whether they were made
    public static boolean ensure(TokenStore store, Path state) throws IOException {
        Path file = state.resolve(FILE);
        // The value lies here until the token exists, so that a kill between the two steps leaves
        // neither a token that nobody knows nor a file that opens nothing.
        Path pending = state.resolve(FILE + ".pending");
        if (exists(pending) && store.find(NAME, read(pending)).isPresent()) {
            Files.move(pending, file, StandardCopyOption.ATOMIC_MOVE);
            return true;
        }
        SecretFile.delete(pending);
        boolean known = store.list().stream().anyMatch(t -> t.user().equals("root") && isNamed(t));
        if (known || exists(file)) {
            return false;
        }
        Secret value = store.randomValue();
        SecretFile.write(pending, (value.reveal() + "\n").getBytes(StandardCharsets.UTF_8));
        Optional<Token> made = store.create(TokenRequest.ofRoot(NAME), value);
        if (made.isEmpty()) {
            SecretFile.delete(pending);
            return false;
        }
        Files.move(pending, file, StandardCopyOption.ATOMIC_MOVE);
        return true;
    }

    /// The value in the file of a state folder.
    ///
    /// @throws IOException if there is no such file or it cannot be read
    public static Secret readFrom(Path state) throws IOException {
        return read(state.resolve(FILE));
    }

    private static Secret read(Path file) throws IOException {
        return new Secret(Files.readString(file).strip());
    }

    private static boolean isNamed(Token token) {
        return token.name().equals(NAME);
    }

    private static boolean exists(Path file) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }
}
