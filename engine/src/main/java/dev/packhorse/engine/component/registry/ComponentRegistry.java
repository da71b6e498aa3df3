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
import dev.packhorse.engine.component.action.MailSync;
import dev.packhorse.engine.component.action.OldHomedirsComponent;
import dev.packhorse.engine.component.action.ResyncHomedir;
import dev.packhorse.engine.component.dns.DkimComponent;
import dev.packhorse.engine.component.dns.DnsAuthorityComponent;
import dev.packhorse.engine.component.dns.DnssecComponent;
import dev.packhorse.engine.component.dns.ProxySubdomainsComponent;
import dev.packhorse.engine.component.dns.PublishZonesComponent;
import dev.packhorse.engine.component.dns.SpfComponent;
import dev.packhorse.engine.component.domain.DomainsComponent;
import dev.packhorse.engine.component.domain.MailComponent;
import dev.packhorse.engine.component.domain.SslComponent;
import dev.packhorse.engine.component.domain.UserdataComponent;
import dev.packhorse.engine.component.domain.ZoneFileComponent;
import dev.packhorse.engine.component.home.FileProtectComponent;
import dev.packhorse.engine.component.home.HomedirComponent;
import dev.packhorse.engine.component.home.NobodyFilesComponent;
import dev.packhorse.engine.component.mail.MailFixComponent;
import dev.packhorse.engine.component.mail.MailLimitsComponent;
import dev.packhorse.engine.component.mail.MailRoutingComponent;
import dev.packhorse.engine.component.mail.MailmanComponent;
import dev.packhorse.engine.component.mail.ManualMxComponent;
import dev.packhorse.engine.component.mail.RoundcubeComponent;
import dev.packhorse.engine.component.mail.SpamAssassinComponent;
import dev.packhorse.engine.component.panel.ApiTokensComponent;
import dev.packhorse.engine.component.panel.AuthnLinksComponent;
import dev.packhorse.engine.component.panel.AutoSslComponent;
import dev.packhorse.engine.component.panel.BackupConfigComponent;
import dev.packhorse.engine.component.panel.BandwidthDataComponent;
import dev.packhorse.engine.component.panel.CustomLocaleComponent;
import dev.packhorse.engine.component.panel.DigestShadowComponent;
import dev.packhorse.engine.component.panel.FeatureListComponent;
import dev.packhorse.engine.component.panel.IntegrationComponent;
import dev.packhorse.engine.component.panel.IpAddressComponent;
import dev.packhorse.engine.component.panel.LinkedNodesComponent;
import dev.packhorse.engine.component.panel.LinkedNodesSubarchives;
import dev.packhorse.engine.component.panel.LocalConfigComponent;
import dev.packhorse.engine.component.panel.MysqlRemoteNotesComponent;
import dev.packhorse.engine.component.panel.PublicContactComponent;
import dev.packhorse.engine.component.panel.ServiceProxyComponent;
import dev.packhorse.engine.component.panel.SubaccountComponent;
import dev.packhorse.engine.component.panel.WebCallsComponent;
import dev.packhorse.engine.component.web.HtaccessComponent;
import dev.packhorse.engine.component.web.LogsComponent;
import dev.packhorse.engine.component.web.PublicHtmlSymlinksComponent;
import dev.packhorse.engine.component.web.UnsuspendComponent;
import dev.packhorse.engine.component.web.VhostIncludesComponent;
import dev.packhorse.engine.component.web.VhostsComponent;
import dev.packhorse.engine.component.web.WebDiskHomedirComponent;
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
        List<AccountComponent> all = new ArrayList<>(foundation());
        all.addAll(panel());
        all.addAll(services());
        all.addAll(List.of(further));
        all.addAll(actions());
        all.add(new SuspendComponent());
        all.add(new PostRestoreActions());
        return of(all);
    }

    /// What makes an account, its home and its sites.
    private static List<AccountComponent> foundation() {
        return List.of(
                new PreRestoreActions(),
                new AccountModule(),
                new CpUserComponent(),
                new IpAddressComponent(),
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
                new QuotaComponent());
    }

    /// What a panel keeps about an account.
    private static List<AccountComponent> panel() {
        return List.of(
                new FeatureListComponent(),
                new LocalConfigComponent(),
                new BackupConfigComponent(),
                new ServiceProxyComponent(),
                new LinkedNodesComponent(),
                new LinkedNodesSubarchives(),
                new CustomLocaleComponent(),
                new ApiTokensComponent(),
                new AuthnLinksComponent(),
                new AutoSslComponent(),
                new IntegrationComponent(),
                new PublicContactComponent(),
                new WebCallsComponent(),
                new MysqlRemoteNotesComponent(),
                new DigestShadowComponent(),
                new BandwidthDataComponent(),
                new SubaccountComponent());
    }

    /// What belongs to mail, names and web sites.
    private static List<AccountComponent> services() {
        return List.of(
                new DkimComponent(),
                new SpfComponent(),
                new ProxySubdomainsComponent(),
                new DnssecComponent(),
                new DnsAuthorityComponent(),
                new MailLimitsComponent(),
                new MailRoutingComponent(),
                new ManualMxComponent(),
                new MailmanComponent(),
                new RoundcubeComponent(),
                new SpamAssassinComponent(),
                new LogsComponent(),
                new VhostIncludesComponent(),
                new WebDiskHomedirComponent());
    }

    /// What acts on the restored account.
    private static List<AccountComponent> actions() {
        return List.of(
                new ResyncHomedir(),
                new MailSync(),
                new UnsuspendComponent(),
                new HtaccessComponent(),
                new MailFixComponent(),
                new PublicHtmlSymlinksComponent(),
                new OldHomedirsComponent(),
                new FileProtectComponent(),
                new NobodyFilesComponent(),
                new PublishZonesComponent(),
                new VhostsComponent());
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
