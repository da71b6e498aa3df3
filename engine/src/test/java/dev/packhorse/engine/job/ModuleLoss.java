package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.component.AccountComponent;
import dev.packhorse.engine.component.RestoreReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Lines that a module of the demonstration server's account `alice` loses after its restore.
///
/// @param module its name
/// @param path of the file on the host
/// @param lines what they hold
/// @param member how the member that is other then begins
record ModuleLoss(String module, String path, String lines, String member) {
    /// One in each of these modules.
    static final List<ModuleLoss> ALL =
            List.of(
                    loss(
                            "ZoneFile",
                            "/var/named/alice.example.db",
                            "MX",
                            "dnszones/alice.example.db"),
                    loss("Mail", "/etc/valiases/alice.example", "sales@", "va/alice.example"),
                    loss("Cron", "/var/spool/cron/alice", "@daily", "cron/alice"),
                    loss(
                            "SSL",
                            "/var/cpanel/ssl/apache_tls/alice.example/combined",
                            "BEGIN",
                            "apache_tls/alice.example"),
                    loss("Ftp", "/etc/proftpd/alice", "dev@", "proftpdpasswd"),
                    loss("CpUser", "/var/cpanel/users/alice", "CONTACTEMAIL=", "cp/alice"),
                    loss(
                            "userdata",
                            "/var/cpanel/userdata/alice/alice.example",
                            "phpversion",
                            "userdata/alice.example"),
                    loss("ManualMX", "/etc/manualmx", "alices-shop", "manualmx"),
                    loss(
                            "Logs",
                            "/etc/apache2/logs/domlogs/alice.example",
                            "198.51.100.7 ",
                            "logs/alice.example"),
                    loss(
                            "DNSSEC",
                            "/var/named/Kalice.example.+013+28024.private",
                            "Created",
                            "dnssec_keys/alice.example/28024_"),
                    loss(
                            "DKIM",
                            "/var/cpanel/domain_keys/private/alice.example",
                            "PRIVATE",
                            "domainkeys/private/alice.example"),
                    loss(
                            "APITokens",
                            "/var/cpanel/authn/api_tokens_v2/cpanel/alice.json",
                            "tokens",
                            "api_tokens/cpanel.json"),
                    loss(
                            "VhostIncludes",
                            "/etc/apache2/conf.d/userdata/ssl/2_4/alice/all.conf",
                            "X-Site",
                            "httpfiles/ssl/all.conf"));

    private static ModuleLoss loss(String module, String path, String lines, String member) {
        return new ModuleLoss(module, path, lines, member);
    }

    /// The modules, of which this one loses the lines.
    List<AccountComponent> among(List<AccountComponent> modules) {
        return harming(modules, module, path, file -> withoutLines(file, lines));
    }

    /// What a module does to a file that it has restored.
    @FunctionalInterface
    interface Harm {
        void to(Path file) throws IOException;
    }

    /// The modules, one of which harms a file of the drill's server after its restore.
    static List<AccountComponent> harming(
            List<AccountComponent> modules, String name, String path, Harm harm) {
        return TamperedModule.among(
                modules,
                name,
                (real, context, source) -> {
                    RestoreReport report = real.restore(context, source);
                    harm.to(context.services().root().resolve(path));
                    return report;
                });
    }

    private static void withoutLines(Path file, String with) throws IOException {
        List<String> lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
        List<String> left = lines.stream().filter(line -> !line.contains(with)).toList();
        assertThat(left).hasSizeLessThan(lines.size());
        Files.write(file, left, StandardCharsets.ISO_8859_1);
    }
}
