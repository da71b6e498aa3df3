package dev.packhorse.engine.tree;

import java.nio.file.Path;

/// Where a tree belongs. Both folders must be ones that nobody but root can change.
///
/// @param folder the folder that holds the tree
/// @param name the tree's name in it
/// @param record the file of its record, on the same file system or another
public record TreeSpot(Path folder, String name, Path record) {
    /// Where the tree lies.
    public Path tree() {
        return folder.resolve(name);
    }
}
