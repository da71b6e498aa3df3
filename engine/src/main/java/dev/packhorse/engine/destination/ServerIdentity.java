package dev.packhorse.engine.destination;

/// Who a server is to the places that it writes to.
///
/// @param id stays the same when the server gets another name, and when a new machine takes its
///   keys over; tells nothing of the keys
/// @param name what people call it
public record ServerIdentity(String id, String name) {}
