package dev.packhorse.engine.recovery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RecoveryKitTest {
    private static final char[] PASSPHRASE = "four words and a day".toCharArray();

    private final RecoveryKit kit =
            new RecoveryKit(
                    new TreeMap<>(
                            Map.of(
                                    "state:manifest.key",
                                    new byte[] {0, -1, 7},
                                    "host:/x",
                                    "a secret line".getBytes(UTF_8))));

    private byte[] sealed() {
        return kit.seal(PASSPHRASE, new SecureRandom());
    }

    @Test
    void whatWasSealedOpensWithItsPassphrase() throws Exception {
        RecoveryKit opened = RecoveryKit.open(sealed(), PASSPHRASE);
        assertThat(opened.files().keySet()).isEqualTo(kit.files().keySet());
        assertThat(opened.files().get("state:manifest.key")).containsExactly(0, -1, 7);
    }

    @Test
    void nothingOfItIsReadable() {
        byte[] sealed = sealed();
        assertThat(new String(sealed, UTF_8)).doesNotContain("secret").doesNotContain("manifest");
        assertThat(sealed()).isNotEqualTo(sealed);
    }

    @Test
    void noOtherPassphraseOpensIt() {
        byte[] sealed = sealed();
        assertThatThrownBy(() -> RecoveryKit.open(sealed, "four words and a Day".toCharArray()))
                .isInstanceOf(KitException.class)
                .hasMessageContaining("passphrase");
    }

    @Test
    void aChangedByteIsNoticedWhereverItIs() {
        byte[] sealed = sealed();
        for (int at : new int[] {0, 26, 30, 45, 60, sealed.length - 1}) {
            byte[] changed = sealed.clone();
            changed[at] ^= 1;
            assertThatThrownBy(() -> RecoveryKit.open(changed, PASSPHRASE))
                    .as("byte %d", at)
                    .isInstanceOf(KitException.class);
        }
    }

    @Test
    void aFileThatAsksForEndlessWorkIsRefused() {
        byte[] sealed = sealed();
        ByteBuffer.wrap(sealed).putInt("packhorse recovery kit 1\n".length(), Integer.MAX_VALUE);
        assertThatThrownBy(() -> RecoveryKit.open(sealed, PASSPHRASE))
                .isInstanceOf(KitException.class);
    }

    @Test
    void anyOtherFileIsNoKit() {
        for (byte[] other : new byte[][] {{}, new byte[200], "packhorse".getBytes(UTF_8)}) {
            assertThatThrownBy(() -> RecoveryKit.open(other, PASSPHRASE))
                    .isInstanceOf(KitException.class)
                    .hasMessageContaining("no recovery kit");
        }
    }

    @Test
    void aShortPassphraseIsRefused() {
        assertThatThrownBy(() -> kit.seal("too short".toCharArray(), new SecureRandom()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
