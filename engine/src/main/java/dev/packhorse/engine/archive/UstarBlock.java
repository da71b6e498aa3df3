package dev.packhorse.engine.archive;

import static dev.packhorse.engine.archive.TarFormat.BLOCK;
import static dev.packhorse.engine.archive.TarFormat.CHECKSUM;
import static dev.packhorse.engine.archive.TarFormat.CHECKSUM_LENGTH;
import static dev.packhorse.engine.archive.TarFormat.FRACTION;
import static dev.packhorse.engine.archive.TarFormat.FRACTION_DIGITS;
import static dev.packhorse.engine.archive.TarFormat.GID;
import static dev.packhorse.engine.archive.TarFormat.ID_LENGTH;
import static dev.packhorse.engine.archive.TarFormat.LINK_NAME;
import static dev.packhorse.engine.archive.TarFormat.MAGIC;
import static dev.packhorse.engine.archive.TarFormat.MODE;
import static dev.packhorse.engine.archive.TarFormat.MTIME;
import static dev.packhorse.engine.archive.TarFormat.NAME;
import static dev.packhorse.engine.archive.TarFormat.NAME_LENGTH;
import static dev.packhorse.engine.archive.TarFormat.NUMBER_LENGTH;
import static dev.packhorse.engine.archive.TarFormat.PREFIX;
import static dev.packhorse.engine.archive.TarFormat.PREFIX_LENGTH;
import static dev.packhorse.engine.archive.TarFormat.SIZE;
import static dev.packhorse.engine.archive.TarFormat.TYPE;
import static dev.packhorse.engine.archive.TarFormat.UID;

import java.util.Arrays;

/// One header block being laid out. Each setter tells whether the value fits; one that does not
/// leaves its field as zeros. Owner names are left empty, so readers go by the numbers.
final class UstarBlock {
    private static final byte[] MAGIC_AND_VERSION = {'u', 's', 't', 'a', 'r', 0, '0', '0'};

    private final byte[] block = new byte[BLOCK];

    /// Begins a header of that member type.
    void start(char type) {
        Arrays.fill(block, (byte) 0);
        block[TYPE] = (byte) type;
        System.arraycopy(MAGIC_AND_VERSION, 0, block, MAGIC, MAGIC_AND_VERSION.length);
    }

    /// Puts the name into the name field, or parts it at a slash between prefix and name. If it
    /// fits neither way, its beginning is left there for readers that know no better.
    boolean name(byte[] name) {
        if (name.length <= NAME_LENGTH) {
            System.arraycopy(name, 0, block, NAME, name.length);
            return true;
        }
        int slash = splitAt(name);
        if (slash < 0) {
            System.arraycopy(name, 0, block, NAME, NAME_LENGTH);
            return false;
        }
        System.arraycopy(name, 0, block, PREFIX, slash);
        System.arraycopy(name, slash + 1, block, NAME, name.length - slash - 1);
        return true;
    }

    /// The last slash that leaves a prefix and a name that both fit, -1 if there is none.
    private static int splitAt(byte[] name) {
        int from = Math.min(PREFIX_LENGTH, name.length - 2);
        for (int i = from; i > 0 && name.length - i - 1 <= NAME_LENGTH; i--) {
            if (name[i] == '/') {
                return i;
            }
        }
        return -1;
    }

    /// Puts a link's target; of one that does not fit, the beginning is left there: libarchive
    /// takes a symbolic link for a hard link where the field is empty and an extended header names
    /// the target (bsdtar 3.6.2, observed).
    boolean linkName(byte[] name) {
        System.arraycopy(name, 0, block, LINK_NAME, Math.min(name.length, NAME_LENGTH));
        return name.length <= NAME_LENGTH;
    }

    void mode(int mode) {
        number(MODE, ID_LENGTH, mode);
    }

    boolean uid(int uid) {
        return number(UID, ID_LENGTH, Integer.toUnsignedLong(uid));
    }

    boolean gid(int gid) {
        return number(GID, ID_LENGTH, Integer.toUnsignedLong(gid));
    }

    boolean size(long size) {
        return number(SIZE, NUMBER_LENGTH, size);
    }

    boolean mtime(long seconds) {
        return number(MTIME, NUMBER_LENGTH, seconds);
    }

    /// The fraction of the time of change, where only Packhorse looks.
    ///
    /// @param nanos 1 to 999,999,999
    void fraction(int nanos) {
        block[FRACTION] = '.';
        int rest = nanos;
        for (int i = FRACTION + FRACTION_DIGITS; i > FRACTION; i--) {
            block[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }

    /// Octal digits and a NUL; zero if it does not fit.
    private boolean number(int offset, int length, long value) {
        int digits = length - 1;
        boolean fits = value >= 0 && value >>> (3 * digits) == 0;
        long rest = fits ? value : 0;
        for (int i = offset + digits - 1; i >= offset; i--) {
            block[i] = (byte) ('0' + (rest & 7));
            rest >>>= 3;
        }
        return fits;
    }

    /// The finished block; valid until the next [#start].
    byte[] finish() {
        Arrays.fill(block, CHECKSUM, CHECKSUM + CHECKSUM_LENGTH, (byte) ' ');
        int sum = 0;
        for (byte each : block) {
            sum += each & 0xff;
        }
        for (int i = CHECKSUM + 5; i >= CHECKSUM; i--) {
            block[i] = (byte) ('0' + (sum & 7));
            sum >>>= 3;
        }
        block[CHECKSUM + 6] = 0;
        return block;
    }
}
