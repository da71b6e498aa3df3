package dev.packhorse.transport.rsync;

import dev.packhorse.transport.fault.FaultContract;
import dev.packhorse.transport.server.OpensshServer;
import dev.packhorse.transport.spi.HostPort;
import dev.packhorse.transport.spi.Transport;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/// Each call is a few logins, so only some of the faults are tried: those that strike where a put
/// may do harm, and one of each sort for the other calls. With `-Dpackhorse.allFaults=true` all
/// are.
class RsyncNetworkFaultTest extends FaultContract {
    private static final List<String> OPERATIONS =
            List.of("CREATE", "REPLACE", "READ", "READ_PART", "STAT", "LIST", "DELETE");
    private static final List<String> STRIKES =
            List.of(
                    "REFUSED",
                    "CUT_TO_SERVER_AT_ONCE",
                    "CUT_TO_SERVER_AT_1_PERCENT",
                    "CUT_TO_SERVER_AT_50_PERCENT",
                    "CUT_TO_SERVER_AT_99_PERCENT",
                    "CUT_TO_CLIENT_AT_1_PERCENT",
                    "CUT_TO_CLIENT_AT_50_PERCENT",
                    "CUT_TO_CLIENT_BEFORE_THE_LAST_BYTE",
                    "HANG_TO_SERVER_AT_50_PERCENT",
                    "HANG_TO_CLIENT_AT_50_PERCENT",
                    "HANG_TO_CLIENT_BEFORE_THE_LAST_BYTE",
                    "SLOW");

    private RsyncPlace place = new RsyncPlace();

    /// Takes the place of the contract's own.
    static Stream<Arguments> faults() {
        if (Boolean.getBoolean("packhorse.allFaults")) {
            return OPERATIONS.stream()
                    .flatMap(operation ->
                            STRIKES.stream().map(strike -> Arguments.of(operation, strike)));
        }
        return Stream.of(
                Arguments.of("CREATE", "CUT_TO_SERVER_AT_50_PERCENT"),
                Arguments.of("CREATE", "HANG_TO_CLIENT_BEFORE_THE_LAST_BYTE"),
                Arguments.of("REPLACE", "CUT_TO_SERVER_AT_99_PERCENT"),
                Arguments.of("REPLACE", "CUT_TO_CLIENT_AT_50_PERCENT"),
                Arguments.of("READ", "CUT_TO_CLIENT_AT_50_PERCENT"),
                Arguments.of("STAT", "CUT_TO_CLIENT_AT_1_PERCENT"),
                Arguments.of("LIST", "CUT_TO_CLIENT_AT_50_PERCENT"),
                Arguments.of("DELETE", "CUT_TO_CLIENT_BEFORE_THE_LAST_BYTE"),
                Arguments.of("DELETE", "SLOW"));
    }

    @Override
    protected void makePlace() throws IOException {
        place = RsyncPlace.fresh().withKey(OpensshServer.shared().key());
    }

    @Override
    protected HostPort server() {
        return new HostPort("127.0.0.1", OpensshServer.shared().port());
    }

    @Override
    protected Transport open(HostPort address, Duration limit) throws IOException {
        return place.with("port", Integer.toString(address.port())).within(limit).open();
    }
}
