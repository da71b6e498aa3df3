package dev.packhorse.transport.webdav;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MultistatusReaderTest {
    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static List<DavEntry> read(InputStream in) throws IOException {
        MultistatusReader reader = new MultistatusReader(in);
        List<DavEntry> entries = new ArrayList<>();
        for (DavEntry entry = reader.next(); entry != null; entry = reader.next()) {
            entries.add(entry);
        }
        return entries;
    }

    private static String multistatus(String responses) {
        return "<?xml version=\"1.0\"?><x:multistatus xmlns:x=\"DAV:\">"
                + responses
                + "</x:multistatus>";
    }

    @Test
    void propertiesCountOnlyUnderASuccess() throws IOException {
        List<DavEntry> entries =
                read(
                        stream(
                                multistatus(
                                        """
                                        <x:response><x:href>/a</x:href><x:propstat><x:prop>
                                        <x:getcontentlength>12</x:getcontentlength><x:resourcetype/>
                                        <x:getlastmodified>Tue, 24 Nov 2026 10:00:00 GMT</x:getlastmodified>
                                        </x:prop><x:status>HTTP/1.1 200 OK</x:status></x:propstat>
                                        <x:propstat><x:prop><x:getcontentlength>99</x:getcontentlength>
                                        </x:prop><x:status>HTTP/1.1 404 Not Found</x:status></x:propstat>
                                        </x:response>
                                        <x:response><x:href>/gone</x:href>
                                        <x:status>HTTP/1.1 404 Not Found</x:status></x:response>
                                        <x:response><x:href>http://h/b/</x:href><x:propstat><x:prop>
                                        <x:resourcetype><x:collection/></x:resourcetype></x:prop>
                                        <x:status>HTTP/1.1 200 OK</x:status></x:propstat></x:response>
                                        """)));
        assertThat(entries).extracting(DavEntry::path).containsExactly("/a", "/b");
        assertThat(entries).extracting(DavEntry::sizeBytes).containsExactly(12L, -1L);
        assertThat(entries).extracting(DavEntry::folder).containsExactly(false, true);
        assertThat(entries.getFirst().modified()).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><x:multistatus xmlns:x=\"DAV:\"/>",
                "<!DOCTYPE x [<!ENTITY a \"b\">]><x:multistatus xmlns:x=\"DAV:\"/>",
                "<html><body>please log in</html>",
                "",
                "<x:multistatus xmlns:x=\"DAV:\"><x:response>"
            })
    void whatIsNoMultistatusIsRefused(String text) {
        assertThatThrownBy(() -> read(stream(text))).isInstanceOf(IOException.class);
    }

    @Test
    void deepNestingIsRefused() {
        String deep = multistatus("<x:response>" + "<y>".repeat(100_000));
        assertThatThrownBy(() -> read(stream(deep))).isInstanceOf(IOException.class);
    }

    @Test
    void anEndlessResponseIsRefused() {
        String begin = "<x:multistatus xmlns:x=\"DAV:\"><x:response><x:href>/a</x:href><x:other>";
        InputStream endless =
                new InputStream() {
                    @Override
                    public int read() {
                        return 'a';
                    }
                };
        assertThatThrownBy(() -> read(new SequenceInputStream(stream(begin), endless)))
                .hasMessageContaining("endless");
    }

    @Test
    void aMillionBytesInManyResponsesAreFine() throws IOException {
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            many.append("<x:response><x:href>/a/")
                    .append(i)
                    .append("</x:href><x:propstat><x:prop>")
                    .append("<x:getcontentlength>1</x:getcontentlength></x:prop>")
                    .append("<x:status>HTTP/1.1 200 OK</x:status></x:propstat></x:response>");
        }
        assertThat(read(stream(multistatus(many.toString())))).hasSize(20_000);
    }
}
