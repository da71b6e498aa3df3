package dev.packhorse.engine.posix;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ErrnoTest {
    @Test
    void numbersAreUniqueAndFoundAgain() {
        for (Errno each : Errno.values()) {
            assertThat(Errno.of(each.value())).contains(each);
        }
        assertThat(Errno.of(4_000)).isEmpty();
    }

    @Test
    void unknownNumbersAreShownAsTheyAre() {
        PosixException e = PosixException.ofResult("openat", "file", -133);
        assertThat(e).hasMessage("openat file: error 133");
        assertThat(e.errno()).isEqualTo(133);
        assertThat(e.operation()).isEqualTo("openat");
        assertThat(e.is(Errno.ENOENT)).isFalse();
    }
}
