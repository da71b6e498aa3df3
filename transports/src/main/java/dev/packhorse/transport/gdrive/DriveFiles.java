package dev.packhorse.transport.gdrive;

import dev.packhorse.transport.http.HttpReply;
import dev.packhorse.transport.spi.CancelledException;
import dev.packhorse.transport.spi.ObjectKey;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Finds files by what they are marked with, never by their names, and changes them by their ids.
///
/// Source: Google Drive API v3, `files.list`, `files.get`, `files.create`, `files.update`,
/// `files.delete`, `files.generateIds`; “Search query terms and operators”.
record DriveFiles(DriveClient client) {
    static final String FILES = "drive/v3/files";

    /// Fewer pages hold a million files; a list that is longer goes in circles.
    private static final int MOST_PAGES = 10_000;

    /// More copies of one object are no accident.
    private static final int MOST_COPIES = 1_000;

    private static final int PAGE = 1_000;

    /// Those files that carry a value under a name.
    static String marked(String name, String value) {
        return "appProperties has { key='" + name + "' and value='" + value + "' }";
    }

    static String objectsOf(String root) {
        return marked(DriveFile.ROOT, root) + " and trashed = false";
    }

    /// The objects of one key, the first published first. More than one where two have put a key at
    /// a time, or an old one could not be removed; the last one counts.
    List<DriveFile> copies(String root, ObjectKey key)
            throws TransportException, CancelledException {
        List<DriveFile> copies = new ArrayList<>();
        String query =
                objectsOf(root) + " and " + marked(DriveFile.KEY, DriveFile.digest(key.value()));
        each(
                query,
                file -> {
                    if (file.isObjectOf(root, key)) {
                        copies.add(file);
                    }
                    return copies.size() < MOST_COPIES;
                });
        Optional<String> recent = client.recent().published(key);
        if (recent.isPresent()
                && copies.stream().noneMatch(copy -> copy.id().equals(recent.get()))) {
            byId(recent.get()).filter(file -> file.isObjectOf(root, key)).ifPresent(copies::add);
        }
        copies.sort(DriveFile.AGE);
        return copies;
    }

    Optional<DriveFile> find(String root, ObjectKey key)
            throws TransportException, CancelledException {
        List<DriveFile> copies = copies(root, key);
        return copies.isEmpty() ? Optional.empty() : Optional.of(copies.getLast());
    }

    /// Gives each file that a query finds to the visitor, until it has enough.
    void each(String query, Predicate<DriveFile> visitor)
            throws TransportException, CancelledException {
        Map<String, String> input = new HashMap<>();
        input.put("q", query);
        input.put("spaces", "drive");
        input.put("pageSize", Integer.toString(PAGE));
        input.put("fields", "nextPageToken,files(" + DriveFile.FIELDS + ")");
        for (int pages = 0; pages < MOST_PAGES; pages++) {
            client.cancellation().check();
            JsonNode page = client.send("GET", client.address(FILES, input), "", this::json);
            for (JsonNode node : page.path("files")) {
                Optional<DriveFile> file = DriveFile.of(node);
                if (file.isPresent()
                        && !client.recent().isRemoved(file.get().id())
                        && !visitor.test(file.get())) {
                    return;
                }
            }
            String next = page.path("nextPageToken").asString("");
            if (next.isEmpty()) {
                return;
            }
            if (next.equals(input.put("pageToken", next))) {
                break;
            }
        }
        throw client.failed(Kind.UNAVAILABLE, "the service's list never ends");
    }

    /// A file by its id, empty if there is none.
    Optional<DriveFile> byId(String id) throws TransportException, CancelledException {
        return client.send(
                "GET",
                client.address(FILES + "/" + id, Map.of("fields", DriveFile.FIELDS)),
                "",
                reply -> {
                    if (reply.status() == 404) {
                        reply.drain();
                        return Optional.empty();
                    }
                    return DriveFile.of(json(reply)).filter(file -> file.id().equals(id));
                });
    }

    /// Removes a file for good, past the bin, which would still count; one that is gone is success.
    void delete(String id) throws TransportException, CancelledException {
        client.send(
                "DELETE",
                client.address(FILES + "/" + id, Map.of()),
                "",
                reply -> {
                    if (reply.status() / 100 != 2 && reply.status() != 404) {
                        throw GdriveErrors.of(client.operation(), reply);
                    }
                    reply.drain();
                    client.recent().remove(id);
                    return true;
                });
    }

    /// Makes an upload an object, in one step.
    ///
    /// @param name for people
    DriveFile publish(String id, String name, Map<String, String> properties)
            throws TransportException, CancelledException {
        Map<String, Object> changed = new TreeMap<>(properties);
        changed.put(DriveFile.UPLOAD, JsonNodeFactory.instance.nullNode());
        Map<String, Object> body = Map.of("name", name, "appProperties", changed);
        JsonNode answer =
                client.send(
                        "PATCH",
                        client.address(FILES + "/" + id, Map.of("fields", DriveFile.FIELDS)),
                        DriveJson.text(body),
                        this::json);
        return DriveFile.of(answer)
                .filter(file -> file.id().equals(id))
                .orElseThrow(() ->
                        client.failed(Kind.UNAVAILABLE, "the service published another file"));
    }

    String makeFolder(String name, String parent, Map<String, String> properties)
            throws TransportException, CancelledException {
        String body =
                DriveJson.text(
                        Map.of(
                                "name",
                                name,
                                "mimeType",
                                "application/vnd.google-apps.folder",
                                "parents",
                                new String[] {parent},
                                "appProperties",
                                properties));
        JsonNode answer =
                client.send(
                        "POST", client.address(FILES, Map.of("fields", "id")), body, this::json);
        return usable(answer.path("id").asString(""));
    }

    /// An id that no file has yet: an upload under it can be asked for, whatever answer was lost.
    String freshId() throws TransportException, CancelledException {
        JsonNode answer =
                client.send(
                        "GET",
                        client.address(
                                FILES + "/generateIds",
                                Map.of("count", "1", "space", "drive", "type", "files")),
                        "",
                        this::json);
        return usable(answer.path("ids").path(0).asString(""));
    }

    private String usable(String id) throws TransportException {
        if (!DriveFile.isId(id)) {
            throw client.failed(Kind.REFUSED, "the service gave no usable id");
        }
        return id;
    }

    JsonNode json(HttpReply reply) throws IOException {
        if (reply.status() / 100 != 2) {
            throw GdriveErrors.of(client.operation(), reply);
        }
        return DriveJson.read(reply.body());
    }
}
