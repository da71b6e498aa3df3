package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.ArchiveFacts;
import dev.packhorse.engine.archive.ArchiveSource;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;

/// The files of an archive that lie outside of the home, whatever the depth.
///
/// @param facts of the judged archive
/// @param source the same archive
record ArchivedFiles(ArchiveFacts facts, ArchiveSource source) {
    /// Takes a file.
    @FunctionalInterface
    interface Visitor {
        /// Takes one.
        ///
        /// @param path of the member
        void visit(String path) throws IOException;
    }

    /// Visits each once.
    void forEach(Visitor visitor) throws IOException {
        Set<String> tops = new TreeSet<>();
        facts.members().forEach(member -> tops.add(member.split("/", 2)[0]));
        for (String top : tops) {
            visit(top, visitor);
        }
    }

    private void visit(String path, Visitor visitor) throws IOException {
        if (source.file(path).isPresent()) {
            visitor.visit(path);
            return;
        }
        for (String name : source.names(path)) {
            visit(path + "/" + name, visitor);
        }
    }
}
