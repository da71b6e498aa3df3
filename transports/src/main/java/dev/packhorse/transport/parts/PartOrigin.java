package dev.packhorse.transport.parts;

import dev.packhorse.transport.spi.ObjectKey;

/// Where the place most likely has the bytes of a part already.
///
/// @param object that has them
/// @param offset of their first in it
public record PartOrigin(ObjectKey object, long offset) {}
