package dev.packhorse.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.packhorse.cli.client.Parameters;
import dev.packhorse.engine.demo.DemoServer;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.transport.server.DriveFakeTokens;
import dev.packhorse.transport.server.OpensshServer;
import dev.packhorse.transport.server.ProftpdServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// A daemon that was given a secret wherever it takes one: none of them is in the arguments or the
/// environment of any process, in its log and trail, in what the API, the commands and events say,
/// in what people are told, in its stacks, or in a file that others can read. Servers that refuse
/// all and say back what they were told are among those that it sends to.
class SecretsWatchTest {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final String CUSTOM_SCRIPT = "word-taker.sh";
    private static final Set<String> OF_SSH = Set.of("ControlMaster", "ssh-keygen", "askpass");

    @TempDir private Path work;
    private final List<String> answers = new ArrayList<>();
    private final Map<String, String> places = new TreeMap<>();

    @SuppressWarnings("NullAway.Init")
    private SecretsWatch watch;

    @SuppressWarnings("NullAway.Init")
    private DaemonUnderTest daemon;

    @SuppressWarnings("NullAway.Init")
    private HostileReceiver hostile;

    @Test
    void theWatchSeesWhatItIsToSee() throws Exception {
        String value = "w0rd/with \"signs\"?" + UUID.randomUUID();
        Files.writeString(work.resolve("open"), "x" + value);
        Files.writeString(file("closed", value), value);
        Path folder = Files.createDirectory(work.resolve("folder"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        Files.writeString(folder.resolve("open"), value);
        try (SecretsWatch seen = SecretsWatch.start()) {
            seen.over(new SecretForms("one", value));
            ProcessBuilder sleeper = new ProcessBuilder("sh", "-c", "sleep 60; :", value);
            sleeper.environment().put("ANYTHING", value);
            Process process = sleeper.start();
            DaemonUnderTest.await(
                    LIMIT,
                    () ->
                            List.of("the command line", "the environment of sh").stream()
                                    .allMatch(String.join("\n", seen.found())::contains));
            process.destroyForcibly();
            Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxr-xr-x"));
            assertThat(seen.inReadableFiles(work)).isEqualTo(1);
            for (String before : List.of("", "a", "ab")) {
                byte[] bytes = (before + value + "z").getBytes(StandardCharsets.UTF_8);
                seen.inText("base64" + before, Base64.getEncoder().encodeToString(bytes));
            }
            assertThat(String.join("\n", seen.found()))
                    .contains("command line", "environment", "/open, as", "base64,")
                    .contains("base64a,", "base64ab,")
                    .doesNotContain("closed", "folder");
        }
    }

    @Test
    void noSecretIsAnywhereThatOthersCanLook() throws Exception {
        assumeTrue(Identity.ofProcess().isRoot(), "accounts have users of their own");
        Path server = work.resolve("server");
        DemoServer.write(server, 20);
        hook(server);
        Files.createDirectory(work.resolve("tmp"));
        try (SecretsWatch watching = SecretsWatch.start();
                HostileReceiver receiver = HostileReceiver.start();
                SlowScript unused = SlowScript.write();
                SharedStore store = SharedStore.start(work);
                SoakPlace sftp = SoakPlace.sftp();
                SoakPlace rsync = SoakPlace.rsync();
                SoakPlace ftp = SoakPlace.ftp();
                HttpClient http = HttpClient.newHttpClient()) {
            watch = watching;
            hostile = receiver;
            knownSecrets();
            try (DaemonUnderTest running = start(store)) {
                daemon = running;
                secret("the root token", running.state().rootToken());
                List<String> events = new CopyOnWriteArrayList<>();
                Thread listener = listen(http, events);
                addPlaces(sftp, rsync, ftp, script(unused));
                administer(http);
                backUp();
                restore();
                places.values().forEach(this::validate);
                commands();
                assertNothingIsFound(events);
                assertThat(daemon.stop()).isZero();
                listener.join();
            }
            watch.inText("the log after the stop", Files.readString(work.resolve("daemon.log")));
            assertThat(watch.found()).isEmpty();
        }
    }

    // ---- what is secret

    private String secret(String name) {
        return secret(name, "S3cret of " + name + " /+%\"" + UUID.randomUUID());
    }

    private String word(String name) {
        return secret(name, "S3cret" + UUID.randomUUID());
    }

    private String secret(String name, String value) {
        return watch.over(new SecretForms(name, value));
    }

    /// Those of servers that other tests use, too.
    private void knownSecrets() {
        secret("the password for SFTP", OpensshServer.PASSWORD);
        secret("the password for FTP", ProftpdServer.PASSWORD);
        secret("the password of the store", "not-a-secret");
        watch.over(new SecretForms("the passphrase for rsync", OpensshServer.PASSPHRASE, OF_SSH));
    }

    private Path file(String name, String content) throws IOException {
        Path file = Files.writeString(work.resolve(name), content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    // ---- the daemon

    private DaemonUnderTest start(SharedStore store) throws IOException {
        List<String> settings = new ArrayList<>(store.settings());
        String url = "http://127.0.0.1:" + hostile.webPort() + "/";
        settings.add("notify.slack.url_file=" + file("slack", url + word("the Slack address")));
        settings.add("notify.webhook.url_file=" + file("webhook", url + word("the webhook")));
        settings.add("notify.mail.to=root@packhorse.example");
        settings.add("notify.mail.smtp=127.0.0.1:" + hostile.mailPort());
        settings.add("notify.mail.smtp_tls=starttls");
        settings.add("notify.mail.smtp_user=mailer");
        settings.add("notify.mail.smtp_password_file=" + file("mail", secret("the mail login")));
        settings.add("postgres.host=127.0.0.1");
        settings.add("postgres.port=" + store.port());
        settings.add("postgres.password_file=" + file("hosted", secret("the hosted databases")));
        return DaemonUnderTest.serving(
                work,
                DaemonUnderTest.begin(
                        work,
                        "256m",
                        List.of("-Djava.io.tmpdir=" + work.resolve("tmp")),
                        Map.of("TMPDIR", work.resolve("tmp").toString()),
                        settings.toArray(String[]::new)));
    }

    private Thread listen(HttpClient http, List<String> events) throws Exception {
        InputStream body =
                http.send(request("/events"), HttpResponse.BodyHandlers.ofInputStream()).body();
        return Thread.ofPlatform()
                .daemon()
                .start(() -> {
                    try (body) {
                        byte[] block = new byte[8_192];
                        for (int read = body.read(block); read > 0; read = body.read(block)) {
                            events.add(new String(block, 0, read, StandardCharsets.UTF_8));
                        }
                    } catch (IOException _) {
                        events.add("the stream ended");
                    }
                });
    }

    private HttpRequest request(String path) throws Exception {
        return HttpRequest.newBuilder(URI.create(daemon.state().address() + path))
                .timeout(Duration.ofMinutes(2))
                .header("Authorization", "whm root:" + daemon.state().rootToken())
                .build();
    }

    private String text(HttpClient http, HttpRequest request) throws Exception {
        String text = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        answers.add(text);
        return text;
    }

    /// Whatever the answer's result; what it says is looked through in the end.
    private JsonNode ask(String function, Map<String, String> parameters) {
        JsonNode answer = askForSecret(function, parameters);
        answers.add(answer.toString());
        return answer.path("data");
    }

    /// Of a function whose answer is to have a secret.
    private JsonNode askForSecret(String function, Map<String, String> parameters) {
        Parameters all = new Parameters();
        parameters.forEach(all::add);
        try {
            return daemon.envelope(function, all);
        } catch (dev.packhorse.cli.client.ClientException e) {
            throw new AssertionError(e);
        }
    }

    // ---- where archives go

    private void addPlaces(SoakPlace sftp, SoakPlace rsync, SoakPlace ftp, Path script)
            throws IOException {
        add("good sftp", sftp.type(), sftp.settings(), Map.of());
        add("wrong sftp", sftp.type(), sftp.settings(), Map.of("password", secret("wrong SFTP")));
        add("good ftp", ftp.type(), ftp.settings(), Map.of());
        add("wrong ftp", ftp.type(), ftp.settings(), Map.of("password", secret("wrong FTP")));
        String locked = OpensshServer.shared().lockedKey().toString();
        add(
                "good rsync",
                rsync.type(),
                rsync.settings(),
                Map.of("privatekey", locked, "passphrase", OpensshServer.PASSPHRASE));
        SecretForms wrong =
                new SecretForms(
                        "a wrong passphrase", "S3cret \"$HOME\" " + UUID.randomUUID(), OF_SSH);
        add(
                "wrong rsync",
                rsync.type(),
                rsync.settings(),
                Map.of("privatekey", locked, "passphrase", watch.over(wrong)));
        SecretForms handed =
                new SecretForms(
                        "the password of the script",
                        "S3cret $(id) `id` " + UUID.randomUUID(),
                        Set.of(CUSTOM_SCRIPT));
        add(
                "script",
                "Custom",
                Map.of("script", script.toString(), "host", "far.example", "path", "/far"),
                Map.of("username", "rider", "password", watch.over(handed)));
        addHostile();
    }

    private void addHostile() throws IOException {
        String url = "http://127.0.0.1:" + hostile.webPort();
        String port = Integer.toString(hostile.webPort());
        add(
                "hostile webdav",
                "WebDAV",
                Map.of("host", "127.0.0.1", "port", port, "ssl", "0", "path", "dav"),
                Map.of("username", "rider", "password", secret("the password for WebDAV")));
        add(
                "hostile s3",
                "S3Compatible",
                Map.of("host", url, "bucket", "bucket", "folder", "far"),
                Map.of("aws_access_key_id", "AKIDEXAMPLE", "password", word("the S3 key")));
        add(
                "hostile b2",
                "Backblaze",
                Map.of("bucket_id", "b".repeat(24), "bucket_name", "bucket", "endpoint", url),
                Map.of("application_key_id", "0a1b2c", "application_key", word("the B2 key")));
        String drive =
                add(
                        "hostile drive",
                        "GoogleDrive",
                        Map.of("folder", "far", "client_id", DriveFakeTokens.CLIENT),
                        Map.of(
                                "client_secret",
                                word("Google's client secret"),
                                "refresh_token",
                                word("Google's refresh token")));
        sendToHostile(drive, url);
    }

    private String add(
            String name, String type, Map<String, String> settings, Map<String, String> more) {
        Map<String, String> all = new TreeMap<>(settings);
        all.putAll(more);
        if (name.startsWith("wrong")) {
            all.merge("path", "-wrong", String::concat);
        }
        all.putAll(Map.of("name", name, "type", type, "timeout", "30"));
        String id = ask("backup_destination_add", all).path("id").asString("");
        assertThat(id).as("%s: %s", name, answers.getLast()).isNotEmpty();
        places.put(name, id);
        return id;
    }

    /// Where Google is, is no setting of the API; a file may say so.
    private void sendToHostile(String id, String url) throws IOException {
        try (Stream<Path> files = Files.list(work.resolve("server/var/cpanel/backups"))) {
            Path file =
                    files.filter(each -> each.toString().contains(id)).findFirst().orElseThrow();
            Files.writeString(
                    file,
                    "endpoint: '%s'\ntoken_endpoint: '%s/token'\n".formatted(url, url),
                    StandardOpenOption.APPEND);
        }
    }

    private void validate(String id) {
        ask("backup_destination_validate", Map.of("id", id));
        ask("backup_destination_get", Map.of("id", id));
    }

    private static Path script(SlowScript folder) throws IOException {
        Path script = Path.of(folder.values().get("script")).resolveSibling(CUSTOM_SCRIPT);
        Files.writeString(
                script, "#!/bin/sh\nsleep 0.2\necho \"no $*, not with these words\" >&2\nexit 1\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        return script;
    }

    // ---- what is done

    /// A hook that tells all that it was given.
    private static void hook(Path server) throws IOException {
        Path opt = Files.createDirectories(server.resolve("opt"));
        Path hook =
                Files.writeString(
                        opt.resolve("tell.sh"),
                        "#!/bin/sh\nsleep 0.2\ncat >&2\nenv >&2\nenv | tr '\\n' ' '\necho 1 fine\n");
        for (Path each : List.of(opt, hook)) {
            Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    private void administer(HttpClient http) throws Exception {
        String made =
                askForSecret("api_token_create", Map.of("token_name", "made"))
                        .path("data")
                        .path("token")
                        .asString("");
        secret("an API token", made);
        ask("api_token_get_details", Map.of("token", made));
        ask("api_token_list", Map.of());
        for (String login :
                List.of(
                        "whm root:" + word("a wrong token"),
                        "whm root:" + made,
                        "Basic " + basic(secret("a wrong password")))) {
            text(http, withLogin("/json-api/listaccts?api.version=1", login));
            text(http, withLogin("/json-api/no_such_function?api.version=1", login));
        }
        JsonNode factor = askForSecret("packhorse_second_factor_enable", Map.of("user", "root"));
        String uri = factor.path("data").path("uri").asString("");
        secret("a second factor", uri.replaceAll(".*[?&]secret=([^&]*).*", "$1"));
        ask("packhorse_second_factor_list", Map.of());
        ask("packhorse_second_factor_disable", Map.of("user", "root"));
        ask(
                "generatesshkeypair",
                Map.of("name", "pair", "bits", "2048", "passphrase", secret("a passphrase")));
        ask("importsshkey", Map.of("name", "other", "key", secret("what is no key")));
        ask("listsshkeys", Map.of("private_key", "1"));
        ask("createacct", Map.of("username", "nobody?", "password", secret("a refused account")));
        ask(
                "createacct",
                Map.of(
                        "username",
                        "newone",
                        "domain",
                        "newone.example",
                        "password",
                        secret("an account's")));
        String sftp = place("good sftp");
        ask("backup_destination_set", Map.of("id", sftp, "password", secret("two lines") + "\nx"));
        ask("backup_destination_set", Map.of("id", sftp, "passwort", secret("no such name")));
        ask("backup_destination_set", Map.of("id", "x", "password", secret("no such place")));
        ask("verify_slack_access", Map.of());
        ask("verify_posturl_access", Map.of());
        for (String event : List.of("PkgAcct::Create", "Packhorse::Restore")) {
            String stage = "pre";
            JsonNode hung =
                    ask(
                            "packhorse_hook_add",
                            Map.of("event", event, "stage", stage, "hook", "/opt/tell.sh"));
            assertThat(hung.path("id").asString("")).as(answers.getLast()).isNotEmpty();
        }
    }

    private String place(String name) {
        return Optional.ofNullable(places.get(name)).orElseThrow();
    }

    private static String basic(String password) {
        return Base64.getEncoder()
                .encodeToString(("root:" + password).getBytes(StandardCharsets.UTF_8));
    }

    private HttpRequest withLogin(String path, String login) throws Exception {
        return HttpRequest.newBuilder(URI.create(daemon.state().address() + path))
                .timeout(Duration.ofMinutes(2))
                .header("Authorization", login)
                .build();
    }

    private void backUp() throws Exception {
        String pack =
                ask("packhorse_backup_start", Map.of("user", "alice")).path("job").asString("");
        assertThat(daemon.awaitEnd(pack, LIMIT).path("state").asString(""))
                .isIn("succeeded", "partial");
        DaemonUnderTest.await(LIMIT, () -> uploads(false) == places.size());
        DaemonUnderTest.await(LIMIT, () -> uploads(true) == places.size());
    }

    /// How many uploads there are, or how many of them went well or were tried without.
    private long uploads(boolean tried) {
        JsonNode jobs = ask("packhorse_job_list", Map.of("kind", "upload")).path("jobs");
        return jobs.valueStream()
                .filter(job ->
                        !tried
                                || job.path("state").asString("").equals("succeeded")
                                || !job.path("reason").asString("").isEmpty())
                .count();
    }

    private void restore() throws Exception {
        for (Map<String, String> what :
                List.of(
                        Map.of("user", "alice"),
                        Map.of("user", "alice", "destid", place("good sftp")),
                        Map.of("user", "alice", "destid", place("wrong sftp")))) {
            JsonNode started = ask("packhorse_restore_start", what);
            String job = started.path("job").asString("");
            if (!job.isEmpty()) {
                daemon.awaitEnd(job, LIMIT);
            }
        }
    }

    private void commands() throws Exception {
        String state = "--state=" + work.resolve("state");
        Path password = file("password", secret("a password in a file"));
        Path kit = work.resolve("kit");
        Path passphrase = file("passphrase", secret("the passphrase of the kit"));
        command(
                "destination",
                "add",
                "by-hand",
                "--type=SFTP",
                "--secret=password=" + password,
                "host=127.0.0.1",
                "port=1",
                "username=rider",
                "path=x",
                "authtype=password",
                state);
        command("destination", "ls", "--json", state);
        command("audit", "--last=0", state);
        command("queue", "ls", "--json", state);
        EndedCommand written =
                command(
                        "recovery-kit",
                        "write",
                        kit.toString(),
                        "--passphrase-file=" + passphrase,
                        "--set=host.root=" + work.resolve("server"),
                        "--set=state=" + work.resolve("state"));
        assertThat(written.code()).as(written.err()).isZero();
        watch.inText("the kit", Files.readString(kit, StandardCharsets.ISO_8859_1));
    }

    private EndedCommand command(String... words) throws Exception {
        Path err = work.resolve("err");
        Process process =
                new ProcessBuilder(CommandLine.of(List.of(words)))
                        .redirectError(err.toFile())
                        .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        EndedCommand ended = new EndedCommand(process.waitFor(), out, Files.readString(err));
        watch.inText("what a command said", ended.out() + ended.err());
        return ended;
    }

    // ---- where it is looked

    private void assertNothingIsFound(List<String> events) throws Exception {
        ask("backup_destination_list", Map.of());
        ask("packhorse_status", Map.of());
        answers.forEach(answer -> watch.inText("an answer", answer));
        assertThat(String.join("", events)).contains("data: ");
        watch.inText("the events", String.join("", events));
        watch.inText("the daemon's log", Files.readString(daemon.log()));
        watch.inText("what the mail server heard", String.join("\n", hostile.mailLines()));
        assertThat(daemon.stacks()).contains("dev.packhorse");
        watch.inText("the stacks", daemon.stacks());
        Path state = daemon.state().path();
        assertThat(watch.inFiles(state.resolve("sessions"))).isPositive();
        assertThat(watch.inFiles(state.resolve("audit"))).isPositive();
        for (String folder : List.of("state", "server", "tmp")) {
            watch.inReadableFiles(work.resolve(folder));
        }
        assertThat(watch.found()).isEmpty();
        assertThatAllWasTried();
    }

    private void assertThatAllWasTried() throws IOException {
        assertThat(String.join("\n", watch.programs()))
                .contains("/opt/tell.sh", CUSTOM_SCRIPT, "rsync", "recovery-kit write");
        assertThat(watch.carried())
                .contains("the password of the script", "the passphrase for rsync");
        assertThat(hostile.requests())
                .anyMatch(path -> path.startsWith("/dav"))
                .anyMatch(path -> path.startsWith("/bucket"))
                .anyMatch(path -> path.startsWith("/b2api"))
                .anyMatch(path -> path.startsWith("/token"))
                .anyMatch(path -> path.startsWith("/S3cret"));
    }
}
