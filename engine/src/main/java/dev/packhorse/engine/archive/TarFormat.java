package dev.packhorse.engine.archive;

/// Where the fields of a tar header lie, and the member types.
///
/// Source: POSIX.1-2017 pax, "ustar Interchange Format"; GNU tar manual, "Basic Tar Format".
final class TarFormat {
    static final int BLOCK = 512;

    /// Archives end at a multiple of this.
    static final int RECORD = 20 * BLOCK;

    static final int NAME = 0;
    static final int NAME_LENGTH = 100;
    static final int MODE = 100;
    static final int UID = 108;
    static final int GID = 116;
    static final int ID_LENGTH = 8;
    static final int SIZE = 124;
    static final int MTIME = 136;
    static final int NUMBER_LENGTH = 12;
    static final int CHECKSUM = 148;
    static final int CHECKSUM_LENGTH = 8;
    static final int TYPE = 156;
    static final int LINK_NAME = 157;
    static final int MAGIC = 257;
    static final int PREFIX = 345;
    static final int PREFIX_LENGTH = 155;

    /// Unused in ustar and ignored by readers. Ours: a full stop and nine digits, the fraction of
    /// the time; then two zeros, so that nobody takes it for star's mark in the last four bytes.
    static final int FRACTION = 500;

    static final int FRACTION_DIGITS = 9;

    static final char FILE = '0';
    static final char OLD_FILE = '\0';
    static final char HARD_LINK = '1';
    static final char SYMLINK = '2';
    static final char CHARACTER_DEVICE = '3';
    static final char BLOCK_DEVICE = '4';
    static final char FOLDER = '5';
    static final char FIFO = '6';
    static final char CONTIGUOUS_FILE = '7';
    static final char PAX = 'x';
    static final char PAX_GLOBAL = 'g';
    static final char GNU_LONG_NAME = 'L';
    static final char GNU_LONG_LINK = 'K';
    static final char GNU_SPARSE = 'S';

    private TarFormat() {}

    /// How many zeros follow so many bytes of content.
    static int padding(long bytes) {
        return (int) (-bytes & (BLOCK - 1));
    }
}
