package dev.packhorse.engine.whm.functions;

import java.time.ZoneId;
import java.util.Map;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/// What this server says of itself.
///
/// @param node its name among the servers of one store; jobs that need its files are bound to it
/// @param hostname its host name
/// @param version what `version` answers, in the form `11.138.0.1`
/// @param programVersion the version of this program
/// @param zone the zone of its dates
/// @param facts what the status tells besides, a line each: title to text, read afresh
/// @param standing how backups stand, read afresh
public record ServerInfo(
        String node,
        String hostname,
        String version,
        String programVersion,
        ZoneId zone,
        Supplier<Map<String, String>> facts,
        Supplier<ObjectNode> standing) {}
