package dev.packhorse.engine.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.engine.posix.ByteString;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AclTextTest {
    private static final String LONG =
            "user::rwx,user:4321:r-x,user:4294967294:---,group::r--,group:8:-w-,mask::rwx,other::--x";
    private static final String PLAIN = "user::rwx,group::r-x,other::---";

    private static ByteString encoded(AclText.Kind kind, String text) {
        return AclText.encode(kind, text.getBytes(UTF_8)).orElseThrow();
    }

    @ParameterizedTest
    @EnumSource
    void textAndAttributeStandForEachOther(AclText.Kind kind) {
        assertThat(AclText.decode(kind, encoded(kind, LONG))).contains(LONG);
    }

    @Test
    void aPlainListSaysMoreThanAModeOnlyWhereItIsInherited() {
        assertThat(AclText.encode(AclText.Kind.ACCESS, PLAIN.getBytes(UTF_8))).isEmpty();
        assertThat(AclText.decode(AclText.Kind.DEFAULT, encoded(AclText.Kind.DEFAULT, PLAIN)))
                .contains(PLAIN);
    }

    /// No list, another version, an unknown kind of entry, unknown rights, a torn entry, an order
    /// that the kernel does not have.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "02000000",
                "030000000100070000000000",
                "020000004000070000000000",
                "0200000001000f00ffffffff04000500ffffffff10000500ffffffff20000500ffffffff",
                "0200000001000700ffff",
                "0200000004000500ffffffff01000700ffffffff10000500ffffffff20000500ffffffff"
            })
    void whatIsNoListOfThisFormHasNoText(String hex) {
        ByteString attribute = ByteString.of(HexFormat.of().parseHex(hex));
        assertThat(AclText.decode(AclText.Kind.ACCESS, attribute)).isEmpty();
        assertThat(AclText.decode(AclText.Kind.DEFAULT, attribute)).isEmpty();
    }
}
