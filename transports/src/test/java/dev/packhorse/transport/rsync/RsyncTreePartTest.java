package dev.packhorse.transport.rsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.transport.server.OpensshServer;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.TreeEntry;
import dev.packhorse.transport.spi.TreePath;
import dev.packhorse.transport.spi.UploadJournal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Looking into a tree at a server, and fetching parts of it.
class RsyncTreePartTest {
    private static final ObjectKey KEY = new ObjectKey("2026-11-24/accounts/bob");
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String ODD = "site/sub folder/n\u00e4me [x]*?";

    @TempDir private Path work;

    private RsyncPlace place = new RsyncPlace();
    private Path source;
    private Transport transport;

    @BeforeEach
    void open() throws IOException {
        place = RsyncPlace.fresh().withKey(OpensshServer.shared().key()).within(LIMIT);
        transport = place.open();
        source = TreeSample.make(work.resolve("tree"));
        Files.writeString(source.resolve("site/sub folder/n\u00e4me [x]ab"), "another");
        transport.putTree(
                KEY,
                new TreeSample.Content(source, List.of()),
                UploadJournal.none(),
                Cancellation.never());
    }

    @AfterEach
    void close() throws IOException {
        transport.close();
    }

    @Test
    void theTopIsListed() throws Exception {
        assertThat(names("", false)).containsExactlyInAnyOrder("a.bin", "site");
    }

    @Test
    void aFolderIsListedWithWhatIsRightInIt() throws Exception {
        assertThat(names("site", false))
                .containsExactlyInAnyOrder(
                        "site",
                        "site/away",
                        "site/closed",
                        "site/index.html",
                        "site/large.bin",
                        "site/link.bin",
                        "site/sub folder",
                        "site/twin.html");
        assertThat(names("site", false).getFirst()).isEqualTo("site");
    }

    @Test
    void allBelowIsListed() throws Exception {
        assertThat(names("", true)).hasSize(12).contains(ODD, "site/closed/in");
        assertThat(names("site/closed", true))
                .containsExactlyInAnyOrder("site/closed", "site/closed/in");
    }

    @Test
    void ownersAndModesAreThoseOfTheTree() throws Exception {
        assertThat(entries("site/index.html", false))
                .containsExactly(
                        new TreeEntry(
                                new TreePath("site/index.html"),
                                TreeEntry.Kind.FILE,
                                04640,
                                TreeSample.OWNER,
                                TreeSample.OWNER + 1,
                                13,
                                Instant.ofEpochSecond(1_700_000_000)));
        assertThat(entries("site/away", true))
                .extracting(TreeEntry::kind)
                .containsExactly(TreeEntry.Kind.SYMLINK);
    }

    @Test
    void oneFileComesAndNothingElse() throws Exception {
        assertThat(fetched(ODD)).isEqualTo(List.of("", "site", "site/sub folder", ODD));
        assertThat(lines("back", ODD)).isEqualTo(lines("tree", ODD));
        assertThat(fetched("site/index.html")).isEqualTo(List.of("", "site", "site/index.html"));
        assertThat(lines("back", "site/index.html")).isEqualTo(lines("tree", "site/index.html"));
    }

    @Test
    void aFolderComesWithAllBelow() throws Exception {
        fetched("site");
        assertThat(TreeSample.lines(work.resolve("back/site")))
                .isEqualTo(TreeSample.lines(source.resolve("site")));
    }

    @Test
    void noMoreComesThanWasListed() throws Exception {
        assertThat(fetched("site/large.bin", 300_000)).contains("site/large.bin");
        assertThat(fetched("site/large.bin", 299_999)).doesNotContain("site/large.bin");
        assertThatThrownBy(() -> fetched("site", 300_000))
                .as("all files together")
                .hasMessageContaining(
                        "the server sends more than the 300000 bytes that it may have");
    }

    @Test
    void whatIsNotThereIsNotListed() throws Exception {
        for (String absent : List.of("no", "site/no", "a.bin/no", "site/away/no", "site/sub")) {
            assertThat(entries(absent, true)).as(absent).isEmpty();
            assertThat(fetched(absent)).as(absent).doesNotContain(absent);
        }
        ObjectKey none = new ObjectKey("2026-11-25/accounts/bob");
        assertThatThrownBy(() ->
                        transport.listTree(
                                none, Optional.empty(), false, _ -> true, Cancellation.never()))
                .extracting(e -> ((TransportException) e).kind())
                .isEqualTo(Kind.MISSING);
    }

    @Test
    void noLinkThatSomebodyPutThereIsFollowed() throws Exception {
        Path outside = Files.createDirectory(place.folder().resolve("outside"));
        Files.writeString(outside.resolve("in"), "not of the tree");
        Path closed = folder().resolve("site/closed");
        Files.delete(closed.resolve("in"));
        Files.delete(closed);
        Files.createSymbolicLink(closed, outside);

        assertThat(names("site/closed", true)).containsExactly("site/closed");
        assertThat(entries("site/closed/in", true)).isEmpty();
        assertThat(fetched("site/closed/in")).isEqualTo(List.of("", "site"));
        assertThat(fetched("site/closed")).isEqualTo(List.of("", "site", "site/closed"));
        assertThat(work.resolve("back/site/closed")).isSymbolicLink();
    }

    private Path folder() throws IOException {
        String mark = Files.readString(place.folder().resolve(KEY.value()));
        return place.folder().resolve(TreeFolder.ofMark(KEY, mark).orElseThrow().path());
    }

    private static TreePath path(String text) {
        return new TreePath(
                new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
    }

    private List<TreeEntry> entries(String path, boolean deep) throws IOException {
        List<TreeEntry> entries = new ArrayList<>();
        transport.listTree(
                KEY,
                path.isEmpty() ? Optional.empty() : Optional.of(path(path)),
                deep,
                entries::add,
                Cancellation.never());
        return entries;
    }

    private List<String> names(String path, boolean deep) throws IOException {
        return entries(path, deep).stream()
                .map(entry ->
                        new String(
                                entry.path().value().getBytes(StandardCharsets.ISO_8859_1),
                                StandardCharsets.UTF_8))
                .toList();
    }

    private List<String> fetched(String path) throws IOException {
        return fetched(path, 1 << 20);
    }

    /// The paths that come, in `back`.
    private List<String> fetched(String path, long mostBytes) throws IOException {
        Path back = work.resolve("back");
        if (Files.exists(back)) {
            try (var old = Files.walk(back)) {
                for (Path each : old.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
        }
        Files.createDirectory(back);
        transport.readTreePart(KEY, path(path), mostBytes, back, Cancellation.never());
        try (var all = Files.walk(back)) {
            return all.map(each -> back.relativize(each).toString()).sorted().toList();
        }
    }

    private List<String> lines(String tree, String path) throws IOException {
        return TreeSample.lines(work.resolve(tree)).stream()
                .filter(line -> line.startsWith(path + " "))
                .toList();
    }
}
