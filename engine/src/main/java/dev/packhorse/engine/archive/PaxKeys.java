package dev.packhorse.engine.archive;

/// Keys of extended header records.
final class PaxKeys {
    static final String PATH = "path";
    static final String LINK_PATH = "linkpath";
    static final String SIZE = "size";
    static final String MTIME = "mtime";
    static final String UID = "uid";
    static final String GID = "gid";

    /// Before the name of an extended attribute.
    static final String XATTR = "SCHILY.xattr.";

    /// Before the name of an extended attribute whose value is in base 64.
    static final String ENCODED_XATTR = "LIBARCHIVE.xattr.";

    /// Access lists as text.
    static final String ACL = "SCHILY.acl.access";

    static final String DEFAULT_ACL = "SCHILY.acl.default";

    /// Before all keys of sparse files.
    static final String SPARSE = "GNU.sparse.";

    private PaxKeys() {}
}
