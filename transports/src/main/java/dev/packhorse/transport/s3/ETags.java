package dev.packhorse.transport.s3;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/// Entity tags as digests. A tag of 32 hex digits is the MD5 of what was sent, one of the form
/// `HEX-COUNT` the MD5 of the parts' MD5s, unless the server encrypts with a key of a key service;
/// any other form says nothing.
///
/// Source: Amazon S3 API Reference, data type Object, ETag.
final class ETags {
    private ETags() {}

    /// The tag without its quotes.
    static String plain(@Nullable String tag) {
        return tag == null ? "" : tag.replace("\"", "");
    }

    /// False if the tag is an MD5 and another one than expected.
    static boolean mayBe(String tag, String md5, @Nullable ServerSideEncryption encryption) {
        return isOpaque(encryption) || !tag.matches("[0-9a-f]{32}") || tag.equals(md5);
    }

    /// False if the tag is one of parts and another one than expected; also if it is of fewer or
    /// more parts.
    static boolean mayBeOfParts(
            String tag, Optional<String> expected, @Nullable ServerSideEncryption encryption) {
        return isOpaque(encryption)
                || expected.isEmpty()
                || !tag.matches("[0-9a-f]{32}-[0-9]{1,5}")
                || tag.equals(expected.get());
    }

    private static boolean isOpaque(@Nullable ServerSideEncryption encryption) {
        return encryption != null && encryption != ServerSideEncryption.AES256;
    }

    /// The tag of an object put together of parts, empty if one of their tags is no MD5.
    static Optional<String> ofParts(Collection<String> tags) {
        if (!tags.stream().allMatch(tag -> tag.matches("[0-9a-f]{32}"))) {
            return Optional.empty();
        }
        MessageDigest md5 = md5();
        for (String tag : List.copyOf(tags)) {
            md5.update(HexFormat.of().parseHex(tag));
        }
        return Optional.of(HexFormat.of().formatHex(md5.digest()) + "-" + tags.size());
    }

    private static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has MD5", e);
        }
    }
}
