package dev.packhorse.transport.rsync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.transport.child.ChildResult;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What rsyncs of several versions say, of which those before 3.2 do not tell which side speaks.
class RsyncErrorsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "rsync: link_stat \"/srv/bk/x\" failed: No such file or directory (2)",
                "rsync: change_dir \"/srv/bk/x\" failed: No such file or directory (2)",
                "rsync: [sender] link_stat \"/srv/bk/x\" failed: No such file or directory (2)",
                "rsync: [sender] change_dir \"/srv/bk/x\" failed: No such file or directory (2)"
            })
    void whatIsNotThereIsAbsent(String errors) {
        assertThat(RsyncErrors.isAbsent(new ChildResult(23, errors))).isTrue();
        assertThat(RsyncErrors.isAbsent(new ChildResult(12, errors))).isFalse();
        assertThat(RsyncErrors.isBelowAFile(new ChildResult(23, errors))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rsync: link_stat \"/srv/bk/x\" failed: Not a directory (20)",
                "rsync: change_dir \"/srv/bk/x\" failed: Not a directory (20)",
                "rsync: [sender] change_dir \"/srv/bk/x\" failed: Not a directory (20)"
            })
    void whatLiesBelowAFileIsThat(String errors) {
        assertThat(RsyncErrors.isBelowAFile(new ChildResult(23, errors))).isTrue();
        assertThat(RsyncErrors.isAbsent(new ChildResult(23, errors))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rsync: mkdir \"/srv/bk\" failed: No such file or directory (2)",
                "rsync: [Receiver] mkdir \"/srv/bk\" failed: No such file or directory (2)"
            })
    void aFolderWithoutOneAboveIsThat(String errors) {
        assertThat(RsyncErrors.isFolderAbsent(new ChildResult(11, errors))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rsync: link_stat \"/srv/bk/x\" failed: Permission denied (13)",
                "rsync: change_dir \"/srv/bk/x\" failed: Stale file handle (116)",
                "rsync: [Receiver] change_dir \"/tmp/own\" failed: No such file or directory (2)",
                "rsync: change_dir#1 \"/tmp/own\" failed: No such file or directory (2)"
            })
    void anotherFailureIsNoAbsence(String errors) {
        assertThat(RsyncErrors.isAbsent(new ChildResult(23, errors))).isFalse();
    }
}
