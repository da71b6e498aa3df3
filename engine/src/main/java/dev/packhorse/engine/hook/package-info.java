/// The scripts that an administrator hangs into events: what is kept of them. Running them is
/// another's work.
@NullMarked
package dev.packhorse.engine.hook;

import org.jspecify.annotations.NullMarked;
