package dev.packhorse.transport.parts;

import dev.packhorse.transport.spi.Content;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.spi.UploadState;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// An upload in parts that was begun, as it is kept in a journal: enough to go on with it, and to
/// see that it is of another content.
///
/// @param protocol the driver's own word; an upload of another driver is none
/// @param name of the object at the place
/// @param id the place's name for the upload
/// @param sha256 of the whole content
public record BegunUpload(String protocol, String name, String id, PartPlan plan, String sha256) {
    private static final String BYTES = "[0-9]{1,18}";

    UploadState state() {
        return new UploadState(
                new TreeMap<>(
                        Map.of(
                                "protocol", protocol,
                                "name", name,
                                "upload", id,
                                "size", Long.toString(plan.contentBytes()),
                                "part", Integer.toString(plan.partBytes()),
                                "sha256", sha256)));
    }

    /// Reads a recorded state, empty if it is none of this protocol.
    public static Optional<BegunUpload> of(String protocol, UploadState state) {
        Map<String, String> values = state.values();
        String size = values.getOrDefault("size", "");
        String part = values.getOrDefault("part", "");
        if (!values.getOrDefault("protocol", "").equals(protocol)
                || !size.matches(BYTES)
                || !part.matches("[1-9][0-9]{0,8}")) {
            return Optional.empty();
        }
        return Optional.of(
                new BegunUpload(
                        protocol,
                        values.getOrDefault("name", ""),
                        values.getOrDefault("upload", ""),
                        new PartPlan(Long.parseLong(size), Integer.parseInt(part)),
                        values.getOrDefault("sha256", "")));
    }

    /// Whether this content can go on with it.
    boolean isOf(String otherName, Content content) {
        return name.equals(otherName)
                && plan.fitsMemory()
                && plan.contentBytes() == content.sizeBytes()
                && sha256.equals(content.sha256());
    }

    /// Checks that the upload is of an object of this folder.
    ///
    /// @param prefix what the names of all objects begin with
    /// @throws TransportException `REFUSED` if it is not
    public void requireBelow(String prefix) throws TransportException {
        if (!name.startsWith(prefix)) {
            throw new TransportException(
                    Kind.REFUSED, "abandon " + name + ": it is not of this destination");
        }
    }
}
