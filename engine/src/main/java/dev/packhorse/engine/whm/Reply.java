package dev.packhorse.engine.whm;

import tools.jackson.databind.node.ObjectNode;

/// The finished answer to a call.
///
/// @param command the function as it was asked for
/// @param succeeded whether `result` is 1
/// @param storeFailed whether it failed since the store did not answer, so that a later call may do
///   better
/// @param body the whole JSON object that goes to the client
public record Reply(String command, boolean succeeded, boolean storeFailed, ObjectNode body) {}
