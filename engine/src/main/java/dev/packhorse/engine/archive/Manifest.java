package dev.packhorse.engine.archive;

import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.Label;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// What an archive says it contains; lies beside it as `.packhorse/USER.manifest.json`.
///
/// @param format version of this form, see [#FORMAT]
/// @param account whose archive it is
/// @param created when packing ended
/// @param node the server that packed it
/// @param archive the archive file
/// @param beside files that lie beside this one and belong to the archive, such as its index
/// @param totals how much it holds
/// @param components what each module packed, by the module's name
/// @param label what somebody called the backup, empty for nothing; then the file has no such
///   member
public record Manifest(
        int format,
        AccountName account,
        Instant created,
        String node,
        ArchiveFile archive,
        List<ArchiveFile> beside,
        ArchiveTotals totals,
        SortedMap<String, Packed> components,
        String label) {
    /// The only version so far.
    public static final int FORMAT = 1;

    /// A manifest without a label.
    public Manifest(
            int format,
            AccountName account,
            Instant created,
            String node,
            ArchiveFile archive,
            List<ArchiveFile> beside,
            ArchiveTotals totals,
            SortedMap<String, Packed> components) {
        this(format, account, created, node, archive, beside, totals, components, "");
    }

    public Manifest {
        if (!label.isEmpty() && !Label.isValid(label)) {
            throw new IllegalArgumentException("not a label");
        }
        if (format != FORMAT) {
            throw new IllegalArgumentException(
                    "manifest of format " + format + ", this version reads " + FORMAT);
        }
        beside = List.copyOf(beside);
        components = Collections.unmodifiableSortedMap(new TreeMap<>(components));
    }

    /// The archive, or a file that belongs to it.
    ///
    /// @param name its file name, without folders
    /// @param sha256 its digest, lower-case hex
    public record ArchiveFile(String name, long sizeBytes, String sha256) {
        private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,255}");
        private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

        public ArchiveFile {
            if (!NAME.matcher(name).matches() || name.startsWith(".")) {
                throw new IllegalArgumentException("not an archive file's name");
            }
            if (sizeBytes < 0) {
                throw new IllegalArgumentException("negative archive size");
            }
            if (!SHA256.matcher(sha256).matches()) {
                throw new IllegalArgumentException("not a SHA-256 digest in lower-case hex");
            }
        }
    }

    /// What one module packed.
    ///
    /// @param counts what a restore is compared with, by name
    /// @param warnings items that are missing or not as they should be
    public record Packed(SortedMap<String, Long> counts, List<String> warnings) {
        public Packed {
            counts = Collections.unmodifiableSortedMap(new TreeMap<>(counts));
            warnings = List.copyOf(warnings);
        }

        public static Packed of(Map<String, Long> counts, List<String> warnings) {
            return new Packed(new TreeMap<>(counts), warnings);
        }
    }
}
