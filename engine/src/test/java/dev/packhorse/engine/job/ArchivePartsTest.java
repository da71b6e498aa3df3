package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.posix.ByteName;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ArchivePartsTest {
    private static List<ByteName> names(String... names) {
        return Stream.of(names).map(ByteName::of).toList();
    }

    @Test
    void areTakenInTheOrderOfTheirNumbers() throws IOException {
        assertThat(
                        ArchiveParts.among(
                                names(
                                        "a.tar.gz.part10",
                                        "a.tar.gz.part2",
                                        "a.tar.gz.part00001",
                                        "a.tar.gz.part3",
                                        "a.tar.gz.part4",
                                        "a.tar.gz.part5",
                                        "a.tar.gz.part6",
                                        "a.tar.gz.part7",
                                        "a.tar.gz.part8",
                                        "a.tar.gz.part9",
                                        "README")))
                .extracting(ByteName::toString)
                .startsWith("a.tar.gz.part00001", "a.tar.gz.part2", "a.tar.gz.part3")
                .endsWith("a.tar.gz.part9", "a.tar.gz.part10")
                .hasSize(10);
        assertThat(ArchiveParts.among(names("cp", "homedir"))).isEmpty();
    }

    @Test
    void aMissingPartIsNamed() {
        assertThatThrownBy(
                        () -> ArchiveParts.among(names("a.tar.gz.part00001", "a.tar.gz.part00003")))
                .isInstanceOf(IOException.class)
                .hasMessage("part 00002 of the archive is missing, there is a.tar.gz.part00003");
        assertThatThrownBy(() -> ArchiveParts.among(names("a.tar.part00002")))
                .hasMessage("part 00001 of the archive is missing, there is a.tar.part00002");
    }

    @Test
    void twoPartsOfOneNumberAreNamed() {
        assertThatThrownBy(() -> ArchiveParts.among(names("a.tar.gz.part00001", "a.tar.gz.part1")))
                .hasMessage(
                        "two parts of the archive have the same number: a.tar.gz.part00001 and"
                                + " a.tar.gz.part1; remove the wrong one");
        assertThatThrownBy(() -> ArchiveParts.among(names("a.tar.gz.part00000")))
                .hasMessage(
                        "parts of an archive are numbered from 1, but there is a.tar.gz.part00000");
    }

    @Test
    void partsOfTwoArchivesAreNotMixed() throws IOException {
        List<ByteName> both =
                names("a.tar.gz.part00001", "b.tar.gz.part00001", "b.tar.gz.part00002");
        assertThatThrownBy(() -> ArchiveParts.among(both))
                .hasMessage(
                        "the folder holds parts of several archives: a.tar.gz and b.tar.gz; keep one");
        assertThat(ArchiveParts.besides(both, ByteName.of("b.tar.gz.part00002")))
                .extracting(ByteName::toString)
                .containsExactly("b.tar.gz.part00001", "b.tar.gz.part00002");
    }
}
