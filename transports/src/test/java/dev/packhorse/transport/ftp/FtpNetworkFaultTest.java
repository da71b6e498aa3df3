package dev.packhorse.transport.ftp;

import dev.packhorse.transport.fault.FaultContract;
import dev.packhorse.transport.fault.FaultProxy;
import dev.packhorse.transport.server.ProftpdServer;
import dev.packhorse.transport.spi.HostPort;
import dev.packhorse.transport.spi.Transport;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;

/// Control and data connections of passive FTP go through the proxy, which reads the ports that the
/// server names; therefore without TLS.
class FtpNetworkFaultTest extends FaultContract {
    private static final Pattern EXTENDED = Pattern.compile("(?m)^229 .*\\(\\|\\|\\|(\\d+)\\|\\)");
    private static final Pattern PASSIVE =
            Pattern.compile("(?m)^227 .*\\((\\d+,\\d+,\\d+,\\d+),(\\d+),(\\d+)\\)");

    private static TransportSettings place =
            new TransportSettings(new TreeMap<>(), new TreeMap<>(), Duration.ZERO);

    @BeforeAll
    static void place() {
        place = ProftpdServer.plain("AllowOverwrite on", "AllowStoreRestart on").settings();
    }

    @Override
    protected HostPort server() {
        return new HostPort("127.0.0.1", Integer.parseInt(place.values().get("port")));
    }

    @Override
    protected FaultProxy proxy(HostPort before) throws IOException {
        return FaultProxy.before(before, FtpNetworkFaultTest::translated);
    }

    private static byte[] translated(byte[] block, FaultProxy proxy) throws IOException {
        String said = new String(block, StandardCharsets.ISO_8859_1);
        Matcher extended = EXTENDED.matcher(said);
        if (extended.find()) {
            int port = proxy.alsoBefore(Integer.parseInt(extended.group(1)));
            said = said.replace("|||" + extended.group(1) + "|", "|||" + port + "|");
        }
        Matcher passive = PASSIVE.matcher(said);
        if (passive.find()) {
            int theirs =
                    Integer.parseInt(passive.group(2)) * 256 + Integer.parseInt(passive.group(3));
            int port = proxy.alsoBefore(theirs);
            said =
                    said.replace(
                            passive.group(1) + "," + passive.group(2) + "," + passive.group(3),
                            passive.group(1) + "," + port / 256 + "," + port % 256);
        }
        return said.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    protected Transport open(HostPort address) throws TransportException {
        TreeMap<String, String> values = new TreeMap<>(place.values());
        values.put("port", Integer.toString(address.port()));
        values.put("passive", "1");
        values.put("tls", "none");
        return new FtpTransportFactory()
                .open(new TransportSettings(values, place.secrets(), Duration.ofSeconds(1)));
    }
}
