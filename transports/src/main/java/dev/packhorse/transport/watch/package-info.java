/// Limits in time for calls that block in a socket or a child process: [CallWatch] closes what they
/// wait for; and turns for puts of one key. Used by the drivers.
@NullMarked
package dev.packhorse.transport.watch;

import org.jspecify.annotations.NullMarked;
