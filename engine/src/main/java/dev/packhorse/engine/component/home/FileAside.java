package dev.packhorse.engine.component.home;

import dev.packhorse.engine.posix.ByteName;
import dev.packhorse.engine.posix.Directory;
import dev.packhorse.engine.posix.FileStat;
import java.io.IOException;
import java.util.Optional;

/// A file of a home that waits under a second name while another one stands in its place, and comes
/// back as the very same file: content, owner, rights and times. Every step may be done again after
/// a kill; at no moment is there no file under the first name.
///
/// @param name of the file
/// @param aside its second name, in the same folder
public record FileAside(ByteName name, ByteName aside) {

    /// Gives the file its second name too; the caller puts another one under the first.
    ///
    /// @return whether that was done, now or before; false if something else bears the second name
    /// @throws dev.packhorse.engine.posix.PosixException if the folder does not take it, as a
    ///   folder of that name; nothing was changed
    public boolean keep(Directory folder) throws IOException {
        if (folder.find(aside).isEmpty()) {
            folder.makeHardLink(folder, name, aside);
            return true;
        }
        return isOneFile(folder);
    }

    /// Whether anything bears the second name.
    public boolean isThere(Directory folder) throws IOException {
        return folder.find(aside).isPresent();
    }

    /// Brings the file back, over what stood in its place.
    public void bringBack(Directory folder) throws IOException {
        // renaming one name of a file to another name of it does nothing
        if (isOneFile(folder)) {
            folder.removeFile(aside);
        } else {
            folder.rename(aside, folder, name);
        }
    }

    /// Whether both names are of one file: the kill came before anything was put in its place.
    public boolean isOneFile(Directory folder) throws IOException {
        Optional<FileStat> first = folder.find(name);
        Optional<FileStat> second = folder.find(aside);
        return first.isPresent()
                && second.isPresent()
                && first.get().inode() == second.get().inode()
                && first.get().device() == second.get().device();
    }
}
