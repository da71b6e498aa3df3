package dev.packhorse.engine.component.home;

import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.ByteString;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.Errno;
import dev.packhorse.engine.posix.PosixException;
import dev.packhorse.engine.posix.PosixFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// A home that changes as homes do, the same way for the same seed: files, folders, names, links,
/// modes, times, attributes and holes. With the rights of the calling thread, which can always read
/// all of it. No content is written over: each change shows in times or numbers.
final class ChangingHome {
    private static final ByteString ACCESS_LIST = ByteString.of("system.posix_acl_access");
    private static final int[] MODES = {0644, 0600, 0755, 0400, 0444, 0640};
    private static final int[] FOLDER_MODES = {0755, 0700, 0750, 0711};
    private static final long LONG_AGO = 1_600_000_000;

    private final Random random;
    private final List<String> folders = new ArrayList<>(List.of(""));
    private final List<Place> files = new ArrayList<>();
    private final List<Place> others = new ArrayList<>();
    private int names;

    ChangingHome(long seed) {
        random = new Random(seed);
    }

    /// A name in one of the folders, which lie directly in the home; that of the home is empty.
    private record Place(String folder, ByteName name) {}

    /// Work in a folder.
    private interface Work {
        void run(Directory folder) throws IOException;
    }

    /// Adds folders with files and links.
    void grow(Directory home, int count) throws IOException {
        for (int i = 0; i < count / 25; i++) {
            makeFolder(home);
        }
        for (int i = 0; i < count; i++) {
            makeFile(home);
        }
        for (int i = 0; i < count / 20; i++) {
            makeSymlink(home);
            makeHardLink(home);
            makeSparse(home);
        }
        settle(home);
    }

    /// Makes some changes.
    void change(Directory home) throws IOException {
        for (int i = 0; i < 5; i++) {
            changeOnce(home);
        }
        settle(home);
    }

    private void changeOnce(Directory home) throws IOException {
        switch (random.nextInt(14)) {
            case 0, 1 -> makeFile(home);
            case 2 -> remove(home, files);
            case 3 -> {
                Place place = one(files);
                in(
                        home,
                        place.folder(),
                        folder -> {
                            folder.removeFile(place.name());
                            write(folder, place.name(), content());
                        });
            }
            case 4 -> append(home, one(files));
            case 5 -> rename(home, one(files));
            case 6 -> withFile(home, one(files), file -> file.setMode(mode()));
            case 7 -> withFile(home, one(files), this::setAttribute);
            case 8 -> withFile(home, one(files), file -> file.setTimes(LONG_AGO + number(), 7));
            case 9 -> makeSymlink(home);
            case 10 -> makeHardLink(home);
            case 11 -> makeSparse(home);
            case 12 -> {
                if (!others.isEmpty()) {
                    remove(home, others);
                }
            }
            default -> changeFolder(home);
        }
    }

    private void changeFolder(Directory home) throws IOException {
        if (folders.size() < 5) {
            makeFolder(home);
            return;
        }
        String name = folders.get(1 + random.nextInt(folders.size() - 1));
        switch (random.nextInt(4)) {
            case 0 -> makeFolder(home);
            case 1 -> in(home, name, folder -> folder.setMode(folderMode()));
            case 2 -> {
                home.removeTree(ByteName.of(name));
                folders.remove(name);
                files.removeIf(place -> place.folder().equals(name));
                others.removeIf(place -> place.folder().equals(name));
            }
            default -> {
                String other = "folder-" + names++;
                home.rename(ByteName.of(name), home, ByteName.of(other));
                folders.set(folders.indexOf(name), other);
                moved(files, name, other);
                moved(others, name, other);
            }
        }
    }

    private static void moved(List<Place> places, String from, String to) {
        places.replaceAll(
                place -> place.folder().equals(from) ? new Place(to, place.name()) : place);
    }

    /// The folders get times of their own, as if nothing had been done in them: what is in them has
    /// to be found all the same.
    private void settle(Directory home) throws IOException {
        for (String name : folders) {
            in(home, name, folder -> folder.setTimes(LONG_AGO, 0));
        }
    }

    private void makeFolder(Directory home) throws IOException {
        String name = "folder-" + names++;
        home.makeDirectory(ByteName.of(name), folderMode()).close();
        folders.add(name);
    }

    private void makeFile(Directory home) throws IOException {
        Place place = newPlace();
        in(home, place.folder(), folder -> write(folder, place.name(), content()));
        files.add(place);
    }

    private void makeSymlink(Directory home) throws IOException {
        Place place = newPlace();
        in(
                home,
                place.folder(),
                folder -> {
                    folder.makeSymlink(place.name(), ByteString.of("target-" + number()));
                    folder.setTimes(place.name(), LONG_AGO + number(), 3);
                });
        others.add(place);
    }

    private void makeHardLink(Directory home) throws IOException {
        Place first = one(files);
        Place place = newPlace();
        in(
                home,
                first.folder(),
                from ->
                        in(
                                home,
                                place.folder(),
                                folder -> folder.makeHardLink(from, first.name(), place.name())));
        others.add(place);
    }

    private void makeSparse(Directory home) throws IOException {
        Place place = newPlace();
        in(
                home,
                place.folder(),
                folder -> {
                    try (PosixFile file = folder.create(place.name(), 0644)) {
                        for (int i = random.nextInt(4); i > 0; i--) {
                            byte[] piece = new byte[4_096];
                            random.nextBytes(piece);
                            file.writeAt(ByteBuffer.wrap(piece), 65_536L * random.nextInt(64));
                        }
                        file.truncate((5L << 20) + number());
                    }
                });
        others.add(place);
    }

    private void remove(Directory home, List<Place> places) throws IOException {
        Place place = places.remove(random.nextInt(places.size()));
        in(home, place.folder(), folder -> folder.removeFile(place.name()));
    }

    private void rename(Directory home, Place place) throws IOException {
        Place other = newPlace();
        in(
                home,
                place.folder(),
                from ->
                        in(
                                home,
                                other.folder(),
                                to -> from.rename(place.name(), to, other.name())));
        files.set(files.indexOf(place), other);
    }

    private void append(Directory home, Place place) throws IOException {
        byte[] more = content();
        in(
                home,
                place.folder(),
                folder -> {
                    byte[] before;
                    try (PosixFile file = folder.openForReading(place.name())) {
                        before = file.asInputStream().readAllBytes();
                    }
                    byte[] both = Arrays.copyOf(before, before.length + more.length);
                    System.arraycopy(more, 0, both, before.length, more.length);
                    folder.removeFile(place.name());
                    write(folder, place.name(), both);
                });
    }

    /// Work on a file.
    private interface FileWork {
        void run(PosixFile file) throws IOException;
    }

    private static void withFile(Directory home, Place place, FileWork work) throws IOException {
        in(
                home,
                place.folder(),
                folder -> {
                    try (PosixFile file = folder.openForReading(place.name())) {
                        work.run(file);
                    }
                });
    }

    /// An attribute or an access list, where the file system takes them.
    private void setAttribute(PosixFile file) throws IOException {
        try {
            if (random.nextBoolean()) {
                // who may not write to a file may not note anything of it either
                file.setMode(0600);
                file.setXattr(ByteString.of("user.note"), ByteString.of("of " + number()));
            } else {
                file.setXattr(ACCESS_LIST, RandomHome.list(random));
            }
            file.setMode(mode());
        } catch (PosixException e) {
            if (!e.is(Errno.ENOTSUP)) {
                throw e;
            }
        }
    }

    private static void in(Directory home, String name, Work work) throws IOException {
        try (Directory folder = name.isEmpty() ? home.duplicate() : home.open(ByteName.of(name))) {
            work.run(folder);
        }
    }

    /// Every second file is among those that are packed first, being old.
    private void write(Directory folder, ByteName name, byte[] content) throws IOException {
        try (PosixFile file = folder.create(name, mode() | 0600)) {
            file.write(ByteBuffer.wrap(content));
            if (content.length % 2 == 0) {
                file.setTimes(LONG_AGO, content.length);
            }
        }
    }

    private Place newPlace() {
        return new Place(
                folders.get(random.nextInt(folders.size())), ByteName.of("name-" + names++));
    }

    private Place one(List<Place> places) {
        return places.get(random.nextInt(places.size()));
    }

    private int number() {
        return random.nextInt(1_000_000);
    }

    private int mode() {
        return MODES[random.nextInt(MODES.length)];
    }

    private int folderMode() {
        return FOLDER_MODES[random.nextInt(FOLDER_MODES.length)];
    }

    private byte[] content() {
        boolean large = random.nextInt(20) == 0;
        byte[] bytes = new byte[random.nextInt(large ? 1_200_000 : 9_000)];
        int alphabet = 1 + random.nextInt(255);
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) random.nextInt(alphabet);
        }
        return bytes;
    }
}
