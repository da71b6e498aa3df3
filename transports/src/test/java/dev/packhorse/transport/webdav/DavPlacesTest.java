package dev.packhorse.transport.webdav;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.transport.spi.Secret;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportSettings;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DavPlacesTest {
    private static final DavPlaces PLACES = new DavPlaces("https://h:1", "/a b/ü");

    @Test
    void addressesAreEncoded() {
        assertThat(PLACES.file(PLACES.path("x+y@z=/n")))
                .hasToString("https://h:1/a%20b/%C3%BC/x+y@z=/n");
        assertThat(PLACES.folder(PLACES.path(""))).hasToString("https://h:1/a%20b/%C3%BC/");
        assertThat(new DavPlaces("https://h:1", "").folder("")).hasToString("https://h:1/");
    }

    @ParameterizedTest
    @CsvSource({
        "1, 443, https://dav.example.org/",
        "1, 80, https://dav.example.org:80/",
        "0, 80, http://dav.example.org/",
        "0, 443, http://dav.example.org:443/",
        "0, 8080, http://dav.example.org:8080/"
    })
    void aServerIsNamedAsTheClientNamesIt(String tls, String port, String address)
            throws TransportException {
        WebdavSettings settings =
                WebdavSettings.of(
                        new TransportSettings(
                                new TreeMap<>(
                                        Map.of(
                                                "host",
                                                "DAV.example.org",
                                                "port",
                                                port,
                                                "ssl",
                                                tls,
                                                "username",
                                                "bk")),
                                new TreeMap<>(Map.of("password", new Secret("pw-77a0 marker"))),
                                Duration.ofSeconds(20)));
        assertThat(DavPlaces.of(settings).folder("")).hasToString(address);
    }

    @ParameterizedTest
    @CsvSource({
        "/a/b, /a/b",
        "/a/b/, /a/b",
        "/a%20b%2fc, /a b/c",
        "/a+b, /a+b",
        "http://other/x%C3%BC, /xü",
        "/, ''",
        "http://other, ''"
    })
    void addressesAreRead(String address, String path) {
        assertThat(DavPlaces.pathOf(address)).contains(path);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "/%", "/%4", "/%zz", "/%ff"})
    void whatIsNoAddressIsNone(String address) {
        assertThat(DavPlaces.pathOf(address)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {".x", "x", "=2Ex", "=3Dx", "=x", "==2E", ".=2E", "=3D=2E"})
    void everyNameComesBackAsItWasAndIsNotHidden(String name) {
        String stored = PLACES.path(name).substring(PLACES.folder().length() + 1);
        assertThat(stored).doesNotStartWith(".");
        assertThat(DavPlaces.nameOf(stored)).contains(name);
    }

    @Test
    void hiddenNamesAreNotOurs() {
        assertThat(DavPlaces.nameOf(".x")).isEmpty();
    }
}
