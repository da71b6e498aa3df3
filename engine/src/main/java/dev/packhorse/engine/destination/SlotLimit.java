package dev.packhorse.engine.destination;

/// How many uploads may go to one place at a time, of all servers that send there together, and
/// where they tell each other of it.
///
/// @param uploads how many; all servers should be told the same
/// @param path a folder at the place that all of them may write to, apart from those of their
///   archives, in the form of the destination's own path or folder
public record SlotLimit(int uploads, String path) {
    /// So many at most.
    public static final int MOST = 1_000;

    /// The limit of two texts.
    ///
    /// @throws IllegalArgumentException saying what is wrong
    public static SlotLimit of(String uploads, String path) {
        return new SlotLimit(uploads.matches("[0-9]{1,6}") ? Integer.parseInt(uploads) : 0, path);
    }

    public SlotLimit {
        if (uploads < 1 || uploads > MOST) {
            throw new IllegalArgumentException("upload_slots must be a number from 1 to " + MOST);
        }
        if (path.isBlank() || path.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "upload_slots needs upload_slots_path, a folder at the destination that is the same for all servers that send there");
        }
    }
}
