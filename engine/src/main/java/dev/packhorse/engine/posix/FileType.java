package dev.packhorse.engine.posix;

/// The kinds of directory entries that Linux knows.
public enum FileType {
    REGULAR,
    DIRECTORY,
    SYMLINK,
    FIFO,
    SOCKET,
    CHARACTER_DEVICE,
    BLOCK_DEVICE
}
