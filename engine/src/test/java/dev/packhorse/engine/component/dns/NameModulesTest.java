package dev.packhorse.engine.component.dns;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.engine.component.RestoreNotes;
import dev.packhorse.engine.component.RestoreOptions;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.RestoreReport.Outcome;
import dev.packhorse.engine.component.SmallServer;
import dev.packhorse.engine.component.live.ServicePrograms;
import dev.packhorse.engine.host.DomainName;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Keys and records in zones, and the name server.
class NameModulesTest {
    private static final String ZONE =
            """
            $TTL 14400
            demo.example.\t86400\tIN\tSOA\tns1.old.example.\ta.old.example.\t(
            \t2026010101\t;Serial Number
            \t3600\t;refresh
            \t1800\t;retry
            \t1209600\t;expire
            \t86400\t)
            demo.example.\t86400\tIN\tNS\tns1.old.example.
            demo.example.\t14400\tIN\tA\t198.51.100.7
            """;
    private static final String SECRET =
            """
            Private-key-format: v1.3
            Algorithm: 13 (ECDSAP256SHA256)
            PrivateKey: WRmf+pFnOjtSiIJ/P47iYn7auz3ipUin7QcJKE3AadA=
            """;
    private static final String DNSKEY =
            "%s. IN DNSKEY 256 3 13 l1BWSZm1Phc4g6MyQ/9SrBulc8opQsgQUB17wj9m8bD2sT+bCiX18NVS"
                    + " BxWiTD+GT0OTIWYmDzz52fviieHn5Q==\n";

    @TempDir Path folder;

    private SmallServer server;

    @BeforeEach
    void makeAccount() throws Exception {
        server = new SmallServer(folder);
        server.makeAccount();
        server.put("var/named/demo.example.db", ZONE);
    }

    private static KeyPair key(int bits) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(bits);
        return generator.generateKeyPair();
    }

    private static String pem(String label, byte[] der) {
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                .formatted(
                        label,
                        Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der),
                        label);
    }

    private String zone() throws IOException {
        return server.read("var/named/demo.example.db");
    }

    @Test
    void aKeyIsPutIntoTheZone() throws Exception {
        KeyPair key = key(2_048);
        server.members.put(
                "domainkeys/private/demo.example",
                pem("PRIVATE KEY", key.getPrivate().getEncoded()));
        server.members.put("domainkeys/public/demo.example", "something else");
        server.members.put("domainkeys/private/victim.example", "x");

        RestoreReport report = server.restore("DKIM", true);

        String half = Base64.getEncoder().encodeToString(key.getPublic().getEncoded());
        assertThat(server.read("var/cpanel/domain_keys/public/demo.example"))
                .isEqualTo(pem("PUBLIC KEY", key.getPublic().getEncoded()));
        assertThat(zone())
                .contains("default._domainkey.demo.example.\t14400\tIN\tTXT\t\"v=DKIM1; k=rsa; p=")
                .contains("2026010102\t;Serial");
        assertThat(zone().replaceAll("[\" ]", "")).contains(half);
        assertThat(report.altered()).hasSize(1);
        assertThat(report.skipped())
                .containsExactly("key of victim.example: no domain that this account has");
        String after = zone();
        server.restore("DKIM", true);
        assertThat(zone()).as("twice gives the same").isEqualTo(after);
    }

    private Path privateKey() {
        return server.root.resolve("var/cpanel/domain_keys/private/demo.example");
    }

    private static void assertReadByMailServer(Path file, String permissions) throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo(permissions);
        if (Identity.ofProcess().isRoot()) {
            assertThat(Files.getAttribute(file, "unix:gid")).isEqualTo(12);
        }
    }

    @Test
    void theMailServerReadsANewKey() throws Exception {
        server.members.put(
                "domainkeys/private/demo.example",
                pem("PRIVATE KEY", key(2_048).getPrivate().getEncoded()));

        server.restore("DKIM", true);

        assertReadByMailServer(privateKey(), "rw-r-----");
        assertReadByMailServer(requireNonNull(privateKey().getParent()), "rwxr-x---");
        if (Identity.ofProcess().isRoot()) {
            // as earlier versions left it
            Files.setAttribute(privateKey(), "unix:mode", 0600);
            Files.setAttribute(privateKey(), "unix:gid", 0);
            server.restore("DKIM", true);
            assertReadByMailServer(privateKey(), "rw-r-----");
        }
    }

    @Test
    void anOldKeyInTheZoneGivesWay() throws Exception {
        server.put(
                "var/named/demo.example.db",
                ZONE + "default._domainkey\t60\tIN\tTXT\t\"v=DKIM1; p=AAAA\"\n; end\n");
        KeyPair key = key(2_048);
        server.members.put(
                "domainkeys/private/demo.example",
                pem("PRIVATE KEY", key.getPrivate().getEncoded()));

        server.restore("DKIM", true);

        assertThat(zone()).doesNotContain("AAAA\"").endsWith("; end\n");
        assertThat(zone().split("_domainkey", -1)).hasSize(2);
    }

    @Test
    void keysThatAreNoneAreRefused() throws Exception {
        for (String bad :
                new String[] {
                    "",
                    "x",
                    "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
                    pem("PRIVATE KEY", key(512).getPrivate().getEncoded()),
                    pem("PRIVATE KEY", key(1_024).getPrivate().getEncoded()) + "trailing",
                    pem("CERTIFICATE", new byte[] {1, 2, 3})
                }) {
            server.members.put("domainkeys/private/demo.example", bad);
            assertThat(server.restore("DKIM", true).skipped())
                    .as(bad)
                    .singleElement()
                    .asString()
                    .startsWith("key of demo.example: refused, ");
        }
        assertThat(server.has("var/cpanel/domain_keys")).isFalse();
        assertThat(zone()).isEqualTo(ZONE);
    }

    @Test
    void mailMayComeFromThisServer() throws Exception {
        server.put(
                "var/cpanel/users/demo",
                "DNS=demo.example\nHASSPF=1\nIP=198.51.100.7\nUSER=demo\n");

        server.restore("SPF", true);

        assertThat(zone())
                .endsWith(
                        "demo.example.\t14400\tIN\tTXT\t\"v=spf1 +a +mx +ip4:198.51.100.7 ~all\"\n")
                .contains("2026010102\t;Serial");
        String after = zone();
        assertThat(server.restore("SPF", true).altered()).isEmpty();
        assertThat(zone()).isEqualTo(after);

        server.put(
                "var/named/demo.example.db",
                ZONE + "@\tIN\tTXT\t\"v=spf1 +ip4:192.0.2.10 +ip4:192.0.2.101 -all\"\n");
        server.restore("SPF", true);
        assertThat(zone()).contains("\"v=spf1 +ip4:198.51.100.7 +ip4:192.0.2.101 -all\"");
    }

    @Test
    void namesOfServicesAreAddedWhereTheServerOffersThem() throws Exception {
        assertThat(server.restore("ProxySubdomains", true).outcome()).isEqualTo(Outcome.NOTHING);
        server.put("var/cpanel/cpanel.config", "proxysubdomains=1\n");
        server.put("var/named/demo.example.db", ZONE + "webmail\t60\tIN\tCNAME\tdemo.example.\n");

        assertThat(server.restore("ProxySubdomains", true).altered()).hasSize(1);

        assertThat(zone())
                .contains("cpanel.demo.example.\t14400\tIN\tA\t198.51.100.7\n")
                .doesNotContain("webmail.demo.example.");
        assertThat(server.restore("ProxySubdomains", true).altered()).isEmpty();
    }

    @Test
    void zonesThatOthersAnswerForAreTold() throws Exception {
        assertThat(server.restore("DNSAuthority", true).outcome()).isEqualTo(Outcome.NOTHING);
        server.put(
                "etc/wwwacct.conf",
                "ADDR 198.51.100.7\nNS ns1.ours.example\nNS2 NS2.ours.example\n");

        assertThat(server.restore("DNSAuthority", true).dangerous())
                .containsExactly(
                        "zone demo.example: answered by ns1.old.example, not by this server"
                                + " (ns1.ours.example, ns2.ours.example)");

        server.put("var/named/demo.example.db", ZONE + "@ IN NS ns2.ours.example.\n");
        assertThat(server.restore("DNSAuthority", true).outcome()).isEqualTo(Outcome.DONE);
    }

    @Test
    void keysOfZonesMustFitTheirNames() throws Exception {
        // the tag does not depend on the zone's name
        server.members.put("dnssec_keys/demo.example/28024_ZSK.key", SECRET);
        server.members.put(
                "dnssec_keys/demo.example/28024_ZSK.pub", DNSKEY.formatted("demo.example"));
        server.members.put("dnssec_keys/demo.example/1_KSK.key", SECRET);
        server.members.put("dnssec_keys/demo.example/1_KSK.pub", DNSKEY.formatted("demo.example"));
        server.members.put("dnssec_keys/demo.example/2_KSK.key", SECRET);
        server.members.put("dnssec_keys/victim.example/28024_ZSK.key", SECRET);

        RestoreReport report = server.restore("DNSSEC", true);

        assertThat(server.read("var/named/Kdemo.example.+013+28024.private")).isEqualTo(SECRET);
        assertThat(server.read("var/named/Kdemo.example.+013+28024.key"))
                .startsWith("demo.example. IN DNSKEY 256 3 13 l1BW");
        assertThat(report.counts()).containsEntry("keys", 1L);
        assertThat(report.skipped()).hasSize(3);
        try (var files = Files.list(server.root.resolve("var/named"))) {
            assertThat(files).hasSize(3);
        }
    }

    @Test
    void recordsOfOtherZonesInAKeyFileAreRefused() throws Exception {
        for (String bad :
                new String[] {
                    DNSKEY.formatted("victim.example"),
                    DNSKEY.formatted("demo.example") + "www.victim.example. IN A 192.0.2.1\n",
                    "$INCLUDE /etc/shadow\n",
                    ""
                }) {
            server.members.put("dnssec_keys/demo.example/28024_ZSK.key", SECRET);
            server.members.put("dnssec_keys/demo.example/28024_ZSK.pub", bad);
            assertThat(server.restore("DNSSEC", false).skipped()).as(bad).hasSize(1);
        }
        assertThat(server.has("var/named/Kdemo.example.+013+28024.private")).isFalse();
    }

    /// A program that notes its arguments and ends with a code.
    private Path program(String name, int code) throws IOException {
        Path programs = folder.resolve("programs");
        Files.createDirectories(programs);
        Files.setPosixFilePermissions(programs, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path file = programs.resolve(name);
        Files.writeString(
                file,
                "#!/bin/sh\necho \"$@\" >> '%s/calls'\necho went wrong >&2\nexit %d\n"
                        .formatted(folder, code));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return programs;
    }

    @Test
    void theNameServerLoadsTheZones() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "programs must be root's");
        Path programs = program("rndc", 0);
        PublishZonesComponent module = new PublishZonesComponent(ServicePrograms.in(programs));

        RestoreReport report = server.restore(module, true, RestoreOptions.ALL);

        assertThat(report.outcome()).isEqualTo(Outcome.DONE);
        assertThat(Files.readString(folder.resolve("calls"))).isEqualTo("reload demo.example\n");

        program("rndc", 3);
        assertThat(server.restore(module, true, RestoreOptions.ALL).skipped())
                .singleElement()
                .asString()
                .startsWith("zone demo.example: not loaded, rndc ended with exit code 3: ")
                .contains("went wrong");
    }

    /// A program that notes its name and arguments, and goes on with some lines of shell.
    private Path script(String name, String lines) throws IOException {
        Path programs = program(name, 0);
        Files.writeString(
                programs.resolve(name),
                "#!/bin/sh\necho '%s' \"$@\" >> '%s/calls'\n%s\n".formatted(name, folder, lines));
        return programs;
    }

    private String calls() throws IOException {
        Path calls = folder.resolve("calls");
        String text = Files.readString(calls);
        Files.delete(calls);
        return text;
    }

    @Test
    void onAPanelServerANewZoneIsMadeKnownBeforeItIsLoaded() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "programs must be root's");
        script("rndc", "exit 0");
        script("dnscluster", "exit 0");
        Path programs = script("rebuilddnsconfig", "exit 0");
        PublishZonesComponent module = new PublishZonesComponent(ServicePrograms.in(programs));

        assertThat(server.restore(module, true, RestoreOptions.ALL).outcome())
                .isEqualTo(Outcome.DONE);

        String loaded = "rndc reload demo.example\ndnscluster synczone demo.example\n";
        assertThat(calls()).isEqualTo("rebuilddnsconfig\nrndc reconfig\n" + loaded);
        server.put("etc/named.conf", "zone \"demo.example\" { type master; };\n");
        server.restore(module, true, RestoreOptions.ALL);
        assertThat(calls()).as("a zone that is known").isEqualTo(loaded);
        server.put("etc/named.conf", "zone \"old.demo.example\" { type master; };\n");
        script("rebuilddnsconfig", "echo no licence >&2; exit 1");
        assertThat(server.restore(module, true, RestoreOptions.ALL).skipped())
                .singleElement()
                .asString()
                .startsWith("the name server's configuration was not renewed: ")
                .endsWith("no licence");
    }

    @Test
    void elsewhereTheNameServerIsAskedToTakeANewZoneUp() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "programs must be root's");
        String unknown = "[ \"$1\" = reload ] && { echo 'failed: not found' >&2; exit 1; }\n";
        Path programs = script("rndc", unknown + "exit 0");
        PublishZonesComponent module = new PublishZonesComponent(ServicePrograms.in(programs));
        String body = "{ type master; file \"/var/named/demo.example.db\"; };";

        assertThat(server.restore(module, true, RestoreOptions.ALL).outcome())
                .isEqualTo(Outcome.DONE);

        assertThat(calls())
                .isEqualTo("rndc reload demo.example\nrndc addzone demo.example " + body + "\n");
        script("rndc", unknown + "echo permission denied >&2; exit 1");
        RestoreReport report = server.restore(module, true, RestoreOptions.ALL);
        assertThat(report.skipped()).isEmpty();
        assertThat(report.dangerous())
                .singleElement()
                .asString()
                .contains("does not know it; add zone \"demo.example\" " + body);
    }

    /// As in the panel's usual configuration, with a view for this server and one for the others.
    @Test
    void aZoneInSeveralViewsIsLoadedWithAllZones() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "programs must be root's");
        String views =
                "[ \"$2\" ] && { echo \"zone '$2' was found in multiple views\" >&2; exit 1; }\n";
        Path programs = script("rndc", views + "exit 0");
        script("dnscluster", "exit 0");
        PublishZonesComponent module = new PublishZonesComponent(ServicePrograms.in(programs));

        assertThat(server.restore(module, true, RestoreOptions.ALL).outcome())
                .isEqualTo(Outcome.DONE);

        assertThat(calls())
                .isEqualTo(
                        "rndc reload demo.example\nrndc reload\ndnscluster synczone demo.example\n");
        script("rndc", views + "echo no >&2; exit 1");
        assertThat(server.restore(module, true, RestoreOptions.ALL).skipped())
                .singleElement()
                .asString()
                .startsWith("zone demo.example: not loaded, rndc ended with exit code 1: ");
    }

    /// BIND's tools come with other packages, too.
    @Test
    void wherePowerDnsServesItIsAsked() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "programs must be root's");
        script("rndc", "echo connect failed: connection refused >&2; exit 1");
        Path programs = script("pdns_control", "exit 0");
        PublishZonesComponent module = new PublishZonesComponent(ServicePrograms.in(programs));

        assertThat(server.restore(module, true, RestoreOptions.ALL).outcome())
                .isEqualTo(Outcome.DONE);

        assertThat(calls())
                .isEqualTo(
                        """
                        rndc status
                        pdns_control bind-add-zone demo.example /var/named/demo.example.db
                        pdns_control bind-reload-now demo.example
                        """);
        script("rndc", "exit 0");
        server.restore(module, true, RestoreOptions.ALL);
        assertThat(calls()).isEqualTo("rndc status\nrndc reload demo.example\n");
    }

    @Test
    void aConfigurationThatCannotBeReadOrRenewedKeepsNoZoneFromBeingLoaded() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "programs must be root's");
        script("rndc", "exit 0");
        Path programs = script("rebuilddnsconfig", "exit 0");
        PublishZonesComponent module = new PublishZonesComponent(ServicePrograms.in(programs));
        server.put("var/named/named.conf", "zone \"demo.example\" { type master; };\n");
        Files.createSymbolicLink(
                server.root.resolve("etc/named.conf"), Path.of("../var/named/named.conf"));

        assertThat(server.restore(module, true, RestoreOptions.ALL).outcome())
                .isEqualTo(Outcome.DONE);

        assertThat(calls())
                .isEqualTo("rebuilddnsconfig\nrndc reconfig\nrndc reload demo.example\n");
        Files.writeString(programs.resolve("rebuilddnsconfig"), "#!/no/such/interpreter\n");
        assertThat(server.restore(module, true, RestoreOptions.ALL).skipped())
                .singleElement()
                .asString()
                .startsWith("the name server's configuration was not renewed: ");
        assertThat(calls()).isEqualTo("rndc reload demo.example\n");
    }

    /// Many accounts that are made at a time need not each wait for a rebuild of its own.
    @Test
    void whoWaitsForARebuildSharesIt() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "programs must be root's");
        script("rndc", "exit 0");
        Path programs = script("rebuilddnsconfig", "exit 0");
        RestoreNotes notes = new RestoreNotes();
        FutureTask<Boolean> load =
                new FutureTask<>(() -> {
                    nameServer(programs).load(List.of(new DomainName("demo.example")), notes);
                    return true;
                });
        NameServer.REBUILDS.lock();
        try {
            Thread.ofPlatform().name("second").start(load);
            while (!NameServer.REBUILDS.hasQueuedThreads() && !load.isDone()) {
                Thread.onSpinWait();
            }
            server.put("etc/named.conf", "zone \"demo.example\" { type master; };\n");
        } finally {
            NameServer.REBUILDS.unlock();
        }

        assertThat(load.get()).isTrue();
        assertThat(calls()).isEqualTo("rndc reload demo.example\n");
        assertThat(notes.isEmpty()).isTrue();
    }

    @Test
    void theNameServerForgetsZonesThatAreGone() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "programs must be root's");
        Path programs = script("rndc", "echo not found >&2; exit 1");
        List<DomainName> gone = List.of(new DomainName("demo.example"));

        assertThat(nameServer(programs).forget(gone)).isEmpty();
        assertThat(calls()).isEqualTo("rndc delzone demo.example\n");
        script("rndc", "echo permission denied >&2; exit 1");
        assertThat(nameServer(programs).forget(gone))
                .singleElement()
                .asString()
                .startsWith("zone demo.example: take it out of the name server's configuration, ");
        calls();
        script("rndc", "exit 0");
        script("rebuilddnsconfig", "exit 0");
        assertThat(nameServer(programs).forget(gone)).isEmpty();
        assertThat(calls()).isEqualTo("rebuilddnsconfig\nrndc reconfig\n");
    }

    private NameServer nameServer(Path programs) {
        return new NameServer(
                ServicePrograms.in(programs), server.services.root(), true, Cancellation.never());
    }

    @Test
    void withoutANameServerItSaysSo() throws Exception {
        Path none = Files.createDirectory(folder.resolve("none"));
        PublishZonesComponent module = new PublishZonesComponent(ServicePrograms.in(none));

        RestoreReport report = server.restore(module, true, RestoreOptions.ALL);

        assertThat(report.outcome()).isEqualTo(Outcome.ABSENT_SERVICE);
        assertThat(report.skipped())
                .containsExactly("no name server on this server (rndc, pdns_control)");
        assertThat(server.restore("PublishZones", true).outcome())
                .as("services of another root are not driven")
                .isEqualTo(Outcome.NOTHING);
    }
}
