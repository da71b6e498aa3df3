package dev.packhorse.engine.archive;

import java.util.regex.Pattern;

/// A manifest with the code that proves who wrote it.
///
/// @param mac what [ManifestMac#seal] computed, lower-case hex
public record SealedManifest(Manifest manifest, String mac) {
    private static final Pattern MAC = Pattern.compile("[0-9a-f]{64}");

    public SealedManifest {
        if (!MAC.matcher(mac).matches()) {
            throw new IllegalArgumentException("not a manifest's MAC");
        }
    }
}
