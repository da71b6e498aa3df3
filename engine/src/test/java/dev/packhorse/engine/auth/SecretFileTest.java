package dev.packhorse.engine.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretFileTest {
    @TempDir Path folder;

    @Test
    void createLeavesAnExistingFileAlone() throws IOException {
        Path file = folder.resolve("x");
        assertThat(SecretFile.create(file, "one".getBytes(UTF_8))).isTrue();
        assertThat(SecretFile.create(file, "two".getBytes(UTF_8))).isFalse();
        assertThat(file).hasContent("one");
        SecretFile.write(file, "three".getBytes(UTF_8));
        assertThat(file).hasContent("three");
        assertThat(folder.toFile().list()).containsExactly("x");
    }

    @Test
    void writeReplacesALinkAndNotItsTarget() throws IOException {
        Path target = Files.writeString(folder.resolve("target"), "kept");
        Path link = Files.createSymbolicLink(folder.resolve("link"), target);
        SecretFile.write(link, "new".getBytes(UTF_8));
        assertThat(target).hasContent("kept");
        assertThat(Files.isSymbolicLink(link)).isFalse();
    }

    @Test
    void whatAKilledWriterLeftIsSweptByTheNext() throws IOException {
        Path old = Files.writeString(folder.resolve(".x.0011223344556677.tmp"), "half");
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minusSeconds(7200)));
        Path young = Files.writeString(folder.resolve(".x.8899aabbccddeeff.tmp"), "at work");
        Path other = Files.writeString(folder.resolve(".y.0011223344556677.tmp"), "not ours");
        Files.setLastModifiedTime(other, FileTime.from(Instant.now().minusSeconds(7200)));
        SecretFile.write(folder.resolve("x"), new byte[0]);
        assertThat(old).doesNotExist();
        assertThat(young).exists();
        assertThat(other).exists();
    }

    @Test
    void folderMustBeAFolder() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("l"), folder);
        assertThatThrownBy(() -> SecretFile.makeFolder(link)).hasMessageContaining("not a folder");
    }
}
