package dev.packhorse.engine.destination;

import dev.packhorse.transport.spi.ObjectKey;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A small object at a destination that says by its name alone: this server uploads here, or waits
/// to. It is renewed under a new name, with a higher count, and so a listing shows that its server
/// lives; the clocks of two machines are never compared.
///
/// @param id stays the same when it is renewed
/// @param server whose it is, [ServerIdentity#id()]
/// @param waiting whether it is a place in the line, else a slot that is taken
/// @param count how often it was renewed
record SlotToken(String id, String server, boolean waiting, long count) {
    /// What the keys of all tokens begin with.
    static final String PREFIX = "packhorse-upload-slots";

    private static final Pattern NAME =
            Pattern.compile(
                    "(held-[0-9a-f]{16}-([0-9a-f]{32})|waits-[0-9]{12}-([0-9a-f]{32}))-([0-9]{1,12})");
    private static final long LAST_NUMBER = 999_999_999_999L;
    private static final SecureRandom RANDOM = new SecureRandom();

    /// A slot that a server takes.
    static SlotToken held(ServerIdentity self) {
        byte[] nonce = new byte[8];
        RANDOM.nextBytes(nonce);
        return new SlotToken(
                "held-" + HexFormat.of().formatHex(nonce) + "-" + self.id(), self.id(), false, 1);
    }

    /// A server's place in the line, behind all of the numbers.
    ///
    /// @param newest the highest number that was seen there
    static SlotToken waits(ServerIdentity self, long newest) {
        long number = Math.min(newest, LAST_NUMBER - 1) + 1;
        return new SlotToken("waits-%012d-%s".formatted(number, self.id()), self.id(), true, 1);
    }

    /// The token of an object, empty if it is none.
    static Optional<SlotToken> of(ObjectKey key) {
        Matcher name = NAME.matcher(key.name());
        if (!key.value().equals(PREFIX + "/" + key.name()) || !name.matches()) {
            return Optional.empty();
        }
        boolean waiting = name.group(2) == null;
        return Optional.of(
                new SlotToken(
                        name.group(1),
                        waiting ? name.group(3) : name.group(2),
                        waiting,
                        Long.parseLong(name.group(4))));
    }

    /// Its place in the line. Those that came at the same moment have the same, and the order of
    /// their ids.
    long number() {
        return waiting ? Long.parseLong(id.substring("waits-".length()).substring(0, 12)) : 0;
    }

    SlotToken renewed() {
        return new SlotToken(id, server, waiting, count + 1);
    }

    ObjectKey key() {
        return new ObjectKey(PREFIX + "/" + id + "-" + count);
    }
}
