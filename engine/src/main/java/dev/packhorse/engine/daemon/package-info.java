/// Puts the daemon together by constructor calls, starts its parts in order and stops them in the
/// opposite one; talks to systemd.
@NullMarked
package dev.packhorse.engine.daemon;

import org.jspecify.annotations.NullMarked;
