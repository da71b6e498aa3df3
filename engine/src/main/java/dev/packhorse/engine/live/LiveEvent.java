package dev.packhorse.engine.live;

import java.util.Optional;

/// Something to tell.
///
/// @param id its place, for those that can be told again; empty for others
/// @param name `ready`, `reset`, `job`, `run` or `progress`
/// @param subject what it is about: an account's name or another word; empty if everybody may know
/// @param whole the data for root, a JSON object
/// @param reduced the data for others: nothing of the server's own affairs
public record LiveEvent(
        Optional<String> id, String name, Optional<String> subject, String whole, String reduced) {
    static LiveEvent toAll(String id, String name) {
        return new LiveEvent(Optional.of(id), name, Optional.empty(), "{}", "{}");
    }
}
