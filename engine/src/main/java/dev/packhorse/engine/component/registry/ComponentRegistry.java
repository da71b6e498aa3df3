package dev.packhorse.engine.component.registry;

import dev.packhorse.engine.component.AccountComponent;
import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.account.AccountModule;
import dev.packhorse.engine.component.account.CpUserComponent;
import dev.packhorse.engine.component.account.CronComponent;
import dev.packhorse.engine.component.account.FtpComponent;
import dev.packhorse.engine.component.account.PackageComponent;
import dev.packhorse.engine.component.account.PasswordComponent;
import dev.packhorse.engine.component.account.PostRestoreActions;
import dev.packhorse.engine.component.account.PreRestoreActions;
import dev.packhorse.engine.component.account.QuotaComponent;
import dev.packhorse.engine.component.account.ResellerComponent;
import dev.packhorse.engine.component.account.ShellComponent;
import dev.packhorse.engine.component.account.SuspendComponent;
import dev.packhorse.engine.component.domain.DomainsComponent;
import dev.packhorse.engine.component.domain.MailComponent;
import dev.packhorse.engine.component.domain.SslComponent;
import dev.packhorse.engine.component.domain.UserdataComponent;
import dev.packhorse.engine.component.domain.ZoneFileComponent;
import dev.packhorse.engine.component.home.HomedirComponent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// All modules, each after those it restores after, otherwise in the order they were given. The
/// same order serves for packing. Immutable.
public final class ComponentRegistry {
    private final Map<ComponentName, AccountComponent> modules = new LinkedHashMap<>();

    private ComponentRegistry(List<AccountComponent> ordered) {
        ordered.forEach(module -> modules.put(module.name(), module));
    }

    /// The modules of this program, and further ones.
    public static ComponentRegistry standard(AccountComponent... further) {
        List<AccountComponent> all =
                new ArrayList<>(
                        List.of(
                                new PreRestoreActions(),
                                new AccountModule(),
                                new CpUserComponent(),
                                new DomainsComponent(),
                                new ResellerComponent(),
                                new PackageComponent(),
                                new PasswordComponent(),
                                new ShellComponent(),
                                new HomedirComponent(),
                                new UserdataComponent(),
                                new ZoneFileComponent(),
                                new MailComponent(),
                                new SslComponent(),
                                new FtpComponent(),
                                new CronComponent(),
                                new QuotaComponent()));
        all.addAll(List.of(further));
        all.add(new SuspendComponent());
        all.add(new PostRestoreActions());
        return of(all);
    }

    /// Puts modules in order.
    ///
    /// @throws IllegalArgumentException if two have the same name, or some restore after each other
    public static ComponentRegistry of(List<AccountComponent> modules) {
        List<AccountComponent> ordered = new ArrayList<>();
        List<AccountComponent> left = new ArrayList<>(modules);
        List<ComponentName> waiting =
                new ArrayList<>(modules.stream().map(AccountComponent::name).toList());
        if (waiting.stream().distinct().count() != waiting.size()) {
            throw new IllegalArgumentException("two modules have the same name: " + waiting);
        }
        while (!left.isEmpty()) {
            AccountComponent next =
                    left.stream()
                            .filter(module ->
                                    module.restoreAfter().stream().noneMatch(waiting::contains))
                            .findFirst()
                            .orElseThrow(() ->
                                    new IllegalArgumentException(
                                            "modules wait for each other: " + waiting));
            left.remove(next);
            waiting.remove(next.name());
            ordered.add(next);
        }
        return new ComponentRegistry(ordered);
    }

    /// All modules in order.
    public List<AccountComponent> all() {
        return List.copyOf(modules.values());
    }

    /// The module of a name, empty if there is none; names are case-sensitive.
    public Optional<AccountComponent> find(ComponentName name) {
        return Optional.ofNullable(modules.get(name));
    }
}
