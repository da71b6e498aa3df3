package dev.packhorse.engine.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnixDatagramTest {
    private static final byte[] MESSAGE = ByteString.of("READY=1\nSTATUS=açtive").toBytes();

    @TempDir private Path folder;

    @Test
    void messageArrivesWholeAtAPath() throws Throwable {
        String address = folder.resolve("notify").toString();
        try (DatagramReceiver receiver = new DatagramReceiver(address)) {
            UnixDatagram.send(address, MESSAGE);
            UnixDatagram.send(address, new byte[] {7});
            assertThat(receiver.receive()).isEqualTo(MESSAGE);
            assertThat(receiver.receive()).containsExactly(7);
        }
    }

    @Test
    void messageArrivesAtAnAbstractName() throws Throwable {
        String address = "@packhorse-test-" + ProcessHandle.current().pid();
        try (DatagramReceiver receiver = new DatagramReceiver(address)) {
            UnixDatagram.send(address, MESSAGE);
            assertThat(receiver.receive()).isEqualTo(MESSAGE);
        }
    }

    @Test
    void absentListenersAndBadAddressesAreErrors() {
        String absent = folder.resolve("absent").toString();
        assertThatExceptionOfType(PosixException.class)
                .isThrownBy(() -> UnixDatagram.send(absent, MESSAGE))
                .withMessage("sendto " + absent + ": no such file or directory");
        for (String bad : new String[] {"", "x".repeat(108), "a\0b"}) {
            assertThatExceptionOfType(PosixException.class)
                    .isThrownBy(() -> UnixDatagram.send(bad, MESSAGE))
                    .matches(e -> e.is(Errno.EINVAL));
        }
    }
}
