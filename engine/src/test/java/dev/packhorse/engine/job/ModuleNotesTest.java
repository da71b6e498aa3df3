package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModuleNotesTest {
    /// As a thousand named pipes in deep folders: the result of the restore must be storable.
    @Test
    void whatAnArchiveSaysOfItselfIsBounded() {
        List<String> remarks = Collections.nCopies(1_000, "x".repeat(4_096));
        List<String> told = ModuleNotes.ofArchive(remarks);
        assertThat(told).hasSizeBetween(20, 30);
        assertThat(told.getFirst()).startsWith("archive: xxx");
        assertThat(told.getLast())
                .isEqualTo("archive: and at least %d more of this kind", 1_001 - told.size());
        assertThat(ModuleNotes.ofArchive(List.of("a", "b")))
                .containsExactly("archive: a", "archive: b");
    }
}
