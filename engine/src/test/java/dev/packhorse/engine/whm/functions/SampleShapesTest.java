package dev.packhorse.engine.whm.functions;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.packhorse.engine.job.JobJson;
import dev.packhorse.engine.job.UploadArguments;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobKind;
import dev.packhorse.engine.model.Tier;
import dev.packhorse.engine.posix.Identity;
import dev.packhorse.engine.queue.JobRequest;
import dev.packhorse.engine.whm.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/// Calls each function with the arguments of its documentation sample and compares member names and
/// JSON types of the answer with the sample's. What differs on purpose stands in the tables below;
/// an entry that is no longer needed fails the test, too.
class SampleShapesTest {
    private static final String LOCAL_ONLY =
            "the sample shows type AmazonS3; Local has no such setting";
    private static final String PUBLIC_KEY =
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1wOTNmIqkeqZdFGyiBiaVQ6xhMLQLMsQqFmaTb6JS9 me";
    private static final String OUR_OWN = "ours, or of another documented sample";

    /// `function path` that the sample has and our answer has not, or has with another type.
    private static final Map<String, String> ABSENT = absent();

    /// `function path` that our answer has and the sample has not.
    private static final Map<String, String> MORE = more();

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    @TempDir Path root;
    private TestServer server;
    private String destination = "";
    private String pkgacct = "";
    private String transfer = "";
    private String token = "";
    private String hook = "";

    private static Map<String, String> absent() {
        Map<String, String> absent = new TreeMap<>();
        absent.put("restoreaccount .output", "the text of a script that does not run here");
        absent.put("backup_destination_list .destination_list[].aws_access_key_id", LOCAL_ONLY);
        absent.put("backup_destination_list .destination_list[].bucket", LOCAL_ONLY);
        absent.put("backup_destination_list .destination_list[].folder", LOCAL_ONLY);
        absent.put("listaccts .acct[].inodesused", "“none”: not measured");
        absent.put("accountsummary .acct[].inodesused", "“none”: not measured");
        absent.put("suspendacct .output", "the text of a script that does not run here");
        for (String function : List.of("createacct", "removeacct")) {
            absent.put(function + " .output", "the text of a script that does not run here");
        }
        absent.put("delete_account_archives .output", "looked at in TransferFunctionsTest");
        absent.put("domainuserdata .userdata.userdirprotect", "no server setting here");
        return absent;
    }

    private static Map<String, String> more() {
        Map<String, String> more = new TreeMap<>();
        for (String list : List.of("active", "pending", "completed")) {
            more.put(
                    "restore_queue_state ." + list + "[].options.destid",
                    "as in the list functions");
        }
        more.put("restoreaccount ", "tells the transfer session that shows its progress");
        more.put("backup_config_get .backup_config.backupsuspendedaccts", "the older spelling");
        for (String key :
                List.of(
                        "path",
                        "mount",
                        "no_mount_fail",
                        "we_mounted_it",
                        "local_subdir",
                        "only_used_for_logs")) {
            more.put("backup_destination_list .destination_list[]." + key, OUR_OWN);
        }
        more.put("backup_destination_get .only_used_for_logs", OUR_OWN);
        more.put("backup_destination_list .destination_list[].upload_system_backup", OUR_OWN);
        more.put("list_hooks .categories[].events[].stages[].actions[].notes", "edit_hook sets it");
        more.put("backup_set_list .backup_set.*", "the sample is empty");
        more.put("backup_destination_validate .steps", "each step of the proof is told");
        for (String key : List.of("redirect_uri", "valid_seconds")) {
            more.put("backup_generate_google_oauth_uri ." + key, OUR_OWN);
        }
        for (String key : List.of(".url", ".result.payload.url")) {
            more.put("verify_posturl_access .results[]" + key, "as of verify_slack_access");
        }
        more.put("backup_get_transport_status .transport_status[].attempts", OUR_OWN);
        return more;
    }

    /// Objects whose member names are data.
    private static final Set<String> MAPS =
            Set.of(
                    "api_token_list .tokens",
                    "available_transfer_modules .modules",
                    "transfer_module_schema .schema.keys",
                    "api_token_list .tokens.*.acls",
                    "backup_set_list .backup_set",
                    "backup_set_list_combined .backup_set",
                    "backup_set_list_combined .destination_legend",
                    "backup_list_transported .remote_backups",
                    "backup_list_transported .remote_backups.*",
                    "verify_posturl_access .results[].result.payload.headers",
                    "verify_slack_access .results[].result.payload.headers");

    static Stream<String> functions() throws Exception {
        return samples().map(sample -> sample.path("function").asString());
    }

    private static Stream<JsonNode> samples() throws Exception {
        try (InputStream in = SampleShapesTest.class.getResourceAsStream("sample-shapes.json")) {
            List<JsonNode> all = new ArrayList<>();
            MAPPER.readTree(in).forEach(all::add);
            return all.stream();
        }
    }

    @BeforeEach
    void server() throws Exception {
        server = new TestServer(root);
        server.account("username", "root");
        server.catalog.add("username", DestinationId.LOCAL, Tier.MONTHLY, "2014-10-10");
        server.catalog.add("username", DestinationId.LOCAL, Tier.DAILY, "2019-10-21");
        destination =
                server.data(
                                "backup_destination_add",
                                "name=More Backups",
                                "type=Local",
                                "path=/backup2")
                        .path("id")
                        .asString();
        server.call(
                "backup_destination_set",
                "id=" + destination,
                "disabled=1",
                "disable_reason=was full");
        server.catalog.add("username", new DestinationId(destination), Tier.DAILY, "2019-10-21");
        UploadArguments upload =
                new UploadArguments(
                        "username", destination, Tier.DAILY, "2019-10-21", "a/b.tar.gz", 1, "0");
        server.queue.enqueue(
                JobRequest.of(JobKind.UPLOAD, "username", "root", JobJson.write(upload)));
        server.rootFile("home/cpmove-newacct.tar.gz", "not read here");
        server.rootFile("etc/cpbackup.conf", "BACKUPENABLE yes\n");
        administration();
        echo();
        endedTask(1);
        startedTask();
        server.call("restore_queue_add_task", "user=username", "restore_point=2014-10-10");
        pkgacct =
                server.data("start_background_pkgacct", "user=username", "tarroot=/home")
                        .path("session_id")
                        .asString();
        transfer =
                server.data("restore_queue_list_completed")
                        .path("restore_job")
                        .get(0)
                        .path("status_info")
                        .path("transfer_session_id")
                        .asString();
    }

    /// A server that greets once as SSH does.
    private int greeter() throws IOException {
        ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Thread.ofVirtual()
                .start(() -> {
                    try (socket;
                            Socket peer = socket.accept()) {
                        peer.getOutputStream()
                                .write("SSH-2.0-Test\r\n".getBytes(StandardCharsets.US_ASCII));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
        return socket.getLocalPort();
    }

    private String echo = "";
    private HttpServer echoing;

    /// Sends back what it is sent.
    private void echo() throws Exception {
        echoing = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        echoing.createContext(
                "/",
                exchange -> {
                    byte[] body = exchange.getRequestBody().readAllBytes();
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        echoing.start();
        echo = "http://127.0.0.1:" + echoing.getAddress().getPort() + "/post?key=1";
        server.rootFile("state/slack", echo);
        server.rootFile("state/webhook", echo);
    }

    @AfterEach
    void stop() {
        echoing.stop(0);
    }

    private void administration() throws Exception {
        token =
                server.data(
                                "api_token_create",
                                "token_name=present",
                                "acl=list-accts",
                                "whitelist_ip=192.0.2.1",
                                "expires_at=4102444800")
                        .path("token")
                        .asString();
        server.folder("opt");
        server.folder("root");
        server.rootFile("opt/hook.sh", "#!/bin/sh\n");
        hook =
                server.data(
                                "packhorse_hook_add",
                                "event=System::Backup",
                                "stage=pre",
                                "hook=/opt/hook.sh")
                        .path("id")
                        .asString();
        server.rootFile("var/cpanel/cpanel.config", "defaultmailaction=localuser\n");
        server.call("importsshkey", "name=present", "key=" + PUBLIC_KEY);
        server.call("generatesshkeypair", "name=pair", "bits=2048");
        server.account("suspended", "root");
        server.call("suspendacct", "user=suspended", "disallowun=1");
    }

    private void endedTask(int result) throws Exception {
        server.call("restore_queue_add_task", "user=username", "restore_point=2019-10-21");
        server.call("restore_queue_activate");
        server.runRestore(result);
    }

    private void startedTask() throws Exception {
        server.call("restore_queue_add_task", "user=username", "restore_point=2019-10-21");
        server.call("restore_queue_activate");
        server.claimRestore();
    }

    /// What the sample's arguments need to mean something on this server.
    private List<String> arguments(String function, JsonNode sample) throws Exception {
        List<String> arguments = new ArrayList<>();
        sample.path("arguments")
                .properties()
                .forEach(
                        entry -> arguments.add(entry.getKey() + "=" + entry.getValue().asString()));
        switch (function) {
            case "restore_queue_add_task" ->
                    server.call("restore_queue_clear_pending_task", "user=username");
            case "restoreaccount" -> arguments.add("mail=1");
            case "verify_new_username_for_restore" -> arguments.add("user=newname");
            case "restore_queue_clear_completed_task" -> arguments.add("start_time=" + started());
            case "backup_destination_add" -> arguments.add("path=/backup3");
            case "backup_destination_get" -> arguments.add("id=" + bucket());
            case "backup_destination_delete",
                    "backup_destination_set",
                    "backup_destination_validate" ->
                    arguments.add("id=" + destination);
            case "get_pkgacct_session_state", "fetch_pkgacct_master_log" ->
                    arguments.add("session_id=" + pkgacct);
            case "get_transfer_session_state", "fetch_transfer_session_log" ->
                    arguments.add("transfer_session_id=" + transfer);
            case "enqueue_transfer_item" ->
                    arguments.add("transfer_session_id=" + transferOfMany(false));
            case "start_transfer_session" ->
                    arguments.add("transfer_session_id=" + transferOfMany(true));
            case "pause_transfer_session", "abort_transfer_session" -> {
                String session = transferOfMany(true);
                server.call("start_transfer_session", "transfer_session_id=" + session);
                arguments.add("transfer_session_id=" + session);
            }
            case "removeacct" -> {
                server.account("example", "root");
                int uid = server.accounts.find(new AccountName("example")).orElseThrow().uid();
                if (Identity.ofProcess().isRoot()) {
                    Files.setAttribute(root.resolve("home/example"), "unix:uid", uid);
                }
            }
            case "api_token_get_details" -> arguments.add("token=" + token);
            case "importsshkey" -> arguments.add("key=" + PUBLIC_KEY);
            case "check_remote_ssh_connection" -> {
                arguments.add("host=127.0.0.1");
                arguments.add("port=" + greeter());
            }
            case "edit_hook", "delete_hook" -> arguments.add("id=" + hook);
            case "reorder_hooks" -> arguments.add("ids=" + hook);
            case "start_background_pkgacct" -> arguments.add("tarroot=/home");
            case "send_test_posturl" -> arguments.add("url=" + echo);
            default -> {}
        }
        return arguments;
    }

    private String bucket() throws Exception {
        return server.data(
                        "backup_destination_add",
                        "name=Amazon S3",
                        "type=AmazonS3",
                        "bucket=s3-bucket-brigade",
                        "aws_access_key_id=access-key-id",
                        "password=secret")
                .path("id")
                .asString();
    }

    private String transferOfMany(boolean filled) throws Exception {
        String session =
                server.data("create_remote_root_transfer_session", "host=localhost", "user=root")
                        .path("transfer_session_id")
                        .asString();
        if (filled) {
            server.call(
                    "enqueue_transfer_item",
                    "transfer_session_id=" + session,
                    "module=AccountLocal",
                    "user=newacct",
                    "localuser=newacct");
        }
        return session;
    }

    private String started() throws Exception {
        return server.data("restore_queue_list_completed")
                .path("restore_job")
                .get(0)
                .path("status_info")
                .path("started")
                .asString();
    }

    @ParameterizedTest
    @MethodSource("functions")
    void answerHasTheShapeOfTheSample(String function) throws Exception {
        JsonNode sample =
                samples()
                        .filter(each -> each.path("function").asString().equals(function))
                        .findFirst()
                        .orElseThrow();
        Answer answer = server.call(function, arguments(function, sample).toArray(String[]::new));

        TreeSet<String> differences = new TreeSet<>();
        JsonNode data =
                answer.data()
                        .<JsonNode>map(node -> node)
                        .orElse(JsonNodeFactory.instance.missingNode());
        compare(function + " ", sample.path("data"), data, differences);
        if (sample.has("output")) {
            differences.add("absent: " + function + " .output");
        }
        assertThat(undated(answer.reason())).isEqualTo(undated(sample.path("reason").asString()));
        assertThat(differences).isEqualTo(accepted(function));
    }

    /// Some reasons name a file by the second it was made in.
    private static String undated(String reason) {
        return reason.replaceAll("-\\d{10}\\b", "-SECOND");
    }

    private static SortedSet<String> accepted(String function) {
        TreeSet<String> accepted = new TreeSet<>();
        ABSENT.keySet().stream()
                .filter(key -> key.startsWith(function + " "))
                .forEach(key -> accepted.add("absent: " + key));
        MORE.keySet().stream()
                .filter(key -> key.startsWith(function + " "))
                .forEach(key -> accepted.add("more: " + key));
        return accepted;
    }

    private static void compare(
            String path, JsonNode sample, JsonNode answer, Set<String> differences) {
        if (sample.isMissingNode() || answer.isMissingNode()) {
            if (sample.isMissingNode() != answer.isMissingNode()) {
                differences.add((sample.isMissingNode() ? "more: " : "absent: ") + path);
            }
        } else if (sample.isObject() && answer.isObject()) {
            compareObjects(path, sample, answer, differences);
        } else if (sample.isArray() && answer.isArray()) {
            if (!sample.isEmpty()) {
                assertThat(answer.isEmpty()).as("%s is prepared for the test", path).isFalse();
                if (!(sample.get(0).isObject() && answer.get(0).isMissingNode())) {
                    compare(path + "[]", sample.get(0), answer.get(0), differences);
                }
            }
        } else if (!sameType(sample, answer)) {
            differences.add("absent: " + path);
        }
    }

    private static void compareObjects(
            String path, JsonNode sample, JsonNode answer, Set<String> differences) {
        if (MAPS.contains(path)) {
            assertThat(answer.isEmpty()).as("%s is prepared for the test", path).isFalse();
            JsonNode pattern = sample.isEmpty() ? sample.path("none") : first(sample);
            compare(path + ".*", pattern, first(answer), differences);
            return;
        }
        TreeSet<String> names = new TreeSet<>(sample.propertyNames());
        names.addAll(answer.propertyNames());
        for (String name : names) {
            if (!isEmptyHere(path, name)) {
                compare(path + "." + name, sample.path(name), answer.path(name), differences);
            }
        }
    }

    /// Lists of things that this server has none of.
    private static boolean isEmptyHere(String path, String name) {
        return path.endsWith("acct[]") && (name.equals("ipv6") || name.equals("child_nodes"));
    }

    private static JsonNode first(JsonNode object) {
        return object.iterator().next();
    }

    /// Null stands for an absent value of any type.
    private static boolean sameType(JsonNode sample, JsonNode answer) {
        return sample.isNull()
                || answer.isNull()
                || (sample.isNumber() && answer.isNumber())
                || (sample.isString() && answer.isString());
    }

    @Test
    void theComparisonFindsWhatIsWrong() {
        TreeSet<String> differences = new TreeSet<>();
        compare(
                "f ",
                MAPPER.readTree("{\"a\":1,\"b\":\"x\",\"c\":[{\"d\":1}]}"),
                MAPPER.readTree("{\"a\":\"1\",\"c\":[{\"d\":1,\"e\":2}]}"),
                differences);
        assertThat(differences).containsExactly("absent: f .a", "absent: f .b", "more: f .c[].e");
    }

    @Test
    void everyFunctionIsCheckedOrOurs() throws Exception {
        Set<String> checked = new TreeSet<>(functions().toList());
        assertThat(server.functions.keySet())
                .allMatch(name -> checked.contains(name) || name.startsWith("packhorse_"))
                .containsAll(checked);
    }
}
