package dev.packhorse.engine.archive;

import dev.packhorse.engine.archive.ArchiveException.Kind;
import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.BytePath;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.LosslessText;
import dev.packhorse.engine.posix.PosixFile;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// An archive that [ArchiveJudge] has accepted, held open. One thread.
public final class JudgedArchive implements ArchiveSource, AutoCloseable {
    private static final long MOST_TEXT_BYTES = 16L << 20;
    private static final ByteString USER_XATTR = ByteString.of("user.");
    private static final ByteString ACL_XATTR = ByteString.of("system.posix_acl_");
    private static final int IMPLIED_MODE = 0755;

    private final ArchiveFacts facts;
    private final PosixFile file;
    private final ArchiveJudge.ArchiveState state;
    private final Path folder;
    private final MemberJudge judge;
    private final ArchiveJudge.Rules rules;
    private final Cancellation cancellation;

    JudgedArchive(
            ArchiveFacts facts,
            PosixFile file,
            ArchiveJudge.ArchiveState state,
            Path folder,
            MemberJudge judge,
            ArchiveJudge.Rules rules,
            Cancellation cancellation) {
        this.facts = facts;
        this.file = file;
        this.state = state;
        this.folder = folder;
        this.judge = judge;
        this.rules = rules;
        this.cancellation = cancellation;
    }

    /// What the judge found.
    public ArchiveFacts facts() {
        return facts;
    }

    @Override
    public Optional<Path> file(String path) {
        return unpacked(path)
                .filter(found -> Files.isRegularFile(found, LinkOption.NOFOLLOW_LINKS));
    }

    @Override
    public List<String> names(String path) {
        Optional<Path> found =
                unpacked(path).filter(each -> Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS));
        if (found.isEmpty()) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(found.get())) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("cannot list " + path + " of the archive", e);
        }
    }

    @Override
    public Optional<String> text(String path) throws IOException {
        Optional<Path> found = file(path);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        long size = Files.size(found.get());
        if (size > MOST_TEXT_BYTES) {
            throw new ArchiveException(
                    Kind.LIMIT, path + ": text of " + size + " bytes, more than 16 MiB");
        }
        return Optional.of(LosslessText.decode(Files.readAllBytes(found.get())));
    }

    /// A path that no archive can have leads nowhere: all of them are relative, plain and
    /// printable.
    private Optional<Path> unpacked(String path) {
        String plain = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        for (String name : plain.split("/", -1)) {
            if (!name.chars().allMatch(each -> each >= ' ' && each <= '~')
                    || !ByteName.isValid(ByteString.of(name))) {
                return Optional.empty();
            }
        }
        return Optional.of(folder.resolve(plain));
    }

    @Override
    public void forEach(BytePath below, EntryVisitor visitor) throws IOException {
        ArchiveFileInput input = new ArchiveFileInput(file, cancellation);
        boolean own = rules.trust() == ArchiveTrust.PROVEN;
        try (InputStream stream = ArchiveContainer.openAhead(input, rules.limits(), own);
                MemberReader reader = new MemberReader(stream, rules.limits(), rules.root())) {
            long ordinal = 0;
            for (Optional<TarMember> next = reader.next(); next.isPresent(); next = reader.next()) {
                if (!judge.skips().skips(ordinal)) {
                    visit(next.get(), ordinal, below, reader, visitor);
                }
                ordinal++;
            }
        }
        state.requireUnchanged(file.stat(), input.count(), input.sha256());
    }

    private void visit(
            TarMember member,
            long ordinal,
            BytePath below,
            MemberReader reader,
            EntryVisitor visitor)
            throws IOException {
        BytePath path = path(member.name());
        if (!path.startsWith(below)) {
            return;
        }
        int foldersThere = judge.implied().foldersThere(ordinal);
        if (foldersThere >= 0) {
            visitImplied(member, path, foldersThere, below, visitor);
        }
        visitor.visit(entry(member, path), reader.content());
    }

    /// Makes up the folders that an archive leaves out, so that parents come before their contents.
    private static void visitImplied(
            TarMember member, BytePath path, int foldersThere, BytePath below, EntryVisitor visitor)
            throws IOException {
        List<ByteName> names = path.names();
        Attributes attributes =
                new Attributes(IMPLIED_MODE, 0, 0, member.attributes().mtimeSeconds(), 0, Map.of());
        BytePath at = BytePath.of(names.getFirst());
        for (int depth = 0; depth < names.size() - 1; depth++) {
            at = depth == 0 ? at : at.resolve(names.get(depth));
            if (depth >= foldersThere && at.startsWith(below)) {
                visitor.visit(
                        new ArchiveEntry.Folder(at, attributes), InputStream.nullInputStream());
            }
        }
    }

    private BytePath path(ByteString name) throws ArchiveException {
        return rules.root()
                .below(MemberPath.of(name, rules.limits()).plain(), rules.limits())
                .orElseThrow(() ->
                        new ArchiveException(
                                Kind.DAMAGED, "archive file was changed while it was being read"));
    }

    private ArchiveEntry entry(TarMember member, BytePath path) throws ArchiveException {
        Attributes attributes = attributes(member.attributes());
        return switch (member.type()) {
            case FILE ->
                    new ArchiveEntry.RegularFile(
                            path, attributes, member.sizeBytes(), member.regions());
            case FOLDER -> new ArchiveEntry.Folder(path, attributes);
            case SYMLINK -> new ArchiveEntry.SymbolicLink(path, attributes, member.linkName());
            case HARD_LINK -> new ArchiveEntry.HardLink(path, attributes, path(member.linkName()));
            case FIFO, DEVICE ->
                    throw new ArchiveException(
                            Kind.DAMAGED, "archive file was changed while it was being read");
        };
    }

    /// Attributes that belong to the system (capabilities, labels) stay out; access lists come back
    /// only where somebody vouches for them.
    private Attributes attributes(Attributes all) {
        if (all.xattrs().isEmpty()) {
            return all;
        }
        boolean lists = rules.trust() != ArchiveTrust.RESTRICTED;
        Map<ByteString, ByteString> kept = new HashMap<>();
        all.xattrs()
                .forEach((name, value) -> {
                    if (name.startsWith(USER_XATTR) || (lists && name.startsWith(ACL_XATTR))) {
                        kept.put(name, value);
                    }
                });
        return new Attributes(
                all.mode(), all.uid(), all.gid(), all.mtimeSeconds(), all.mtimeNanos(), kept);
    }

    /// Closes the archive file; the unpacked folder is the judge's caller's to remove.
    @Override
    public void close() throws IOException {
        file.close();
    }
}
