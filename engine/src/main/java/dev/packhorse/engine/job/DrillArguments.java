package dev.packhorse.engine.job;

/// Arguments of a DRILL job.
///
/// @param account the account whose restore is tried, empty for those whose turn it is
/// @param count how many accounts, if none is named
/// @param session the session whose log it writes, empty for a new one
public record DrillArguments(String account, int count, String session) {}
