package dev.packhorse.engine.job;

/// What an ADOPT job does.
///
/// @param destination the id of the destination whose restore points the catalog takes up
public record AdoptArguments(String destination) {}
