package dev.packhorse;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Holds the package table: what each package may import besides `java..`, JSpecify, SLF4J and
/// itself.
class ArchitectureTest {
    private static final String ROOT = "dev.packhorse.";
    private static final List<String> EVERYBODY = List.of("java.", "org.jspecify.", "org.slf4j.");
    private static final String JSON = "tools.jackson.";
    private static final Map<String, List<String>> MAY_IMPORT = table();

    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .withImportOption(location -> !location.contains("-tests.jar"))
                    .importPackages("dev.packhorse");

    /// Each driver knows the client library of its protocol and no other driver.
    private static Map<String, List<String>> driverLibraries() {
        return Map.of(
                "sftp",
                List.of("com.jcraft.jsch."),
                "custom",
                List.of(),
                "rsync",
                List.of(),
                "ftp",
                List.of("org.apache.commons.net.", "javax.net."),
                "webdav",
                List.of("javax.xml.", "org.w3c.dom.", "org.xml.sax."),
                "s3",
                List.of("software.amazon.awssdk.", "javax.net.ssl."),
                "backblaze",
                List.of(JSON, "javax.net.ssl."),
                "gdrive",
                List.of(JSON));
    }

    /// What some drivers share besides: logins over SSH, and child processes.
    private static List<String> sharedWith(String driver) {
        return switch (driver) {
            case "sftp" -> List.of(ROOT + "transport.ssh");
            case "rsync" -> List.of(ROOT + "transport.ssh", ROOT + "transport.child");
            case "custom" -> List.of(ROOT + "transport.child");
            default -> List.of();
        };
    }

    private static Map<String, List<String>> table() {
        Map<String, List<String>> table = new TreeMap<>();
        String spi = ROOT + "transport.spi";
        table.put("transport.spi", List.of());
        table.put("transport.decorator", List.of(spi));
        table.put("transport.lookup", List.of(spi));
        table.put("transport.watch", List.of(spi));
        // A part is sent again by the policy that all calls keep to.
        table.put("transport.parts", List.of(spi, ROOT + "transport.decorator"));
        table.put("transport.local", List.of(spi));
        for (var driver : driverLibraries().entrySet()) {
            List<String> allowed =
                    new ArrayList<>(
                            List.of(
                                    spi,
                                    ROOT + "transport.watch",
                                    ROOT + "transport.http",
                                    ROOT + "transport.parts",
                                    ROOT + "transport.tls"));
            allowed.addAll(driver.getValue());
            allowed.addAll(sharedWith(driver.getKey()));
            table.put("transport." + driver.getKey(), allowed);
        }
        table.put("transport.tls", List.of(spi, "javax.net."));
        table.put(
                "transport.http",
                List.of(spi, ROOT + "transport.watch", ROOT + "transport.tls", "javax.net."));
        table.put("transport.ssh", List.of(spi));
        table.put("transport.child", List.of(spi, ROOT + "transport.watch"));
        table.put("transport.registry", List.of(ROOT + "transport."));
        table.put("engine.model", List.of(spi));
        table.put("engine.posix", List.of());
        table.put("engine.gzip", List.of());
        table.put("engine.index", engine("posix"));
        table.put(
                "engine.archive",
                engine(spi, JSON, "model", "posix", "gzip", "index", "javax.crypto."));
        table.put("engine.tree", engine(spi, "archive", "posix"));
        table.put("engine.host", engine(spi, JSON, "model", "posix"));
        table.put("engine.process", engine(spi, "posix"));
        table.put("engine.rootfile", engine(JSON));
        table.put("engine.session", engine(spi, JSON, "model", "posix", "rootfile"));
        table.put("engine.staging", engine(spi, "model", "posix", "rootfile"));
        table.put("engine.mysql", engine(spi, JSON, "model", "posix", "process"));
        table.put(
                "engine.component",
                engine(
                        spi,
                        JSON,
                        "model",
                        "archive",
                        "host",
                        "index",
                        "posix",
                        "process",
                        "session",
                        "staging",
                        "mysql",
                        "postgres"));
        table.put(
                "engine.provision",
                engine(
                        spi,
                        "model",
                        "archive",
                        "component",
                        "host",
                        "mysql",
                        "posix",
                        "postgres",
                        "session",
                        "staging"));
        table.put("engine.queue", engine(spi, "model"));
        table.put("engine.catalog", engine(spi, "model"));
        table.put(
                "engine.jdbc",
                engine(
                        spi,
                        "model",
                        "catalog",
                        "queue",
                        "javax.net.ssl.",
                        "javax.sql.",
                        "com.zaxxer.hikari",
                        "org.flywaydb.",
                        "org.h2."));
        table.put("engine.retention", engine(spi, "model", "rootfile"));
        table.put("engine.plan", engine(spi, "model", "component", "host", "retention"));
        table.put("engine.verification", engine(spi, "model"));
        table.put("engine.run", engine(spi, "model", "catalog", "queue"));
        table.put("engine.backupconfig", engine(spi, JSON, "model", "posix", "rootfile"));
        table.put(
                "engine.destination",
                engine(spi, JSON, "model", "posix", "rootfile", "javax.crypto."));
        table.put(
                "engine.job",
                engine(
                        spi,
                        JSON,
                        "model",
                        "archive",
                        "backupconfig",
                        "catalog",
                        "component",
                        "destination",
                        "gzip",
                        "hook",
                        "host",
                        "index",
                        "notify",
                        "plan",
                        "posix",
                        "process",
                        "queue",
                        "retention",
                        "rootfile",
                        "session",
                        "staging",
                        "system",
                        "tree",
                        "verification"));
        table.put(
                "engine.schedule",
                engine(
                        spi,
                        "model",
                        "queue",
                        "backupconfig",
                        "job",
                        "plan",
                        "retention",
                        "rootfile",
                        "org.quartz."));
        table.put("engine.audit", engine(JSON));
        table.put("engine.auth", engine(spi, JSON, "model", "posix", "host", "javax.crypto."));
        table.put(
                "engine.whm",
                engine(
                        spi,
                        JSON,
                        "model",
                        "archive",
                        "auth",
                        "backupconfig",
                        "catalog",
                        "component",
                        "destination",
                        "host",
                        "job",
                        "queue",
                        "session"));
        table.put(
                "engine.whm.functions",
                engine(
                        spi,
                        JSON,
                        "model",
                        "auth",
                        "backupconfig",
                        "catalog",
                        "component",
                        "destination",
                        "hook",
                        "host",
                        "job",
                        "notify",
                        "plan",
                        "provision",
                        "queue",
                        "retention",
                        "rootfile",
                        "schedule",
                        "session",
                        "sshkey",
                        "verification",
                        "whm",
                        "com.google.re2j."));
        table.put("engine.hook", engine(spi, JSON, "posix", "process", "rootfile", "session"));
        table.put(
                "engine.notify",
                engine(
                        spi,
                        JSON,
                        "model",
                        "process",
                        "queue",
                        "rootfile",
                        "run",
                        "session",
                        "javax.net.",
                        "org.apache.commons.net."));
        table.put("engine.live", engine(JSON, "model", "queue", "run"));
        table.put("engine.recovery", engine(JSON, "javax.crypto."));
        table.put("engine.system", engine(spi, "mysql", "process", "rootfile"));
        table.put("engine.postgres", engine(spi, "mysql", "process"));
        table.put(
                "engine.sshkey", engine(spi, "host", "posix", "com.jcraft.jsch.", "javax.crypto."));
        table.put(
                "engine.http",
                engine(
                        spi,
                        JSON,
                        "model",
                        "auth",
                        "live",
                        "whm",
                        "org.eclipse.jetty.",
                        "org.bouncycastle."));
        table.put(
                "engine.health",
                engine(
                        spi,
                        JSON,
                        "model",
                        "auth",
                        "backupconfig",
                        "catalog",
                        "destination",
                        "host",
                        "job",
                        "notify",
                        "plan",
                        "queue",
                        "io.prometheus."));
        table.put(
                "engine.settings",
                engine(spi, JSON, "model", "auth", "component", "plan", "retention"));
        table.put("engine.demo", engine(spi, "model", "host", "posix", "org.bouncycastle."));
        table.put(
                "engine.daemon",
                List.of(ROOT + "engine.", spi, ROOT + "transport.decorator", JSON));
        table.put("cli", List.of(ROOT, JSON, "picocli."));
        table.put("cli.client", List.of("javax.net.ssl.", spi, JSON));
        table.put("cli.json", List.of());
        table.put("cli.daemon", List.of(ROOT, "picocli."));
        table.put(
                "cli.render",
                engine(spi, JSON, "model", "posix", "index", "job", ROOT + "cli.json"));
        return table;
    }

    /// Names with a dot are taken as they are; others are packages of the engine.
    private static List<String> engine(String... names) {
        return List.of(names).stream()
                .map(name -> name.contains(".") ? name : ROOT + "engine." + name)
                .toList();
    }

    @Test
    void everyPackageIsInTheTable() {
        TreeSet<String> packages = new TreeSet<>();
        CLASSES.forEach(type -> packages.add(tableName(type.getPackageName())));
        packages.removeAll(MAY_IMPORT.keySet());
        assertThat(packages).as("packages that the table does not name").isEmpty();
    }

    @Test
    void packagesImportOnlyWhatTheTableAllows() {
        TreeSet<String> breaches = new TreeSet<>();
        for (JavaClass type : CLASSES) {
            String name = tableName(type.getPackageName());
            List<String> allowed = MAY_IMPORT.getOrDefault(name, List.of());
            type.getDirectDependenciesFromSelf()
                    .forEach(dependency -> {
                        JavaClass target = dependency.getTargetClass().getBaseComponentType();
                        if (!isAllowed(name, allowed, target)) {
                            breaches.add(type.getName() + " -> " + target.getName());
                        }
                    });
        }
        assertThat(breaches).isEmpty();
    }

    private static boolean isAllowed(String from, List<String> allowed, JavaClass target) {
        String name = target.getName();
        String targetPackage = target.getPackageName();
        if (target.isPrimitive() || EVERYBODY.stream().anyMatch(name::startsWith)) {
            return true;
        }
        if (targetPackage.startsWith(ROOT) && tableName(targetPackage).equals(from)) {
            return true;
        }
        return allowed.stream()
                .anyMatch(prefix ->
                        prefix.endsWith(".")
                                ? name.startsWith(prefix)
                                : targetPackage.equals(prefix)
                                        || targetPackage.startsWith(prefix + "."));
    }

    /// `engine.component.x` counts as `engine.component`, so that a family of modules may have
    /// folders of its own.
    private static String tableName(String packageName) {
        String relative =
                packageName.startsWith(ROOT) ? packageName.substring(ROOT.length()) : packageName;
        return relative.startsWith("engine.component.") ? "engine.component" : relative;
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.packhorse.(*.*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void everyPackageIsNullMarked() {
        TreeSet<String> unmarked = new TreeSet<>();
        for (JavaClass type : CLASSES) {
            JavaPackage home = type.getPackage();
            if (!home.isAnnotatedWith("org.jspecify.annotations.NullMarked")) {
                unmarked.add(home.getName());
            }
        }
        assertThat(unmarked).isEmpty();
    }

    @Test
    void onlyTheStoreAndTheDatabaseModuleSpeakSql() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "dev.packhorse.engine.jdbc..", "dev.packhorse.engine.mysql..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.sql..")
                .check(CLASSES);
    }

    /// Whoever wrote the bytes would choose what is run.
    @Test
    void nothingIsReadAsSerializedObjects() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.io.ObjectInputStream")
                .check(CLASSES);
    }

    @Test
    void onlyPosixAndGzipCallNativeCode() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "dev.packhorse.engine.posix..", "dev.packhorse.engine.gzip..")
                .should()
                .dependOnClassesThat(
                        describe(
                                "link native code",
                                type ->
                                        type.getName().equals("java.lang.foreign.Linker")
                                                || type.getName()
                                                        .equals("java.lang.foreign.SymbolLookup")))
                .check(CLASSES);
    }

    @Test
    void timeComesFromAnInjectedClock() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.packhorse.engine.queue..",
                        "dev.packhorse.engine.jdbc..",
                        "dev.packhorse.engine.run..",
                        "dev.packhorse.engine.schedule..",
                        "dev.packhorse.engine.job..",
                        "dev.packhorse.engine.whm..")
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .check(CLASSES);
    }

    @Test
    void nothingInterruptsThreads() {
        noClasses().should().callMethod(Thread.class, "interrupt").check(CLASSES);
    }

    @Test
    void testsEndInTest() {
        JavaClasses tests =
                new ClassFileImporter()
                        .withImportOption(new ImportOption.OnlyIncludeTests())
                        .importPackages("dev.packhorse");
        classes()
                .that()
                .containAnyMethodsThat(
                        describe(
                                "are tests",
                                method -> method.isAnnotatedWith("org.junit.jupiter.api.Test")))
                .should()
                .haveSimpleNameEndingWith("Test")
                .orShould()
                .haveSimpleNameEndingWith("Contract")
                .check(tests);
    }
}
