package dev.packhorse.engine.index;

/// What an entry is.
public enum EntryKind {
    FILE(0),
    FOLDER(1),
    SYMLINK(2),
    HARD_LINK(3);

    /// How it stands in an index file.
    private final int code;

    EntryKind(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    static EntryKind of(int code) throws IndexException {
        return switch (code) {
            case 0 -> FILE;
            case 1 -> FOLDER;
            case 2 -> SYMLINK;
            case 3 -> HARD_LINK;
            default -> throw ByteReader.damaged();
        };
    }
}
