package dev.packhorse.engine.component.domain;

import dev.packhorse.engine.host.HostFiles;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Finds the address that accounts without an own one share.
///
/// Source: `/var/cpanel/mainip` and the line `ADDR` of `/etc/wwwacct.conf`, as public scripts read
/// them.
public final class ServerAddress {
    private static final Pattern IPV4 =
            Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.|$)){4}(?<!\\.)");
    private static final Pattern ADDR = Pattern.compile("(?m)^ADDR\\s+(\\S+)\\s*$");

    private ServerAddress() {}

    /// The shared address, empty if the server does not tell.
    public static Optional<String> shared(HostFiles files) throws IOException {
        Optional<String> main =
                files.readText("/var/cpanel/mainip")
                        .map(String::strip)
                        .filter(ServerAddress::isIpv4);
        return main.isPresent() ? main : ofSetup(files);
    }

    private static Optional<String> ofSetup(HostFiles files) throws IOException {
        Optional<String> setup = files.readText("/etc/wwwacct.conf");
        if (setup.isEmpty()) {
            return Optional.empty();
        }
        Matcher line = ADDR.matcher(setup.get());
        return line.find()
                ? Optional.of(line.group(1)).filter(ServerAddress::isIpv4)
                : Optional.empty();
    }

    /// Whether the text is an IPv4 address.
    public static boolean isIpv4(String text) {
        return IPV4.matcher(text).matches();
    }
}
