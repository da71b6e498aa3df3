package dev.packhorse.engine.model;

import java.util.Locale;

/// The forms that an account is kept in.
public enum ArchiveForm {
    /// A gzip file, `USER.tar.gz`.
    COMPRESSED,
    /// A tar file, `USER.tar`.
    UNCOMPRESSED,
    /// A folder, `USER/`, whose unchanged files are those of the run before.
    INCREMENTAL;

    /// The form of an archive with this file name.
    public static ArchiveForm of(String name) {
        if (name.endsWith(".tar.gz")) {
            return COMPRESSED;
        }
        return name.endsWith(".tar") ? UNCOMPRESSED : INCREMENTAL;
    }

    /// The word that the API uses: `compressed`, `uncompressed`, `incremental`.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
