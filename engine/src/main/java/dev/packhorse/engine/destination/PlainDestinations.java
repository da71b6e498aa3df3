package dev.packhorse.engine.destination;

import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Destinations that somebody chose to reach without encryption: legal, but nobody should forget
/// it.
public final class PlainDestinations {
    private static final Logger LOG = LoggerFactory.getLogger(PlainDestinations.class);

    private PlainDestinations() {}

    /// Logs what is wrong with a destination that was added or changed, or at the start.
    ///
    /// @return the same in sentences, empty if all is well
    public static List<String> log(Destination destination) {
        List<String> warnings = warnings(destination);
        warnings.forEach(each ->
                LOG.atWarn()
                        .addKeyValue("destination", destination.name())
                        .addKeyValue("reason", each)
                        .log("a destination is reached without encryption"));
        return warnings;
    }

    /// What is wrong with a destination, in sentences; empty if all is well.
    public static List<String> warnings(Destination destination) {
        if (!(destination.settings() instanceof DestinationSettings.Remote remote)) {
            return List.of();
        }
        Map<String, String> values = remote.values();
        boolean plain =
                (destination.type() == DestinationType.FTP && "none".equals(values.get("tls")))
                        || (destination.type() == DestinationType.WEBDAV
                                && "0".equals(values.get("ssl")));
        return plain
                ? List.of(
                        "the password and the backups of destination %s travel unencrypted to %s"
                                .formatted(destination.name(), values.getOrDefault("host", "?")))
                : List.of();
    }
}
