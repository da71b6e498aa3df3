package dev.packhorse.engine.component.domain;

import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.ArchiveSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Keys and certificates as older archives hold them, each in a file of its own. They are written
/// beside `apache_tls/` for readers that know nothing else, and read where `apache_tls/` has none.
///
/// Source: docs.cpanel.net "Backup Tarball Contents" for version 11.38; one public importer asks
/// for `www.` in front of the name, another one looks into `ssl/`.
final class LegacyCertificates {
    /// The folders of these files.
    static final Set<String> FOLDERS = Set.of("sslcerts/", "sslkeys/", "ssl/");

    private static final int PRIVATE = 0600;
    private static final String CERTS = "sslcerts";
    private static final String KEYS = "sslkeys";

    private LegacyCertificates() {}

    /// Writes the copies of one bundle.
    static void pack(ArchiveSink sink, String host, PemBundle bundle)
            throws IOException, GeneralSecurityException {
        String key = bundle.renderKey();
        String leaf = bundle.renderLeaf();
        add(sink, CERTS + "/www." + host + ".crt", leaf);
        String chain = bundle.renderChain();
        if (!chain.isEmpty()) {
            add(sink, CERTS + "/www." + host + ".cabundle", chain);
        }
        add(sink, KEYS + "/www." + host + ".key", key);
        add(sink, "ssl/" + host + ".crt", leaf);
        add(sink, "ssl/" + host + ".key", key);
    }

    private static void add(ArchiveSink sink, String member, String text) throws IOException {
        sink.addBytes(member, PRIVATE, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /// The hosts that have a key and a certificate here, with all their blocks in one text.
    static Map<String, String> read(ArchiveSource source) throws IOException {
        Map<String, String> bundles = new TreeMap<>();
        for (String host : hosts(source)) {
            for (String name : new String[] {host, "www." + host}) {
                Optional<String> key = text(source, KEYS + "/" + name + ".key");
                Optional<String> leaf = text(source, CERTS + "/" + name + ".crt");
                if (key.isPresent() && leaf.isPresent()) {
                    String chain = text(source, CERTS + "/" + name + ".cabundle").orElse("");
                    bundles.put(host, key.get() + "\n" + leaf.get() + "\n" + chain);
                }
            }
        }
        return bundles;
    }

    private static Set<String> hosts(ArchiveSource source) throws IOException {
        Set<String> hosts = new TreeSet<>();
        for (String name : source.names(KEYS)) {
            if (name.endsWith(".key")) {
                String host = name.substring(0, name.length() - ".key".length());
                hosts.add(host.startsWith("www.") ? host.substring("www.".length()) : host);
            }
        }
        return hosts;
    }

    private static Optional<String> text(ArchiveSource source, String member) throws IOException {
        Optional<Path> file = source.file(member);
        if (file.isEmpty() || Files.size(file.get()) > PemBundle.MAX_BYTES) {
            return Optional.empty();
        }
        return Optional.of(Files.readString(file.get(), StandardCharsets.ISO_8859_1));
    }
}
