/// The cpmove archive: tar entries, writer, hostile-input reader, judge, manifest and limits.
@NullMarked
package dev.packhorse.engine.archive;

import org.jspecify.annotations.NullMarked;
