package dev.packhorse.engine.hook;

import dev.packhorse.engine.rootfile.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// The hooks of this server, in one file that is replaced as a whole. Safe for many threads of one
/// process.
public final class HookStore {
    /// A file of an earlier version lacks what was added since: then it is off.
    private static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .build();

    private static final String ALPHABET =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final int ID_LENGTH = 24;
    private static final int WEIGHT_STEP = 100;

    private final Path file;
    private final SecureRandom random = new SecureRandom();
    private final ReentrantLock writing = new ReentrantLock();

    /// @param file where they are kept; need not exist
    public HookStore(Path file) {
        this.file = file;
    }

    private record Content(List<Hook> hooks) {}

    /// All hooks, by category, event and stage, then in the order in which they are called.
    ///
    /// @throws IOException if the file cannot be read or is damaged
    public List<Hook> list() throws IOException {
        try {
            return MAPPER.readValue(Files.readString(file), Content.class).hooks();
        } catch (NoSuchFileException _) {
            return List.of();
        } catch (JacksonException e) {
            throw new IOException("damaged file of hooks: " + file, e);
        }
    }

    /// Adds a hook behind those of its stage.
    ///
    /// @param wanted what it shall be; its id and weight are made anew
    /// @return the hook as it is kept
    public Hook add(Hook wanted) throws IOException {
        writing.lock();
        try {
            List<Hook> hooks = new ArrayList<>(list());
            int last =
                    hooks.stream()
                            .filter(each -> sameStage(each, wanted))
                            .mapToInt(Hook::weight)
                            .max()
                            .orElse(0);
            Hook added =
                    new Hook(
                            randomId(),
                            wanted.category(),
                            wanted.event(),
                            wanted.stage(),
                            wanted.script(),
                            wanted.check(),
                            wanted.rollback(),
                            wanted.description(),
                            wanted.notes(),
                            wanted.enabled(),
                            wanted.blocking(),
                            wanted.escalate(),
                            last + WEIGHT_STEP);
            hooks.add(added);
            write(hooks);
            return added;
        } finally {
            writing.unlock();
        }
    }

    /// Changes one hook.
    ///
    /// @return the hook as it is now, empty if there is none of this id
    public Optional<Hook> change(String id, UnaryOperator<Hook> change) throws IOException {
        writing.lock();
        try {
            List<Hook> hooks = new ArrayList<>(list());
            Optional<Hook> found = find(hooks, id);
            if (found.isEmpty()) {
                return Optional.empty();
            }
            Hook changed = change.apply(found.get());
            hooks.set(hooks.indexOf(found.get()), changed);
            write(hooks);
            return Optional.of(changed);
        } finally {
            writing.unlock();
        }
    }

    /// Removes one hook.
    ///
    /// @return false if there is none of this id
    public boolean remove(String id) throws IOException {
        writing.lock();
        try {
            List<Hook> hooks = new ArrayList<>(list());
            boolean removed = hooks.removeIf(hook -> hook.id().equals(id));
            if (removed) {
                write(hooks);
            }
            return removed;
        } finally {
            writing.unlock();
        }
    }

    /// Gives hooks new weights, in the order of the ids.
    ///
    /// @return the hooks as they are now; empty if an id is unknown, then nothing changed
    public Optional<List<Hook>> reorder(List<String> ids) throws IOException {
        writing.lock();
        try {
            List<Hook> hooks = new ArrayList<>(list());
            List<Hook> ordered = new ArrayList<>();
            for (String id : ids) {
                Optional<Hook> found = find(hooks, id);
                if (found.isEmpty()) {
                    return Optional.empty();
                }
                Hook changed = found.get().withWeight((ordered.size() + 1) * WEIGHT_STEP);
                hooks.set(hooks.indexOf(found.get()), changed);
                ordered.add(changed);
            }
            write(hooks);
            return Optional.of(ordered);
        } finally {
            writing.unlock();
        }
    }

    private void write(List<Hook> hooks) throws IOException {
        hooks.sort(
                Comparator.comparing(Hook::category)
                        .thenComparing(Hook::event)
                        .thenComparing(Hook::stage)
                        .thenComparingInt(Hook::weight)
                        .thenComparing(Hook::id));
        AtomicFile.replace(
                file,
                MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(new Content(hooks))
                        + "\n");
    }

    private static Optional<Hook> find(List<Hook> hooks, String id) {
        return hooks.stream().filter(hook -> hook.id().equals(id)).findFirst();
    }

    private static boolean sameStage(Hook one, Hook two) {
        return one.category().equals(two.category())
                && one.event().equals(two.event())
                && one.stage().equals(two.stage());
    }

    private String randomId() {
        StringBuilder id = new StringBuilder(ID_LENGTH);
        for (int i = 0; i < ID_LENGTH; i++) {
            id.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return id.toString();
    }
}
