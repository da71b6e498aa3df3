package dev.packhorse.transport.spi;

/// An object that was stored while it was made.
///
/// @param info as the place shows it
/// @param sha256 digest of the bytes that the place was given, lower-case hex
public record StreamedObject(ObjectInfo info, String sha256) {}
