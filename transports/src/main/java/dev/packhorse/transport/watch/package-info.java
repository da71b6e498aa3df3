/// Limits in time for calls that block in a socket or a child process: [CallWatch] closes what they
/// wait for. Used by the drivers.
@NullMarked
package dev.packhorse.transport.watch;

import org.jspecify.annotations.NullMarked;
