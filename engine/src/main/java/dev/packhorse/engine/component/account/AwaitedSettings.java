package dev.packhorse.engine.component.account;

import dev.packhorse.engine.component.HostServices;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.host.AccountDirectory;
import dev.packhorse.engine.host.AccountFile;
import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.HostLayout;
import dev.packhorse.engine.host.PackageName;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.posix.ByteName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What restored accounts belong to and this server does not have yet: where a whole server is
/// recovered, a customer may come before the reseller. The account gets the usual value, what it
/// had is noted in a file, and the restore that brings what was missing sets it. Notes are of
/// archives that are vouched for only.
///
/// Restores run side by side. A note is written when the account file is, and while an account is
/// being restored others leave its file alone: the account looks after its own note at its end.
public final class AwaitedSettings {
    public static final String OWNER = "OWNER";
    public static final String FEATURE_LIST = "FEATURELIST";

    /// What the account has as long as it waits.
    private static final Map<String, String> USUAL = Map.of(OWNER, "root", FEATURE_LIST, "default");

    private final HostServices services;
    private final AccountDirectory accounts;
    private final HostFiles files;

    public AwaitedSettings(HostServices services) {
        this.services = services;
        this.accounts = services.accounts();
        this.files = new HostFiles(services.root());
    }

    /// Notes what an account waits for; empty for nothing of this kind.
    ///
    /// @param key one of the constants
    public void note(AccountName account, String key, Optional<String> value) throws IOException {
        SortedMap<String, String> notes = notes(account);
        SortedMap<String, String> changed = new TreeMap<>(notes);
        changed.remove(key);
        value.ifPresent(name -> changed.put(key, name));
        write(account, notes, changed);
    }

    private SortedMap<String, String> notes(AccountName account) throws IOException {
        String path = HostLayout.awaited(account);
        Optional<String> text = files.readText(path);
        return text.isEmpty() ? new TreeMap<>() : AccountFile.parse(path, text.get());
    }

    private void write(AccountName account, Map<String, String> before, Map<String, String> after)
            throws IOException {
        String path = HostLayout.awaited(account);
        if (after.isEmpty()) {
            files.remove(path);
        } else if (!after.equals(before)) {
            files.makeFolder(HostLayout.awaitedFolder(), FileRights.ofRoot(0700));
            files.writeText(path, AccountFile.render(after), FileRights.ofRoot(0600));
        }
    }

    /// Sets what waited for an account that was just restored as a whole, and what that account
    /// waits for.
    ///
    /// @param left gets a sentence for each account that could not be looked after
    /// @return the accounts whose settings changed
    List<Account> settle(AccountName restored, List<String> left) throws IOException {
        List<Account> changed = new ArrayList<>();
        for (ByteName file : files.list(HostLayout.awaitedFolder())) {
            String name = file.toString();
            if (!AccountName.isValid(name)) {
                continue;
            }
            try {
                settle(new AccountName(name), restored).ifPresent(changed::add);
            } catch (IOException e) {
                left.add("settings that account " + name + " waits for: " + e.getMessage());
            }
        }
        return changed;
    }

    private Optional<Account> settle(AccountName name, AccountName restored) throws IOException {
        boolean own = name.equals(restored);
        if (!own && RestoreLock.of(services, name).isHeld()) {
            return Optional.empty();
        }
        SortedMap<String, String> notes = notes(name);
        Optional<Account> account = accounts.find(name);
        if (account.isEmpty()) {
            write(name, notes, Map.of());
            return Optional.empty();
        }
        SortedMap<String, String> settings = new TreeMap<>(account.get().settings());
        SortedMap<String, String> open = new TreeMap<>(notes);
        for (Map.Entry<String, String> note : notes.entrySet()) {
            String key = note.getKey();
            String usual = USUAL.getOrDefault(key, "");
            if (!settings.getOrDefault(key, usual).equals(usual)) {
                // somebody chose another one meanwhile
                open.remove(key);
            } else if (isHere(
                    key, note.getValue(), own ? Optional.empty() : Optional.of(restored))) {
                settings.put(key, note.getValue());
                open.remove(key);
            }
        }
        boolean changes = !settings.equals(account.get().settings());
        if (changes) {
            AccountSettings.write(files, account.get(), settings);
        }
        write(name, notes, open);
        return changes ? accounts.find(name) : Optional.empty();
    }

    /// An owner counts only if its own restore brought it: somebody else may have been given the
    /// name since. One that is being removed is as good as gone, if it is not the one restored.
    ///
    /// @param only the one owner that is looked for, empty for any
    private boolean isHere(String key, String value, Optional<AccountName> only)
            throws IOException {
        return switch (key) {
            case OWNER ->
                    AccountName.isValid(value)
                            && only.map(name -> name.value().equals(value)).orElse(true)
                            && accounts.find(new AccountName(value)).isPresent()
                            && (only.isPresent()
                                    || !RemovalMark.of(services, new AccountName(value)).stands());
            case FEATURE_LIST ->
                    PackageName.isValid(value)
                            && files.stat(HostLayout.featureList(value)).isPresent();
            default -> false;
        };
    }
}
