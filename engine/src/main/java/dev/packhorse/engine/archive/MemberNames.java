package dev.packhorse.engine.archive;

import dev.packhorse.engine.archive.ArchiveException.Kind;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;

/// The names of the members that came so far, and what each was; in bounded memory. One thread.
final class MemberNames {
    private static final int FOLDER = 1;
    private static final int IMPLIED_FOLDER = 2;
    private static final int FILE = 3;
    private static final int HARD_LINK = 4;
    private static final int SYMLINK = 5;
    private static final int LEFT_OUT = 6;
    private static final int ODD = 8;

    private final NameTable names = new NameTable();
    private final ImpliedFolders implied = new ImpliedFolders();
    private ByteString lastParent = ByteString.of("");

    /// What a hard link finds under its target's name.
    enum Earlier {
        FILE,
        LEFT_OUT,
        NO_FILE
    }

    Earlier earlier(BytePath path) {
        byte[] bytes = path.value().toBytes();
        return switch (names.tag(bytes, bytes.length) & ~ODD) {
            case FILE, HARD_LINK -> Earlier.FILE;
            case LEFT_OUT -> Earlier.LEFT_OUT;
            default -> Earlier.NO_FILE;
        };
    }

    ImpliedFolders implied() {
        return implied;
    }

    /// Everything above a member must be a folder. One that has not come is taken for granted, and
    /// may come later.
    void requireFolders(TarMember member, ByteString path, long ordinal) throws ArchiveException {
        byte[] bytes = path.toBytes();
        int end = bytes.length - 1;
        while (end >= 0 && bytes[end] != '/') {
            end--;
        }
        ByteString parent = path.substring(0, Math.max(end, 0));
        if (end < 0 || parent.equals(lastParent)) {
            return;
        }
        int depth = 0;
        int missingFrom = -1;
        for (int slash = path.indexOf('/', 0); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            int tag = names.tag(bytes, slash) & ~ODD;
            if (tag == 0) {
                names.put(bytes, slash, IMPLIED_FOLDER);
                missingFrom = missingFrom < 0 ? depth : missingFrom;
            } else if (tag != FOLDER && tag != IMPLIED_FOLDER) {
                throw MemberJudge.refused(
                        Kind.HOSTILE, member, "lies below a member that is no folder");
            }
            depth++;
        }
        if (missingFrom >= 0) {
            implied.add(ordinal, missingFrom);
        }
        lastParent = parent;
    }

    /// Records the name, and tells whether the member merely repeats an earlier one.
    boolean register(TarMember member, BytePath path, boolean odd, boolean leftOut)
            throws ArchiveException {
        byte[] bytes = path.value().toBytes();
        int tag = leftOut ? LEFT_OUT : tagOf(member.type());
        int old = names.tag(bytes, bytes.length);
        if (old == 0 || (old == IMPLIED_FOLDER && tag == FOLDER)) {
            names.put(bytes, bytes.length, odd ? tag | ODD : tag);
            return false;
        }
        if (odd || (old & ODD) != 0) {
            throw MemberJudge.refused(
                    Kind.HOSTILE, member, "comes twice under differing forms of its name");
        }
        if (old != tag) {
            throw MemberJudge.refused(
                    Kind.HOSTILE, member, "comes twice as members of different types");
        }
        return tag != FOLDER;
    }

    private static int tagOf(TarType type) {
        return switch (type) {
            case FILE -> FILE;
            case FOLDER -> FOLDER;
            case SYMLINK -> SYMLINK;
            case HARD_LINK -> HARD_LINK;
            case FIFO, DEVICE -> LEFT_OUT;
        };
    }
}
