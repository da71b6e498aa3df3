/// The index of restore points, which can be rebuilt from the destinations. Interface only, no SQL.
@NullMarked
package dev.packhorse.engine.catalog;

import org.jspecify.annotations.NullMarked;
