package dev.packhorse.transport.spi;

/// Space at a destination, in bytes, as its own system reports it.
public record Capacity(long totalBytes, long freeBytes) {}
