package dev.packhorse.engine.hook;

import dev.packhorse.engine.posix.Identity;

/// The account that an event is about.
///
/// @param name its name
/// @param identity whose rights its hooks have
/// @param home its home on the host, for the environment
public record HookAccount(String name, Identity identity, String home) {}
