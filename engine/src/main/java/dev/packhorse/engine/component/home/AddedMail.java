package dev.packhorse.engine.component.home;

import dev.packhorse.engine.archive.ArchiveEntry;
import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.archive.Attributes;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.FileType;
import dev.packhorse.engine.posix.PosixException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// The folder of mailboxes and the note of their form, for archives of homes that have none: some
/// readers list the folder without looking, and one takes the archive's own folders for mail
/// domains where it is missing. A member tells what was added, so that our own restores leave it
/// out. Stateless.
///
/// Source: importers of other panels, as the archive format's notes tell of them.
public final class AddedMail {
    /// The name of the member that lists what was added, a line for each.
    static final String MARK = "meta/packhorse_added";

    private static final ByteName MAIL = ByteName.of("mail");
    private static final ByteName FORM = ByteName.of("mailbox_format.cpanel");
    private static final BytePath FOLDER = HomePath.HOME.resolve(MAIL);
    private static final BytePath NOTE = FOLDER.resolve(FORM);
    private static final String USUAL = "maildir";

    private static final int FOLDER_MODE = 0751;
    private static final int NOTE_MODE = 0644;
    private static final int MARK_MODE = 0600;

    private AddedMail() {}

    /// Adds to an archive what a home lacks, after the home's own members; nothing to a tree, which
    /// is no file for importers. What stands there already stays as it is.
    public static void pack(PackContext context, ArchiveSink sink)
            throws ComponentException, IOException {
        Account account = context.account();
        if (sink.isSequence()) {
            boolean _ =
                    HomeWork.in(
                            context.services().root(),
                            account,
                            home -> {
                                complete(account, home, sink);
                                return true;
                            });
        }
    }

    private static void complete(Account account, Directory home, ArchiveSink sink)
            throws IOException {
        Optional<FileStat> mail = home.find(MAIL);
        if (mail.isPresent() && !lacksNote(home, mail.get())) {
            return;
        }
        // times that change with the home alone keep the archive the same from night to night
        FileStat times = home.stat();
        if (mail.isEmpty()) {
            sink.add(new ArchiveEntry.Folder(FOLDER, attributes(FOLDER_MODE, account, times)));
        }
        byte[] form = form(account).getBytes(StandardCharsets.US_ASCII);
        ByteBuffer bytes = ByteBuffer.wrap(form);
        sink.add(
                ArchiveEntry.RegularFile.of(
                        NOTE, attributes(NOTE_MODE, account, times), form.length),
                target -> {
                    if (!bytes.hasRemaining()) {
                        return -1;
                    }
                    int count = Math.min(bytes.remaining(), target.remaining());
                    target.put(bytes.slice(bytes.position(), count));
                    bytes.position(bytes.position() + count);
                    return count;
                });
        sink.addText(MARK, MARK_MODE, (mail.isEmpty() ? FOLDER + "\n" : "") + NOTE + "\n");
    }

    private static boolean lacksNote(Directory home, FileStat mail) {
        if (mail.type() != FileType.DIRECTORY) {
            return false;
        }
        try (Directory opened = home.open(MAIL)) {
            return opened.find(FORM).isEmpty();
        } catch (PosixException _) {
            return false;
        }
    }

    private static String form(Account account) {
        String form = account.setting("MAILBOX_FORMAT", USUAL);
        return form.equals("mdbox") ? form : USUAL;
    }

    private static Attributes attributes(int mode, Account account, FileStat times) {
        return new Attributes(
                mode,
                account.uid(),
                account.gid(),
                times.mtimeSeconds(),
                times.mtimeNanos(),
                Map.of());
    }

    /// The archive as the home was.
    public static ArchiveSource without(ArchiveSource source) throws IOException {
        Set<String> added =
                source.text(MARK).stream()
                        .flatMap(String::lines)
                        .filter(line ->
                                line.equals(FOLDER.toString()) || line.equals(NOTE.toString()))
                        .collect(Collectors.toSet());
        return added.isEmpty() ? source : new Without(source, added);
    }

    private record Without(ArchiveSource all, Set<String> added) implements ArchiveSource {
        @Override
        public Optional<Path> file(String path) {
            return all.file(path);
        }

        @Override
        public List<String> names(String folder) {
            return all.names(folder);
        }

        @Override
        public Optional<String> text(String path) throws IOException {
            return all.text(path);
        }

        @Override
        public void forEach(BytePath below, EntryVisitor visitor) throws IOException {
            all.forEach(
                    below,
                    (entry, content) -> {
                        if (!added.contains(entry.path().toString())) {
                            visitor.visit(entry, content);
                        }
                    });
        }
    }
}
