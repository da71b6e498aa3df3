package dev.packhorse.cli.daemon;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// A secret, and what it looks like where something has encoded it.
///
/// @param name what it opens
/// @param carriers words on the command lines of the programs that are handed it in their
///   environment, which only root can read, and what they start inherits
record SecretForms(String name, String value, Set<String> carriers) {
    private static final int BITS_A_BYTE = 8;
    private static final int BITS_A_DIGIT = 6;

    SecretForms(String name, String value) {
        this(name, value, Set.of());
    }

    SecretForms {
        if (value.length() < 8) {
            throw new IllegalArgumentException(name + " is too short to be told from other text");
        }
    }

    /// Plain, in a URL, in JSON, in hexadecimal digits, and wherever it may begin in base64.
    Set<String> forms() {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        String inUrl = URLEncoder.encode(value, StandardCharsets.UTF_8);
        Set<String> forms = new LinkedHashSet<>();
        forms.add(value);
        forms.add(inUrl);
        forms.add(inUrl.replace("+", "%20"));
        forms.add(value.replace("\\", "\\\\").replace("\"", "\\\""));
        forms.add(HexFormat.of().formatHex(bytes));
        for (Base64.Encoder encoder : List.of(Base64.getEncoder(), Base64.getUrlEncoder())) {
            for (int before = 0; before < 3; before++) {
                forms.add(inBase64(encoder, bytes, before));
            }
        }
        return forms;
    }

    /// The digits that depend on nothing but the secret, where so many bytes come before it.
    private static String inBase64(Base64.Encoder encoder, byte[] bytes, int before) {
        byte[] padded = new byte[before + bytes.length];
        System.arraycopy(bytes, 0, padded, before, bytes.length);
        int first = (before * BITS_A_BYTE + BITS_A_DIGIT - 1) / BITS_A_DIGIT;
        return encoder.withoutPadding()
                .encodeToString(padded)
                .substring(first, padded.length * BITS_A_BYTE / BITS_A_DIGIT);
    }
}
