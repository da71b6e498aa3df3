package dev.packhorse.engine.component.account;

import dev.packhorse.engine.host.NewUser;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.process.ChildInput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Changes users of the running system through `useradd`, `userdel`, `usermod` and `chpasswd`.
/// Hashes travel on standard input, since arguments can be read by everybody.
final class SystemUserTools implements UserTools {
    @Override
    public void add(NewUser user) throws IOException {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "--no-create-home",
                                "--user-group",
                                "--home-dir",
                                user.home(),
                                "--shell",
                                user.shell(),
                                "--comment",
                                user.comment()));
        user.wantedUid()
                .ifPresent(uid -> arguments.addAll(List.of("--uid", Integer.toString(uid))));
        arguments.add(user.name().value());
        HostProgram.run(List.of("useradd"), arguments, ChildInput.NONE);
        setPasswordHash(user.name(), user.passwordHash());
    }

    @Override
    public void remove(AccountName user) throws IOException {
        HostProgram.run(List.of("userdel"), List.of(user.value()), ChildInput.NONE);
    }

    @Override
    public void setShell(AccountName user, String shell) throws IOException {
        HostProgram.run(
                List.of("usermod"), List.of("--shell", shell, user.value()), ChildInput.NONE);
    }

    @Override
    public void setPasswordHash(AccountName user, String hash) throws IOException {
        if (!NewUser.isHash(hash)) {
            throw new IllegalArgumentException("not a password hash for user " + user);
        }
        String line = user + ":" + hash + "\n";
        HostProgram.run(
                List.of("chpasswd"),
                List.of("--encrypted"),
                input -> input.write(line.getBytes(StandardCharsets.US_ASCII)));
    }
}
