package dev.packhorse.transport.webdav;

import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.CheckedContent;
import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Uploads by chunks, as Nextcloud has them: each is a file in a folder of its own; moving that
/// folder's `.file` puts them together. A chunk that is there is kept by a later try, since the
/// folder's name is that of one upload of one content.
///
/// Source: Nextcloud developer manual, “Chunked file upload” version 2: chunks of 5 MiB to 5 GiB
/// but the last, named 1 to 10000; every request names the destination; a folder dies after 24
/// hours without a request.
///
/// @param root as `/remote.php/dav`
record DavChunks(String root, String user) {
    private static final Pattern FILES =
            Pattern.compile("(.*/remote\\.php/dav)/files/([^/]+)(?:/.*)?");
    private static final long CHUNK = 16L << 20;
    private static final long MOST_CHUNKS = 9_000;

    /// Found by the path that Nextcloud shows to its users.
    static Optional<DavChunks> of(String folder) {
        Matcher matcher = FILES.matcher(folder);
        return matcher.matches()
                ? Optional.of(new DavChunks(matcher.group(1), matcher.group(2)))
                : Optional.empty();
    }

    /// True if a content is worth more than one request.
    boolean suits(Content content) {
        return content.sizeBytes() > CHUNK;
    }

    private static long chunkSize(long size) {
        return Math.max(CHUNK, (size + MOST_CHUNKS - 1) / MOST_CHUNKS);
    }

    private String folder(DavUploadState state) {
        return root + "/uploads/" + user + "/packhorse-" + state.id();
    }

    Optional<TransportException> send(DavSending sending, CheckedContent source, boolean resumes)
            throws IOException {
        DavClient client = sending.client();
        String folder = folder(sending.state());
        URI target = new DavObjects(client).address(sending.state().temporary());
        long size = sending.content().sizeBytes();
        Map<String, String> headers =
                Map.of("Destination", target.toString(), "OC-Total-Length", String.valueOf(size));
        Map<String, Long> there = resumes ? there(client, folder) : Map.of();
        int made = client.status("MKCOL", client.places().folder(folder), headers);
        if (made / 100 != 2 && made != 405) {
            throw sending.failed("no folder for chunks: the server answered " + made);
        }
        long chunk = chunkSize(size);
        for (long number = 1, from = 0; from < size; number++, from += chunk) {
            long length = Math.min(chunk, size - from);
            String name = String.format("%05d", number);
            if (there.getOrDefault(name, -1L) == length) {
                pass(source, length);
                continue;
            }
            URI address = client.places().file(folder + "/" + name);
            Optional<TransportException> doubt = sending.piece(source, length, address, headers);
            if (doubt.isPresent()) {
                throw doubt.get();
            }
        }
        source.transferTo(OutputStream.nullOutputStream());
        return assemble(sending, client.places().file(folder + "/.file"), headers);
    }

    /// Puts the chunks together; that takes long, and an answer of failure is none: the whole
    /// file's size decides.
    private static Optional<TransportException> assemble(
            DavSending sending, URI from, Map<String, String> headers)
            throws TransportException, CancelledException {
        try {
            new DavObjects(sending.client()).move(from, sending.state().temporary(), true, headers);
            return Optional.empty();
        } catch (TransportException e) {
            if (!e.kind().retryable()) {
                throw e;
            }
            return Optional.of(e);
        }
    }

    private static void pass(InputStream source, long length) throws IOException {
        byte[] block = new byte[1 << 16];
        for (long left = length; left > 0; ) {
            int count = source.read(block, 0, (int) Math.min(block.length, left));
            if (count < 0) {
                return;
            }
            left -= count;
        }
    }

    private static Map<String, Long> there(DavClient client, String folder)
            throws TransportException, CancelledException {
        Map<String, Long> found = new HashMap<>();
        client.list(
                folder,
                entry -> {
                    String name = entry.path().substring(entry.path().lastIndexOf('/') + 1);
                    if (name.matches("[0-9]{5}")) {
                        found.put(name, entry.sizeBytes());
                    }
                    return true;
                });
        return found;
    }

    void remove(DavClient client, DavUploadState state)
            throws TransportException, CancelledException {
        int code = client.status("DELETE", client.places().folder(folder(state)), Map.of());
        if (code / 100 != 2 && code != 404) {
            throw new TransportException(
                    Kind.UNAVAILABLE,
                    client.operation() + ": chunks stay: the server answered " + code);
        }
    }
}
