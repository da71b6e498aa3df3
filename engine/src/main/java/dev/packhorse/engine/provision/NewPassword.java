package dev.packhorse.engine.provision;

import dev.packhorse.engine.posix.Crypt;
import java.io.IOException;
import java.util.Optional;

/// The passwords that a new account may have.
public final class NewPassword {
    /// What stands for an account that nobody enters by password.
    public static final String NONE = "!";

    private static final int LONGEST = 512;

    private NewPassword() {}

    /// Why a text cannot be a password, empty if it can.
    public static Optional<String> objection(String password) {
        return password.length() > LONGEST || password.chars().anyMatch(c -> c < ' ' || c == 127)
                ? Optional.of(
                        "it is longer than " + LONGEST + " letters, or has control characters")
                : Optional.empty();
    }

    /// The hash of a password against which nothing speaks.
    ///
    /// @throws IOException if this system cannot make one
    public static String hash(String password) throws IOException {
        return Crypt.hash(password);
    }
}
