package dev.packhorse.engine.whm;

import tools.jackson.databind.node.ObjectNode;

/// The finished answer to a call.
///
/// @param command the function as it was asked for
/// @param succeeded whether `result` is 1
/// @param body the whole JSON object that goes to the client
public record Reply(String command, boolean succeeded, ObjectNode body) {}
