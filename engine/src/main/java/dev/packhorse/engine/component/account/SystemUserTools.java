package dev.packhorse.engine.component.account;

import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.host.NewUser;
import dev.packhorse.engine.host.UserDatabase;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.process.ChildInput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/// Changes users of the running system through `useradd`, `userdel`, `usermod` and `chpasswd`.
/// Hashes travel on standard input, since arguments can be read by everybody.
final class SystemUserTools implements UserTools {
    private static final int ADDED = 0;

    /// Source: useradd(8), "UID already in use (and no -o)".
    private static final int NUMBER_TAKEN = 4;

    private final UserDatabase users;
    private final List<String> where;

    SystemUserTools() {
        this.users = new UserDatabase(new HostRoot(Path.of("/")));
        this.where = List.of();
    }

    /// For a system in a folder, into which the programs change their root.
    SystemUserTools(Path folder) {
        this.users = new UserDatabase(new HostRoot(folder));
        this.where = List.of("--root", folder.toString());
    }

    @Override
    public void add(NewUser user) throws IOException {
        if (user.wantedUid().isEmpty() || !add(user, user.wantedUid().getAsInt())) {
            useradd(user, OptionalInt.empty(), Set.of(ADDED));
        }
        setPasswordHash(user.name(), user.passwordHash());
    }

    /// With that number, if it is free. Of users the program has the last word: it knows those of
    /// name services, too, and those of this moment. For a group it would choose another number.
    private boolean add(NewUser user, int number) throws IOException {
        return users.isFree(number)
                && useradd(user, OptionalInt.of(number), Set.of(ADDED, NUMBER_TAKEN)) == ADDED;
    }

    private int useradd(NewUser user, OptionalInt number, Set<Integer> good) throws IOException {
        List<String> arguments = new ArrayList<>(where);
        arguments.addAll(
                List.of(
                        "--no-create-home",
                        "--user-group",
                        "--home-dir",
                        user.home(),
                        "--shell",
                        user.shell(),
                        "--comment",
                        user.comment()));
        number.ifPresent(uid -> arguments.addAll(List.of("--uid", Integer.toString(uid))));
        arguments.add(user.name().value());
        return HostProgram.run(List.of("useradd"), arguments, ChildInput.NONE, good);
    }

    @Override
    public void remove(AccountName user) throws IOException {
        run("userdel", List.of(user.value()), ChildInput.NONE);
    }

    @Override
    public void setShell(AccountName user, String shell) throws IOException {
        run("usermod", List.of("--shell", shell, user.value()), ChildInput.NONE);
    }

    /// As a number, since a date would be one of the time zone.
    @Override
    public void setExpiryDay(AccountName user, OptionalLong day) throws IOException {
        String text = day.isPresent() ? Long.toString(day.getAsLong()) : "";
        run("usermod", List.of("--expiredate", text, user.value()), ChildInput.NONE);
    }

    @Override
    public void setPasswordHash(AccountName user, String hash) throws IOException {
        if (!NewUser.isHash(hash)) {
            throw new IllegalArgumentException("not a password hash for user " + user);
        }
        String line = user + ":" + hash + "\n";
        run(
                "chpasswd",
                List.of("--encrypted"),
                input -> input.write(line.getBytes(StandardCharsets.US_ASCII)));
    }

    private void run(String program, List<String> arguments, ChildInput input) throws IOException {
        List<String> all = new ArrayList<>(where);
        all.addAll(arguments);
        HostProgram.run(List.of(program), all, input);
    }
}
