package dev.packhorse.transport.ftp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.packhorse.transport.spi.TransportException.Kind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FtpErrorsTest {
    private static final String PATH = "/home/bk/2026/";

    @ParameterizedTest
    @CsvSource({
        "550 x: No such file or directory, true",
        "550 No such file., true",
        "550 File not found, true",
        "550 The system cannot find the file specified., true",
        "550 The system cannot find the path specified., true",
        "550 x: Not a directory, true",
        "550 x: No such device, false",
        "550 x: No such device or address, false",
        "550 The system cannot find the drive specified., false",
        "550 The device does not exist., false",
        "550 File not found or access denied, false",
        "550 Could not get file size., false"
    })
    void onlyWordsOfTheFileItselfSpeakOfItsAbsence(String reply, boolean absent) {
        assertThat(FtpErrors.speakOfAbsenceAlone(FtpErrors.words(reply, PATH + "x")))
                .isEqualTo(absent);
    }

    @ParameterizedTest
    @CsvSource({
        "550 x: Input/output error, UNAVAILABLE",
        "550 x: Stale file handle, UNAVAILABLE",
        "550 x: No such device, UNAVAILABLE",
        "550 x: No such device or address, UNAVAILABLE",
        "550 The system cannot find the drive specified., UNAVAILABLE",
        "550 x: Permission denied, DENIED",
        "550 x: Disk quota exceeded, FULL",
        "450 x: No such file or directory, UNAVAILABLE",
        "550 x: No such file or directory, REFUSED"
    })
    void theServersWordsTellTheKind(String reply, Kind kind) {
        assertThat(FtpErrors.reply("stat x", code(reply), reply, PATH + "x").kind())
                .isEqualTo(kind);
    }

    private static int code(String reply) {
        return Integer.parseInt(reply.substring(0, 3));
    }

    /// With the path as it was asked for, as the server knows it, and its name alone.
    @ParameterizedTest
    @CsvSource({
        "stalek.tar.gz",
        "deniedx",
        "quota",
        "stale",
        "denied.tar",
        "permission-1",
        "no.such.file"
    })
    void aNameSaysNothing(String name) {
        for (String shown : new String[] {PATH + name, "/srv" + PATH + name, "/2026/" + name}) {
            for (String form : new String[] {"550 %s: ", "550 \"%s\": ", "550 Cannot read %s: "}) {
                String reply = form.formatted(shown);
                assertThat(FtpErrors.reply("stat", 550, reply + "Who knows", PATH + name).kind())
                        .as(reply)
                        .isEqualTo(Kind.REFUSED);
                assertThat(absent(reply + "Who knows", name)).isFalse();
                assertThat(absent(reply + "No such file or directory", name)).isTrue();
            }
        }
        assertThat(absent("550 " + name + ": No such file or directory", name)).isTrue();
        assertThat(FtpErrors.reply("stat", 550, "550 Permission denied", PATH + name).kind())
                .isEqualTo(Kind.DENIED);
    }

    private static boolean absent(String reply, String name) {
        return FtpErrors.speakOfAbsenceAlone(FtpErrors.words(reply, PATH + name));
    }
}
