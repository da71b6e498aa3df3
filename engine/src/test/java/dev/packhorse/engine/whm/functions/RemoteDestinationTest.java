package dev.packhorse.engine.whm.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.destination.Destination;
import dev.packhorse.engine.destination.DestinationParameter;
import dev.packhorse.engine.destination.DestinationParameters;
import dev.packhorse.engine.destination.DestinationSettings;
import dev.packhorse.engine.destination.DestinationType;
import dev.packhorse.engine.destination.SlotLimit;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.whm.RawParameters;
import dev.packhorse.engine.whm.WhmException;
import dev.packhorse.transport.spi.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class RemoteDestinationTest {
    private static final String MARKER = "hush-hush-marker";

    @TempDir Path root;
    private TestServer server;

    @BeforeEach
    void server() throws IOException {
        server = new TestServer(root);
    }

    /// An argument for each parameter of the type.
    private static List<String> arguments(DestinationType type) {
        List<String> arguments = new ArrayList<>(List.of("name=there", "type=" + type.word()));
        for (DestinationParameter parameter : DestinationParameters.of(type)) {
            String value =
                    switch (parameter.form()) {
                        case TEXT -> "text-of-" + parameter.name();
                        case SECRET -> MARKER + parameter.name();
                        case FLAG -> "1";
                        case NUMBER -> "7";
                        case CHOICE -> parameter.choices().getFirst();
                    };
            arguments.add(parameter.name() + "=" + value);
        }
        return arguments;
    }

    private String add(List<String> arguments) throws WhmException {
        return server.data("backup_destination_add", arguments.toArray(String[]::new))
                .path("id")
                .asString();
    }

    private Destination stored(String id) throws IOException {
        return server.destinations.find(new DestinationId(id)).orElseThrow();
    }

    @ParameterizedTest
    @EnumSource(value = DestinationType.class, mode = EnumSource.Mode.EXCLUDE, names = "LOCAL")
    void everyParameterOfEveryTypeIsKeptAndOnlySecretsAreHidden(DestinationType type)
            throws IOException, WhmException {
        String id = add(arguments(type));
        ObjectNode shown = server.data("backup_destination_get", "id=" + id);
        DestinationSettings.Remote settings = (DestinationSettings.Remote) stored(id).settings();
        for (DestinationParameter parameter : DestinationParameters.of(type)) {
            if (parameter.form() == DestinationParameter.Form.SECRET) {
                assertThat(shown.has(parameter.name())).isFalse();
                assertThat(settings.secrets())
                        .containsEntry(parameter.name(), new Secret(MARKER + parameter.name()));
            } else {
                assertThat(shown.path(parameter.name()).asString())
                        .isEqualTo(settings.values().get(parameter.name()))
                        .isNotEmpty();
            }
        }
        assertThat(shown.toString()).doesNotContain(MARKER);
        assertThat(server.data("backup_destination_list").toString()).doesNotContain(MARKER);
    }

    @ParameterizedTest
    @EnumSource(value = DestinationType.class, mode = EnumSource.Mode.EXCLUDE, names = "LOCAL")
    void eachNeededParameterIsAskedForByName(DestinationType type) throws IOException {
        for (DestinationParameter parameter : DestinationParameters.of(type)) {
            List<String> without = new ArrayList<>(arguments(type));
            without.removeIf(argument -> argument.startsWith(parameter.name() + "="));
            if (parameter.needed()) {
                assertThatThrownBy(() -> add(without))
                        .isInstanceOf(WhmException.class)
                        .hasMessage("Provide the “" + parameter.name() + "” argument.");
            }
        }
        assertThat(server.destinations.contents().destinations()).isEmpty();
    }

    @Test
    void setKeepsWhatIsNotGivenAndRemovesWhatIsGivenEmpty() throws IOException, WhmException {
        String id = add(arguments(DestinationType.SFTP));
        server.call("backup_destination_set", "id=" + id, "host=new.example", "path=", "password=");
        DestinationSettings.Remote settings = (DestinationSettings.Remote) stored(id).settings();
        assertThat(settings.values())
                .containsEntry("host", "new.example")
                .containsEntry("username", "text-of-username")
                .doesNotContainKey("path");
        assertThat(settings.secrets()).containsEntry("password", new Secret(MARKER + "password"));

        server.call("backup_destination_set", "id=" + id, "password=other");
        settings = (DestinationSettings.Remote) stored(id).settings();
        assertThat(settings.secrets()).containsEntry("password", new Secret("other"));
        assertThatThrownBy(() -> server.call("backup_destination_set", "id=" + id, "host="))
                .hasMessage("Provide the “host” argument.");
    }

    @Test
    void uploadSlotsAreKeptShownAndTakenAway() throws IOException, WhmException {
        String id = add(arguments(DestinationType.SFTP));
        assertThat(stored(id).slots()).isEmpty();
        assertThatThrownBy(
                        () -> server.call("backup_destination_set", "id=" + id, "upload_slots=2"))
                .hasMessageContaining("upload_slots needs upload_slots_path");
        server.call(
                "backup_destination_set", "id=" + id, "upload_slots=2", "upload_slots_path=all");
        server.call("backup_destination_set", "id=" + id, "name=other");
        assertThat(stored(id).slots()).contains(new SlotLimit(2, "all"));
        ObjectNode shown = server.data("backup_destination_get", "id=" + id);
        assertThat(shown.path("upload_slots").asInt()).isEqualTo(2);
        assertThat(shown.path("upload_slots_path").asString()).isEqualTo("all");
        assertThat(stored(id).disabledBecause("full").slots()).isPresent();
        server.call("backup_destination_set", "id=" + id, "upload_slots=");
        assertThat(stored(id).slots()).isEmpty();
    }

    @Test
    void aKeyLoginNeedsTheKeyAndAPasswordLoginThePassword() {
        List<String> sftp = List.of("name=a", "type=SFTP", "host=h", "username=u", "authtype=key");
        assertThatThrownBy(() -> add(sftp)).hasMessage("Provide the “privatekey” argument.");
        List<String> password =
                List.of("name=a", "type=SFTP", "host=h", "username=u", "authtype=password");
        assertThatThrownBy(() -> add(password)).hasMessage("Provide the “password” argument.");
    }

    @Test
    void googleDriveNeedsConsentOrAServiceAccount() throws WhmException {
        List<String> drive = List.of("name=a", "type=GoogleDrive");
        assertThatThrownBy(() -> add(drive)).hasMessage("Provide the “client_id” argument.");
        List<String> client = new ArrayList<>(drive);
        client.add("client_id=c");
        assertThatThrownBy(() -> add(client)).hasMessage("Provide the “client_secret” argument.");
        client.add("client_secret=s");
        String id = add(client);
        assertThat(server.data("backup_destination_get", "id=" + id).path("folder").asString())
                .as("a drive's root is not for archives")
                .isEqualTo("packhorse");
        List<String> service = new ArrayList<>(List.of("name=b", "type=GoogleDrive", "folder=f"));
        service.add("service_account=/root/key.json");
        assertThat(add(service)).isNotEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = DestinationType.class,
            names = {"SFTP", "RSYNC", "FTP", "WEBDAV", "CUSTOM", "S3_COMPATIBLE"})
    void hostsAndUsersThatAProgramWouldTakeForOptionsAreRefusedWhenTheyAreSaid(DestinationType type)
            throws IOException, WhmException {
        String id = add(arguments(type));
        for (String bad : List.of("-oProxyCommand=id", "-F/x", "a b", "a\tb", "a\nb")) {
            for (String name : List.of("host", "username")) {
                boolean has =
                        DestinationParameters.of(type).stream()
                                .anyMatch(each -> each.name().equals(name));
                if (!has) {
                    continue;
                }
                List<String> arguments = new ArrayList<>(arguments(type));
                arguments.removeIf(each -> each.startsWith(name + "="));
                arguments.add(name + "=" + bad);
                assertThatThrownBy(() -> add(arguments))
                        .isInstanceOf(WhmException.class)
                        .hasMessageContaining("“" + name + "”");
                assertThatThrownBy(() ->
                                server.call("backup_destination_set", "id=" + id, name + "=" + bad))
                        .isInstanceOf(WhmException.class)
                        .hasMessageContaining("“" + name + "”");
            }
        }
        assertThat(server.destinations.contents().destinations()).hasSize(1);
    }

    private JsonNode over(String function, String... pairs) {
        RawParameters raw = RawParameters.of("api.version", "1");
        for (String pair : pairs) {
            int equals = pair.indexOf('=');
            raw = raw.with(pair.substring(0, equals), pair.substring(equals + 1));
        }
        return server.dispatcher().call(TestServer.ROOT, function, raw).body();
    }

    private static JsonNode good(JsonNode body) {
        assertThat(body.at("/metadata/result").asInt()).as(body.toString()).isOne();
        return body;
    }

    /// Forms send the fields of all types, and those that nobody filled in.
    @Test
    void whatIsOfOtherTypesOrEmptyIsNotJudged() throws Exception {
        JsonNode added =
                good(
                        over(
                                "backup_destination_add",
                                "name=s3",
                                "type=AmazonS3",
                                "bucket=b",
                                "aws_access_key_id=k",
                                "password=p",
                                "folder=",
                                "authtype=None",
                                "port=",
                                "passive=maybe",
                                "timeout=",
                                "upload_slots="));
        String id = added.at("/data/id").asString();
        JsonNode shown = good(over("backup_destination_get", "id=" + id)).path("data");
        assertThat(shown.has("authtype")).isFalse();
        assertThat(shown.path("folder").asString("none")).isEmpty();
        assertThat(shown.path("timeout").asInt()).isEqualTo(30);
    }

    @Test
    void aPortIsTakenBackAndAWrongOneRefused() throws Exception {
        String id = add(arguments(DestinationType.FTP));
        JsonNode shown = server.data("backup_destination_get", "id=" + id);
        assertThat(shown.path("port").isNumber()).isTrue();
        assertThat(shown.path("passive").isNumber()).isTrue();
        good(over("backup_destination_set", "id=" + id, "port=", "passive=", "path="));
        shown = server.data("backup_destination_get", "id=" + id);
        assertThat(shown.has("port")).isFalse();
        assertThat(shown.path("passive").asInt(-1)).isZero();
        assertThat(shown.path("path").asString("none")).isEmpty();
        for (String wrong : List.of("port=0", "port=x", "passive=maybe", "tls=some", "timeout=1")) {
            JsonNode refused = over("backup_destination_set", "id=" + id, wrong);
            assertThat(refused.at("/metadata/reason").asString())
                    .contains("“" + wrong.substring(0, wrong.indexOf('=')) + "”");
        }
        good(over("backup_destination_set", "id=" + id, "passive=True", "tls=NONE"));
        assertThat(((DestinationSettings.Remote) stored(id).settings()).values())
                .containsEntry("passive", "1")
                .containsEntry("tls", "none");
    }

    @Test
    void webDavTellsThatItIsReachedOverTls() throws Exception {
        String[] webdav = {
            "name=dav", "type=WebDAV", "host=dav.example", "username=u", "password=p"
        };
        JsonNode added = good(over("backup_destination_add", webdav));
        assertThat(added.at("/metadata/output/warnings").toString()).contains("“ssl”", "TLS");
        String id = added.at("/data/id").asString();
        assertThat(server.data("backup_destination_get", "id=" + id).path("ssl").asInt()).isOne();
        assertThat(((DestinationSettings.Remote) stored(id).settings()).values())
                .containsEntry("ssl", "1");
        good(over("backup_destination_set", "id=" + id, "host=dav2.example"));
        assertThat(server.data("backup_destination_get", "id=" + id).path("ssl").asInt()).isOne();
    }

    /// Forms send a switch that is off as an empty field.
    @Test
    void anEmptySwitchIsOff() throws Exception {
        JsonNode added =
                good(
                        over(
                                "backup_destination_add",
                                "name=dav",
                                "type=WebDAV",
                                "host=dav.example",
                                "username=u",
                                "password=p",
                                "ssl="));
        assertThat(added.at("/metadata/output/warnings").toString())
                .contains("unencrypted")
                .doesNotContain("over TLS");
        String id = added.at("/data/id").asString();
        assertThat(values(id)).containsEntry("ssl", "0");
        good(over("backup_destination_set", "id=" + id, "ssl=", "path=sub"));
        assertThat(values(id)).containsEntry("ssl", "0");
        good(over("backup_destination_set", "id=" + id, "path=other"));
        assertThat(values(id)).containsEntry("ssl", "0");
    }

    @Test
    void anEmptyFolderMovesNoGoogleDrive() throws Exception {
        String[] drive = {"name=g", "type=GoogleDrive", "service_account=/root/key.json"};
        String id = good(over("backup_destination_add", drive)).at("/data/id").asString();
        good(over("backup_destination_set", "id=" + id, "folder=backups/here"));
        for (String empty : List.of("folder=", "folder= ")) {
            good(over("backup_destination_set", "id=" + id, empty, "name=h"));
            assertThat(values(id)).containsEntry("folder", "backups/here");
        }
    }

    private SortedMap<String, String> values(String id) throws IOException {
        return ((DestinationSettings.Remote) stored(id).settings()).values();
    }

    private String hostOf(String id) throws IOException {
        return values(id).getOrDefault("host", "");
    }

    private static List<String> webDav(String host) {
        return List.of(
                "name=dav", "type=WebDAV", "host=" + host, "username=u", "password=p", "ssl=1");
    }

    @ParameterizedTest
    @CsvSource({
        "dav.example/My%20Backups, dav.example/My Backups",
        "https://dav.example:8443/files/me@x.example/a+b/%C3%BC/, https://dav.example:8443/files/me@x.example/a+b/ü/",
        "dav.example/My%2520Backups, dav.example/My%20Backups",
        "'[::1]:8080', '[::1]:8080'"
    })
    void aWebDavAddressIsReadAsBrowsersWriteItAndKeptInPlainText(String given, String kept)
            throws Exception {
        String id = add(webDav(given));
        assertThat(hostOf(id)).isEqualTo(kept);
        String shown = server.data("backup_destination_get", "id=" + id).path("host").asString();
        assertThat(shown).isEqualTo(kept);
        good(over("backup_destination_set", "id=" + id, "host=" + shown));
        assertThat(hostOf(id)).as("what is given back as it was shown").isEqualTo(kept);
        good(over("backup_destination_set", "id=" + id, "host=other.example/a%25b"));
        assertThat(hostOf(id)).isEqualTo("other.example/a%b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"h/50%", "h/%ff", "h/a%0ab", "h/a%3Fb", "h/a#b", "h/a?b"})
    void aWebDavAddressThatSaysNoFolderIsRefused(String host) {
        assertThatThrownBy(() -> add(webDav(host)))
                .isInstanceOf(WhmException.class)
                .hasMessageContaining("“host”");
    }
}
