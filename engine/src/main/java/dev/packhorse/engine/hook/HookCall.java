package dev.packhorse.engine.hook;

import dev.packhorse.transport.spi.Cancellation;
import java.util.Map;
import java.util.Optional;

/// An event that happens now.
///
/// @param point which one
/// @param stage which of its stages
/// @param data what the scripts are told, by name: texts, numbers
/// @param account whose rights the scripts have unless they are escalated; empty for root
/// @param cancellation ends a script that runs
public record HookCall(
        HookPoint point,
        String stage,
        Map<String, Object> data,
        Optional<HookAccount> account,
        Cancellation cancellation) {
    public HookCall {
        if (!point.stages().contains(stage)) {
            throw new IllegalArgumentException(point.name() + " has no stage " + stage);
        }
        data = Map.copyOf(data);
    }
}
