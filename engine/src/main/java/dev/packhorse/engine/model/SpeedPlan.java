package dev.packhorse.engine.model;

import dev.packhorse.transport.spi.ByteSize;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How many bytes a second may pass at which time of day. Immutable.
///
/// @param steps the first that is of a time counts
public record SpeedPlan(List<Step> steps) {
    /// What [#at] gives where there is no limit.
    public static final long UNLIMITED = Long.MAX_VALUE;

    /// No limit at any time.
    public static final SpeedPlan NONE = new SpeedPlan(List.of());

    /// Slower, and servers take it for a standstill.
    private static final long SLOWEST = 8 * 1024;

    private static final Pattern STEP = Pattern.compile("(?:(\\S+-\\S+)\\s+)?(\\S+)");
    private static final Pattern PLACE = Pattern.compile("\\s*([^;]+?)\\s*:\\s+([^;]+?)\\s*");

    /// One speed.
    ///
    /// @param times when it counts; [QuietHours#NONE] for always
    public record Step(QuietHours times, long bytesPerSecond) {
        private boolean counts(LocalTime time) {
            return times.spans().isEmpty()
                    || times.spans().stream().anyMatch(span -> span.contains(time));
        }
    }

    public SpeedPlan {
        steps = List.copyOf(steps);
    }

    /// Reads `10MiB`, or `08:00-18:00 2MiB, 18:00-22:00 10MiB, 50MiB`; empty text is no limit.
    ///
    /// @throws IllegalArgumentException if it is none of these; the message goes on from “is …,
    ///   which”
    public static SpeedPlan parse(String text) {
        if (text.isBlank()) {
            return NONE;
        }
        List<Step> steps = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            Matcher step = STEP.matcher(part.strip());
            if (!step.matches()) {
                throw new IllegalArgumentException("is none of the form HH:MM-HH:MM SIZE, SIZE");
            }
            long speed = ByteSize.parse(step.group(2)).bytes();
            if (speed < SLOWEST) {
                throw new IllegalArgumentException("is slower than 8KiB, the least that works");
            }
            String times = step.group(1);
            steps.add(new Step(times == null ? QuietHours.NONE : QuietHours.parse(times), speed));
        }
        return new SpeedPlan(steps);
    }

    /// Reads plans of single places, as `Off site: 08:00-18:00 2MiB, 20MiB; tape: 5MiB`.
    ///
    /// @return by the name or id of the place
    /// @throws IllegalArgumentException if it is none; the message goes on from “is …, which”
    public static Map<String, SpeedPlan> parsePlaces(String text) {
        Map<String, SpeedPlan> plans = new LinkedHashMap<>();
        for (String entry : text.isBlank() ? new String[0] : text.split(";", -1)) {
            Matcher place = PLACE.matcher(entry);
            if (!place.matches()) {
                throw new IllegalArgumentException("is not DESTINATION: SPEED; DESTINATION: SPEED");
            }
            if (plans.put(place.group(1), parse(place.group(2))) != null) {
                throw new IllegalArgumentException(
                        "is naming destination " + place.group(1) + " twice");
            }
        }
        return Collections.unmodifiableMap(plans);
    }

    /// Bytes a second at a time of day, [#UNLIMITED] for no limit.
    public long at(LocalTime time) {
        return steps.stream()
                .filter(step -> step.counts(time))
                .mapToLong(Step::bytesPerSecond)
                .findFirst()
                .orElse(UNLIMITED);
    }
}
