/// The daemon's process: starts the engine with the drivers of this distribution and waits for the
/// signal to stop.
@NullMarked
package dev.packhorse.cli.daemon;

import org.jspecify.annotations.NullMarked;
