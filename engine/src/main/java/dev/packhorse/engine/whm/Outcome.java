package dev.packhorse.engine.whm;

import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// What came of a call, before it is put into the form of an API version.
sealed interface Outcome {
    /// It went well.
    ///
    /// @param metadata members that the transforms add to `metadata`, may be empty
    record Done(Answer answer, ObjectNode metadata) implements Outcome {}

    /// It did not, and nothing was changed.
    ///
    /// @param reason the whole text of `metadata.reason`
    /// @param unknownAccount whether the call was for an account that is not there, or not the
    ///   caller's
    /// @param storeFailed whether the store did not answer, so that a later call may do better
    record Failed(
            String reason, Optional<ObjectNode> data, boolean unknownAccount, boolean storeFailed)
            implements Outcome {
        static Failed because(String reason) {
            return new Failed(reason, Optional.empty(), false, false);
        }
    }
}
