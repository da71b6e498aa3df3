package dev.packhorse.transport.s3;

import dev.packhorse.transport.spi.PeerAddress;
import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The address of a server, from what an administrator writes: a host, with a port where it is not
/// the usual one, behind `https://` or nothing. Without TLS only where `http://` is written out.
final class S3Endpoint {
    /// Plain host names and addresses only: no user, path, query, look-alike letters or trailing
    /// dot.
    private static final Pattern FORM =
            Pattern.compile(
                    "(?:(https?)://)?([A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\\[[0-9A-Fa-f:.]{2,45}])(?::([0-9]{1,5}))?/?");

    private S3Endpoint() {}

    /// @throws TransportException `REFUSED` if the text is no such address
    static URI parse(String text) throws TransportException {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()
                || (matcher.group(3) != null && !isPort(Integer.parseInt(matcher.group(3))))) {
            throw new TransportException(
                    Kind.REFUSED,
                    "open destination: host must be HOST, HOST:PORT or http(s)://HOST:PORT");
        }
        PeerAddress.require(matcher.group(2));
        String scheme = matcher.group(1) == null ? "https" : matcher.group(1);
        String port = matcher.group(3) == null ? "" : ":" + matcher.group(3);
        return URI.create(scheme + "://" + matcher.group(2) + port);
    }

    private static boolean isPort(int number) {
        return number > 0 && number <= 65_535;
    }

    /// Source: AWS General Reference, Amazon S3 endpoints.
    static URI ofAmazon(String region) {
        String domain = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
        return URI.create("https://s3." + region + "." + domain);
    }
}
