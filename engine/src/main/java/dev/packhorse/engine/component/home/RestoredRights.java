package dev.packhorse.engine.component.home;

import java.util.OptionalInt;

/// What a restored entry gets besides its owner, which is always the account.
///
/// @param mode permission bits
/// @param group the group of a service instead of the account's own, empty for the usual case
record RestoredRights(int mode, OptionalInt group) {
    /// What is told of an entry that could not get all of its mode, behind its name.
    static final String BITS_LOST =
            ": its set-user-id and set-group-id bits were dropped, this service may not set them";
}
