package dev.packhorse.engine.archive;

import dev.packhorse.engine.archive.ArchiveException.Kind;
import dev.packhorse.engine.model.AccountName;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Manifests as JSON. Strict: every member must be there, none may be unknown or come twice, and
/// nothing may follow. Thread-safe.
public final class ManifestJson {
    /// A manifest with more bytes is not read.
    public static final int MOST_BYTES = 16 << 20;

    private static final JsonMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(16)
                                                    .maxDocumentLength(MOST_BYTES)
                                                    .build())
                                    .build())
                    .enable(
                            DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                            DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
                            DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES,
                            DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
                            DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                    .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                    .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                    .build();

    private static final ObjectWriter PRETTY = MAPPER.writerWithDefaultPrettyPrinter();

    private ManifestJson() {}

    private static final String LABEL = "label";

    /// The form of a manifest in its file: flat text for every value type. Without a label it has
    /// no such member, as before there were any: what was sealed then is proven as it is.
    private record Form(
            int format,
            String account,
            String created,
            String node,
            Manifest.ArchiveFile archive,
            List<Manifest.ArchiveFile> beside,
            ArchiveTotals totals,
            SortedMap<String, Manifest.Packed> components,
            String label) {
        static Form of(Manifest manifest) {
            return new Form(
                    manifest.format(),
                    manifest.account().value(),
                    manifest.created().toString(),
                    manifest.node(),
                    manifest.archive(),
                    manifest.beside(),
                    manifest.totals(),
                    manifest.components(),
                    manifest.label());
        }

        Manifest manifest() {
            return new Manifest(
                    format,
                    new AccountName(account),
                    Instant.parse(created),
                    node,
                    archive,
                    beside,
                    totals,
                    components,
                    label);
        }
    }

    private record SealedForm(Form manifest, String mac) {}

    /// The bytes of a manifest's file.
    public static byte[] write(SealedManifest sealed) {
        ObjectNode file = MAPPER.createObjectNode();
        file.set("manifest", tree(sealed.manifest()));
        return PRETTY.writeValueAsBytes(file.put("mac", sealed.mac()));
    }

    /// Reads what [#write] wrote.
    ///
    /// @throws ArchiveException DAMAGED if the bytes are not such a file
    public static SealedManifest read(byte[] json) throws ArchiveException {
        try {
            JsonNode tree = MAPPER.readTree(json);
            if (tree.get("manifest") instanceof ObjectNode manifest && !manifest.has(LABEL)) {
                manifest.put(LABEL, "");
            }
            SealedForm form = MAPPER.treeToValue(tree, SealedForm.class);
            return new SealedManifest(form.manifest().manifest(), form.mac());
        } catch (JacksonException e) {
            throw new ArchiveException(
                    Kind.DAMAGED, "manifest is malformed: " + e.getOriginalMessage(), e);
        } catch (IllegalArgumentException | java.time.DateTimeException e) {
            throw new ArchiveException(Kind.DAMAGED, "manifest is malformed: " + e.getMessage(), e);
        }
    }

    /// The bytes that are sealed: one line, members in the order of the records, maps by key.
    static byte[] canonical(Manifest manifest) {
        return MAPPER.writeValueAsBytes(tree(manifest));
    }

    private static ObjectNode tree(Manifest manifest) {
        ObjectNode tree = MAPPER.valueToTree(Form.of(manifest));
        if (manifest.label().isEmpty()) {
            tree.remove(LABEL);
        }
        return tree;
    }
}
