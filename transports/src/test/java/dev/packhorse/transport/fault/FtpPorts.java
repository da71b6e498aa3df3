package dev.packhorse.transport.fault;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Leads the data connections of passive FTP through the proxy: the ports that the server names are
/// put in terms of the proxy's own. Works without TLS.
public final class FtpPorts {
    private static final Pattern EXTENDED = Pattern.compile("(?m)^229 .*\\(\\|\\|\\|(\\d+)\\|\\)");
    private static final Pattern PASSIVE =
            Pattern.compile("(?m)^227 .*\\((\\d+,\\d+,\\d+,\\d+),(\\d+),(\\d+)\\)");

    private FtpPorts() {}

    /// A [FaultProxy.Translation].
    public static byte[] translated(byte[] block, FaultProxy proxy) throws IOException {
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
}
