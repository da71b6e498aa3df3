package dev.packhorse.transport.rsync;

import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.Sha256;
import dev.packhorse.transport.spi.TreeContent;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/// A folder that has one of everything that an account's tree may have.
final class TreeSample {
    static final int OWNER = 4_321;

    private static final String FACTS = "unix:mode,uid,gid,lastModifiedTime,nlink";

    private TreeSample() {}

    static Path make(Path tree) throws IOException {
        Path site = Files.createDirectories(tree.resolve("site/sub folder"));
        byte[] bytes = new byte[300_000];
        new Random(1).nextBytes(bytes);
        Files.write(tree.resolve("a.bin"), bytes);
        new Random(2).nextBytes(bytes);
        Path large = Files.write(tree.resolve("site/large.bin"), bytes);
        Files.createLink(tree.resolve("site/link.bin"), large);
        Path page = Files.writeString(tree.resolve("site/index.html"), "<p>before</p>");
        Files.writeString(tree.resolve("site/twin.html"), "<p>a twin</p>");
        Files.writeString(site.resolve("n\u00e4me [x]*?"), "odd");
        Files.createSymbolicLink(tree.resolve("site/away"), Path.of("/etc/../nowhere"));
        Files.createDirectory(tree.resolve("site/closed"));
        Files.writeString(tree.resolve("site/closed/in"), "in");
        view(page).write("packhorse", ByteBuffer.wrap("kept".getBytes(StandardCharsets.UTF_8)));
        own(tree);
        Files.setAttribute(page, "unix:mode", 0104640);
        Files.setAttribute(tree.resolve("site/closed"), "unix:mode", 040500);
        try (Stream<Path> all = Files.walk(tree)) {
            for (Path each : all.filter(file -> !Files.isSymbolicLink(file)).toList()) {
                Files.setLastModifiedTime(
                        each, FileTime.from(Instant.ofEpochSecond(1_700_000_000, 123_456_000)));
            }
        }
        return tree;
    }

    private static UserDefinedFileAttributeView view(Path file) {
        return Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
    }

    private static void own(Path tree) throws IOException {
        try (Stream<Path> all = Files.walk(tree)) {
            for (Path each : all.toList()) {
                Files.setAttribute(each, "unix:uid", OWNER, LinkOption.NOFOLLOW_LINKS);
                Files.setAttribute(each, "unix:gid", OWNER + 1, LinkOption.NOFOLLOW_LINKS);
            }
        }
    }

    /// A line for all that is in a folder, and itself.
    static List<String> lines(Path tree) throws IOException {
        try (Stream<Path> all = Files.walk(tree)) {
            return all.sorted().map(each -> line(tree, each)).toList();
        }
    }

    private static String line(Path tree, Path file) {
        try {
            Map<String, Object> facts =
                    new TreeMap<>(Files.readAttributes(file, FACTS, LinkOption.NOFOLLOW_LINKS));
            String name = tree.relativize(file).toString();
            if (Files.isSymbolicLink(file)) {
                return name + " " + facts + " " + Files.readSymbolicLink(file);
            }
            String attributes = "";
            for (String each : view(file).list()) {
                ByteBuffer value = ByteBuffer.allocate(view(file).size(each));
                view(file).read(each, value);
                attributes += each + "=" + HexFormat.of().formatHex(value.array());
            }
            return name + " " + facts + " " + attributes + " " + digest(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String digest(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return "";
        }
        try (InputStream in = Files.newInputStream(file)) {
            return Sha256.of(in);
        }
    }

    /// The names and bytes of all files in a folder.
    static List<String> contents(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.sorted()
                    .filter(each -> Files.isRegularFile(each, LinkOption.NOFOLLOW_LINKS))
                    .map(each -> {
                        try {
                            return each + " " + digest(each);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    })
                    .toList();
        }
    }

    /// A folder to be stored.
    static class Content implements TreeContent {
        private final Path folder;
        private final List<ObjectKey> earlier;

        Content(Path folder, List<ObjectKey> earlier) {
            this.folder = folder;
            this.earlier = List.copyOf(earlier);
        }

        @Override
        public Path folder() {
            return folder;
        }

        @Override
        public long sizeBytes() {
            return 1 << 20;
        }

        @Override
        public String sha256() {
            try {
                byte[] all = String.join("\n", lines(folder)).getBytes(StandardCharsets.UTF_8);
                return HexFormat.of().formatHex(Sha256.begin().digest(all));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public List<ObjectKey> earlier() {
            return earlier;
        }

        @Override
        public void proveUnchanged(Cancellation cancellation) throws IOException {}
    }
}
