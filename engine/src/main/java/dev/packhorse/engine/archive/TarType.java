package dev.packhorse.engine.archive;

/// What a tar member is.
enum TarType {
    FILE,
    FOLDER,
    SYMLINK,
    HARD_LINK,
    FIFO,
    DEVICE
}
