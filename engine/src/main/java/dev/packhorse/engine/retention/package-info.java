/// Which restore points stay and why: a pure function over the catalog's slot dates, the pins, and
/// the brakes that stop pruning when the clock or a plan looks wrong. Deletes nothing itself.
@NullMarked
package dev.packhorse.engine.retention;

import org.jspecify.annotations.NullMarked;
