package dev.packhorse.engine.posix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class CryptTest {
    /// Source: the test vectors of Ulrich Drepper's "Unix crypt using SHA-256 and SHA-512".
    private static final String SHA512 =
            "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJu"
                    + "esI68u4OTLiBFdcbYEdFCoEOfaS35inz1";

    @Test
    void publishedSha512VectorIsVerified() throws IOException {
        assertThat(Crypt.verify("Hello world!", SHA512)).isTrue();
        assertThat(Crypt.verify("Hello world?", SHA512)).isFalse();
        assertThat(Crypt.verify("", SHA512)).isFalse();
    }

    @Test
    void hashesOfOtherToolsAreVerified() throws Exception {
        String made = Commands.run("openssl", "passwd", "-6", "pässwörd $ '").strip();
        assertThat(Crypt.verify("pässwörd $ '", made)).isTrue();
        assertThat(Crypt.verify("password $ '", made)).isFalse();
    }

    @Test
    void yescryptIsVerified() throws IOException {
        assertThat(Crypt.verify("correct horse", YESCRYPT)).isTrue();
        assertThat(Crypt.verify("correct horsf", YESCRYPT)).isFalse();
    }

    /// Made with libxcrypt 4.4 for the password "correct horse".
    private static final String YESCRYPT =
            "$y$j9T$F5Jx5fExrKuPp53xLKQ..1$zwtVrjrUCmXcyLTs6oxLTQlzifSUkF8RHJ./tK5KU79";

    @Test
    void lockedEmptyAndUnknownHashesMatchNothing() throws IOException {
        for (String hash :
                List.of("", "*", "!", "!!", "*0", "*1", "!" + SHA512, "$99$x$y", "x", "a\0b")) {
            for (String password : List.of("", "Hello world!", "*", hash)) {
                assertThat(Crypt.verify(password, hash)).as(hash).isFalse();
            }
        }
    }

    @Test
    void passwordIsNotCutAtANul() throws IOException {
        assertThat(Crypt.verify("Hello world!\0anything", SHA512)).isFalse();
    }

    @Test
    void saltAloneIsNoHash() throws IOException {
        assertThat(Crypt.verify("Hello world!", SHA512.substring(0, 14))).isFalse();
    }
}
