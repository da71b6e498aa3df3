package dev.packhorse.engine.auth;

import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.RecordLock;
import dev.packhorse.transport.spi.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The API tokens of this server: one file for each in a folder of its own, holding the digest of
/// the token's value, never the value. Works with and without a running daemon: a token made or
/// revoked by another process counts from the next call on. Safe for many threads and processes:
/// whoever changes tokens holds a lock beside the folder, and looks again once it has it.
///
/// A token file that others may write, that belongs to somebody else than its folder, or that is
/// damaged is left out, with a warning.
public final class TokenStore {
    private static final Logger LOG = LoggerFactory.getLogger(TokenStore.class);
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    private static final int VALUE_LENGTH = 32;
    private static final String ROOT = "root";

    /// What a user may have: lists of tokens are answered whole.
    private static final int MOST_OF_ROOT = 500;

    private static final int MOST_OF_OTHERS = 200;
    private static final int OTHERS_MAY_WRITE = 022;
    private static final int FILE_TYPE = 0170000;
    private static final int REGULAR_FILE = 0100000;
    private static final int FOLDER = 0040000;

    private final Path folder;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    /// What was read of each file, with the mark it had then. Guarded by `this`.
    private Map<Path, Entry> entries = Map.of();

    /// @param folder where the tokens lie; made with mode 0700 with the first token
    public TokenStore(Path folder, InstantSource clock) {
        this.folder = folder.toAbsolutePath();
        this.clock = clock;
    }

    /// Makes a token. When this returns it works, also after a crash.
    ///
    /// @return empty if the user has a token of this name
    /// @throws IOException also if the user has as many as it may have
    public Optional<CreatedToken> create(TokenRequest request) throws IOException {
        return create(request, () -> {});
    }

    /// As the other, if a condition holds, which is looked at once nobody else can change tokens.
    ///
    /// @throws X if it does not hold
    public <X extends Exception> Optional<CreatedToken> create(
            TokenRequest request, Condition<X> condition) throws IOException, X {
        SecretFile.makeFolder(folder);
        try (RecordLock _ = lock()) {
            condition.check();
            if (mark(fileOf(request.user(), request.name())).isPresent()) {
                return Optional.empty();
            }
            makeRoom(request.user());
            Secret value = randomValue();
            return made(request, value).map(token -> new CreatedToken(token, value));
        }
    }

    private RecordLock lock() throws IOException {
        String file = folder + ".lock";
        return RecordLock.acquire(Path.of(file), file);
    }

    /// Programs make tokens that end by themselves, and never revoke them: those that ended longest
    /// ago go, as many as stand in the way of one more. Files that are left out count, too: they
    /// are there to be looked at and removed.
    private void makeRoom(String user) throws IOException {
        int most = user.equals(ROOT) ? MOST_OF_ROOT : MOST_OF_OTHERS;
        int has = Math.toIntExact(files().stream().filter(file -> isOf(user, file)).count());
        if (has < most) {
            return;
        }
        List<Token> expired = expired(user);
        int tooMany = has - most + 1;
        if (expired.size() < tooMany) {
            throw new IOException(
                    "the user "
                            + user
                            + " has "
                            + (has - expired.size())
                            + " API tokens that have not expired and may have "
                            + most
                            + "; revoke those that nobody uses, by “api_token_revoke” or “packhorse"
                            + " token revoke”");
        }
        for (Token token : expired.subList(0, tooMany)) {
            SecretFile.delete(fileOf(user, token.name()));
            LOG.atInfo()
                    .addKeyValue("user", user)
                    .addKeyValue("token", token.name())
                    .log("expired token removed, since its user has as many as it may have");
        }
    }

    /// Those that ended longest ago first.
    private List<Token> expired(String user) throws IOException {
        Instant now = clock.instant();
        return list().stream()
                .filter(token -> token.user().equals(user) && token.isExpired(now))
                .sorted(Comparator.comparing(token -> token.request().expiresAt().orElseThrow()))
                .toList();
    }

    /// Makes a token of a value, whether or not the user has as many as it may have.
    Optional<Token> create(TokenRequest request, Secret value) throws IOException {
        SecretFile.makeFolder(folder);
        try (RecordLock _ = lock()) {
            return made(request, value);
        }
    }

    private Optional<Token> made(TokenRequest request, Secret value) throws IOException {
        Token token =
                new Token(
                        request,
                        clock.instant().truncatedTo(ChronoUnit.SECONDS),
                        HexFormat.of().formatHex(digest(value)));
        boolean created =
                SecretFile.create(fileOf(request.user(), request.name()), TokenFile.encode(token));
        return created ? Optional.of(token) : Optional.empty();
    }

    Secret randomValue() {
        StringBuilder text = new StringBuilder(VALUE_LENGTH);
        for (int i = 0; i < VALUE_LENGTH; i++) {
            text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return new Secret(text.toString());
    }

    /// Every token, sorted by user and name.
    public synchronized List<Token> list() throws IOException {
        refresh();
        return entries.values().stream()
                .map(Entry::token)
                .flatMap(Optional::stream)
                .sorted(Comparator.comparing(Token::user).thenComparing(Token::name))
                .toList();
    }

    /// Gives a token another name, rights, end or addresses; its value stays.
    ///
    /// @param token as it was read; what somebody has changed or revoked since is left as it is
    /// @return the token as it is now; empty if it is not the one that is there, or the user has
    ///   another token of the new name
    /// @throws IOException if that failed; after a crash the token may work under both names
    public Optional<Token> replace(Token token, TokenRequest wanted) throws IOException {
        return replace(token, wanted, () -> {});
    }

    /// As the other, if a condition holds, which is looked at once nobody else can change tokens.
    ///
    /// @throws X if it does not hold
    public <X extends Exception> Optional<Token> replace(
            Token token, TokenRequest wanted, Condition<X> condition) throws IOException, X {
        if (!wanted.user().equals(token.user())) {
            throw new IllegalArgumentException("a token stays with its user");
        }
        Token changed = new Token(wanted, token.createdAt(), token.sha256());
        try (RecordLock _ = lock()) {
            condition.check();
            return isKept(token) && write(token, changed) ? Optional.of(changed) : Optional.empty();
        }
    }

    /// Whether this very token is there. Its file is read again, however it looks from outside.
    private boolean isKept(Token token) throws IOException {
        Path file = fileOf(token.user(), token.name());
        Optional<Mark> home = home();
        Optional<Mark> mark = mark(file);
        return home.flatMap(its -> mark.flatMap(own -> read(file, own, its).token()))
                .equals(Optional.of(token));
    }

    private boolean write(Token token, Token changed) throws IOException {
        Path before = fileOf(token.user(), token.name());
        Path file = fileOf(changed.user(), changed.name());
        if (file.equals(before)) {
            SecretFile.write(file, TokenFile.encode(changed));
            return true;
        }
        if (!SecretFile.create(file, TokenFile.encode(changed))) {
            return false;
        }
        SecretFile.delete(before);
        return true;
    }

    /// Deletes a token. No call that comes after the return is accepted with it.
    ///
    /// @return false if the user has no token of this name
    public boolean revoke(String user, String name) throws IOException {
        TokenRequest checked = new TokenRequest(user, name, Set.of(), Optional.empty(), List.of());
        if (home().isEmpty()) {
            return false;
        }
        try (RecordLock _ = lock()) {
            return SecretFile.delete(fileOf(checked.user(), checked.name()));
        }
    }

    /// Deletes all tokens of a user, also those that are left out.
    public void revokeAll(String user) throws IOException {
        if (home().isEmpty()) {
            return;
        }
        try (RecordLock _ = lock()) {
            for (Path file : files()) {
                if (isOf(user, file)) {
                    SecretFile.delete(file);
                }
            }
        }
    }

    /// The user's token of a value, usable or not. Takes the same time whether or how far the value
    /// is right.
    public synchronized Optional<Token> find(String user, Secret value) throws IOException {
        byte[] digest = digest(value);
        Path known = match(digest);
        if (known == null || !isUnchanged(known)) {
            refresh();
            known = match(digest);
        }
        Entry entry = known == null ? null : entries.get(known);
        return entry == null ? Optional.empty() : entry.token().filter(t -> t.user().equals(user));
    }

    private @Nullable Path match(byte[] digest) {
        Path found = null;
        for (Map.Entry<Path, Entry> entry : entries.entrySet()) {
            if (MessageDigest.isEqual(entry.getValue().digest().toBytes(), digest)) {
                found = entry.getKey();
            }
        }
        return found;
    }

    private boolean isUnchanged(Path file) throws IOException {
        return mark(file).equals(Optional.ofNullable(entries.get(file)).map(Entry::mark));
    }

    private void refresh() throws IOException {
        Map<Path, Entry> fresh = new HashMap<>();
        Optional<Mark> home = home();
        if (home.isPresent()) {
            for (Path file : files()) {
                // One that is gone by now was revoked this moment.
                mark(file).ifPresent(mark -> fresh.put(file, entry(file, mark, home.get())));
            }
        }
        entries = fresh;
    }

    /// Empty if there is none, or a link.
    private Optional<Mark> home() throws IOException {
        return mark(folder).filter(mark -> mark.is(FOLDER));
    }

    private Set<Path> files() throws IOException {
        Set<Path> files = new HashSet<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder, "[!.]*.json")) {
            stream.forEach(files::add);
        }
        return files;
    }

    private Entry entry(Path file, Mark mark, Mark home) {
        Entry old = entries.get(file);
        return old != null && old.mark().equals(mark) ? old : read(file, mark, home);
    }

    private Entry read(Path file, Mark mark, Mark home) {
        Optional<String> fault = fault(mark, home);
        if (fault.isPresent()) {
            LOG.atWarn()
                    .addKeyValue("file", file)
                    .addKeyValue("reason", fault.get())
                    .log("token left out");
            return new Entry(mark, Optional.empty(), ByteString.of(""));
        }
        try {
            Token token = TokenFile.decode(file, Files.readAllBytes(file));
            if (!fileOf(token.user(), token.name()).equals(file)) {
                throw new IOException("token file under a wrong name: " + file);
            }
            return new Entry(
                    mark,
                    Optional.of(token),
                    ByteString.of(HexFormat.of().parseHex(token.sha256())));
        } catch (NoSuchFileException _) {
            return new Entry(mark, Optional.empty(), ByteString.of("")); // revoked this moment
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("file", file).setCause(e).log("token left out");
            return new Entry(mark, Optional.empty(), ByteString.of(""));
        }
    }

    private Optional<String> fault(Mark file, Mark home) {
        if ((home.mode() & OTHERS_MAY_WRITE) != 0) {
            return Optional.of("others may write into its folder; use chmod 700 " + folder);
        }
        if (!file.is(REGULAR_FILE)) {
            return Optional.of("it is not a regular file");
        }
        if ((file.mode() & OTHERS_MAY_WRITE) != 0) {
            return Optional.of("others may write the file; use chmod 600");
        }
        if (file.uid() != home.uid()) {
            return Optional.of("it does not belong to the owner of its folder");
        }
        return Optional.empty();
    }

    /// Root's tokens have plain names; a user name in front keeps those of resellers apart.
    private Path fileOf(String user, String name) {
        String base = user.equals(ROOT) ? name : user + "@" + name;
        return folder.resolve(base + ".json");
    }

    private static boolean isOf(String user, Path file) {
        String name = file.getFileName().toString();
        return user.equals(ROOT) ? name.indexOf('@') < 0 : name.startsWith(user + "@");
    }

    /// What tells one state of a file from another; empty if there is none.
    private static Optional<Mark> mark(Path file) throws IOException {
        try {
            Map<String, Object> facts =
                    Files.readAttributes(
                            file, "unix:ino,dev,ctime,size,mode,uid", LinkOption.NOFOLLOW_LINKS);
            return Optional.of(
                    new Mark(
                            String.valueOf(facts.get("dev")) + ":" + facts.get("ino"),
                            String.valueOf(facts.get("ctime")),
                            String.valueOf(facts.get("size")),
                            (Integer) Objects.requireNonNull(facts.get("mode")),
                            (Integer) Objects.requireNonNull(facts.get("uid"))));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    private static byte[] digest(Secret value) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(value.reveal().getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    /// What must be so for a change.
    @FunctionalInterface
    public interface Condition<X extends Exception> {
        void check() throws IOException, X;
    }

    private record Mark(String inode, String changed, String size, int mode, int uid) {
        boolean is(int type) {
            return (mode & FILE_TYPE) == type;
        }
    }

    /// @param digest empty for a file that is left out
    private record Entry(Mark mark, Optional<Token> token, ByteString digest) {}
}
