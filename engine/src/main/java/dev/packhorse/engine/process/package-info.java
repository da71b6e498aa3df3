/// Child processes: programs of the system, found in fixed folders, started without a shell and
/// with a cleared environment, in a process group of their own, and held to limits.
@NullMarked
package dev.packhorse.engine.process;

import org.jspecify.annotations.NullMarked;
