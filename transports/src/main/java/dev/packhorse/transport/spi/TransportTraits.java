package dev.packhorse.transport.spi;

/// Facts of an opened destination, so that callers need not try and fail.
///
/// @param readsRanges whether a part of an object can be read without reading what lies before it
/// @param maxConnections how many calls may run at the same time
public record TransportTraits(boolean readsRanges, int maxConnections) {}
