package dev.packhorse.transport.sftp;

import com.jcraft.jsch.UIKeyboardInteractive;
import com.jcraft.jsch.UserInfo;
import dev.packhorse.transport.spi.Secret;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Answers what a server may ask: the one hidden question for the password, which many servers put
/// in place of the plain password method. Nothing else is confirmed or told.
final class Login implements UserInfo, UIKeyboardInteractive {
    private final Optional<Secret> password;

    Login(Optional<Secret> password) {
        this.password = password;
    }

    @Override
    public String @Nullable [] promptKeyboardInteractive(
            String destination,
            String name,
            String instruction,
            String[] prompts,
            boolean[] echoes) {
        if (prompts.length == 0) {
            return new String[0];
        }
        return prompts.length == 1 && !echoes[0] && password.isPresent()
                ? new String[] {password.get().reveal()}
                : null;
    }

    @Override
    public @Nullable String getPassphrase() {
        return null;
    }

    @Override
    public @Nullable String getPassword() {
        return null;
    }

    @Override
    public boolean promptPassword(String message) {
        return false;
    }

    @Override
    public boolean promptPassphrase(String message) {
        return false;
    }

    @Override
    public boolean promptYesNo(String message) {
        return false;
    }

    @Override
    public void showMessage(String message) {}
}
