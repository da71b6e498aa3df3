package dev.packhorse.engine.demo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/// The key and certificates of the demonstration server. They were made for it, belong to reserved
/// domains and lie in the open: they protect nothing.
final class DemoKeys {
    private DemoKeys() {}

    /// An RSA key in PKCS#1 form.
    static String privateKey() throws IOException {
        return resource("site.key");
    }

    static String publicKey() throws IOException {
        return resource("site.pub");
    }

    /// Private key, certificate, authority: the order of a virtual host's TLS file.
    static String combined() throws IOException {
        return privateKey() + resource("site.crt") + resource("authority.crt");
    }

    static String certificate() throws IOException {
        return resource("site.crt");
    }

    /// The public key as a TXT record holds it.
    static String publicKeyForDns() throws IOException {
        return publicKey().lines().filter(line -> !line.startsWith("-")).reduce("", String::concat);
    }

    /// The private half of a key that signs a zone.
    static String zoneSecret() throws IOException {
        return resource("zone.private");
    }

    /// The record of its public half.
    static String zoneRecord() throws IOException {
        return resource("zone.key");
    }

    /// A small SQLite file.
    static byte[] sqlite() throws IOException {
        return bytes("demo.sqlite");
    }

    private static String resource(String name) throws IOException {
        return new String(bytes(name), StandardCharsets.US_ASCII);
    }

    private static byte[] bytes(String name) throws IOException {
        try (InputStream in = DemoKeys.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("resource " + name + " is missing from the program");
            }
            return in.readAllBytes();
        }
    }
}
