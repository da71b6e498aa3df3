package dev.packhorse.cli.render;

import dev.packhorse.engine.index.EntryKind;
import dev.packhorse.engine.job.KeptArchive;
import dev.packhorse.engine.job.ListedEntry;
import java.time.Instant;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Restore points and entries of archives as lines for people and for programs.
public final class EntryText {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String BITS = "rwxrwxrwx";

    private EntryText() {}

    /// A restore point for people.
    public static String line(KeptArchive archive) {
        return String.format(
                Locale.ROOT,
                "%-20s %-12s %14d %s%s",
                archive.when(),
                archive.form().word(),
                archive.sizeBytes(),
                archive.key().value(),
                archive.label().isEmpty() ? "" : "  “" + LogText.printable(archive.label()) + "”");
    }

    /// A restore point as a JSON object.
    public static String json(KeptArchive archive) {
        ObjectNode node = JSON.createObjectNode();
        node.put("date", archive.when());
        node.put("tier", archive.tier().word());
        node.put("form", archive.form().word());
        node.put("bytes", archive.sizeBytes());
        node.put("archive", archive.key().value());
        node.put("index", archive.hasIndex());
        node.put("label", archive.label());
        return node.toString();
    }

    /// An entry for people, as `ls -ln` has it: mode, owner, size, time, path.
    public static String line(ListedEntry entry) {
        return String.format(
                Locale.ROOT,
                "%s %10s %10s %14d %s %s",
                mode(entry),
                Integer.toUnsignedString(entry.uid()),
                Integer.toUnsignedString(entry.gid()),
                entry.sizeBytes(),
                Instant.ofEpochSecond(entry.mtimeSeconds()),
                entry.path());
    }

    /// An entry as a JSON object.
    public static String json(ListedEntry entry) {
        ObjectNode node = JSON.createObjectNode();
        node.put("path", entry.path().toString());
        node.put("kind", entry.kind().name().toLowerCase(Locale.ROOT));
        node.put("mode", String.format(Locale.ROOT, "%04o", entry.mode()));
        node.put("uid", Integer.toUnsignedLong(entry.uid()));
        node.put("gid", Integer.toUnsignedLong(entry.gid()));
        node.put("bytes", entry.sizeBytes());
        node.put(
                "modified",
                Instant.ofEpochSecond(entry.mtimeSeconds(), entry.mtimeNanos()).toString());
        return node.toString();
    }

    private static String mode(ListedEntry entry) {
        StringBuilder text = new StringBuilder().append(letter(entry.kind()));
        for (int i = 0; i < BITS.length(); i++) {
            boolean set = (entry.mode() & (0400 >> i)) != 0;
            text.append(set ? BITS.charAt(i) : '-');
        }
        special(text, 3, entry.mode() & 04000, 's');
        special(text, 6, entry.mode() & 02000, 's');
        special(text, 9, entry.mode() & 01000, 't');
        return text.toString();
    }

    private static void special(StringBuilder text, int at, int bit, char mark) {
        if (bit != 0) {
            text.setCharAt(at, text.charAt(at) == 'x' ? mark : Character.toUpperCase(mark));
        }
    }

    private static char letter(EntryKind kind) {
        return switch (kind) {
            case FILE -> '-';
            case FOLDER -> 'd';
            case SYMLINK -> 'l';
            case HARD_LINK -> 'h';
        };
    }
}
