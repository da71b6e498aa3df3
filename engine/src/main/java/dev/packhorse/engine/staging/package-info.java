/// Working folders of runs: made root-only, measured against the free space, removed at the end and
/// swept at start.
@NullMarked
package dev.packhorse.engine.staging;

import org.jspecify.annotations.NullMarked;
