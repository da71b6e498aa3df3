/// The scripts that an administrator hangs into events, and their running: without a shell, with
/// limits, as the account where the event is one of the account's.
@NullMarked
package dev.packhorse.engine.hook;

import org.jspecify.annotations.NullMarked;
