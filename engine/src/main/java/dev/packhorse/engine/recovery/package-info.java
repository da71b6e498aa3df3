/// The recovery kit: what a new machine needs besides the archives to go on for a lost one.
@NullMarked
package dev.packhorse.engine.recovery;

import org.jspecify.annotations.NullMarked;
