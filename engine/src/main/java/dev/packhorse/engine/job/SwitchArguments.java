package dev.packhorse.engine.job;

/// What a SWITCH_ACCOUNTS job does.
///
/// @param legacy whether it is the switch of the legacy system
/// @param on where it is put
public record SwitchArguments(boolean legacy, boolean on) {}
