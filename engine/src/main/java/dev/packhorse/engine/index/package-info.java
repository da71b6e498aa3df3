/// The side index of an archive: which entry lies where, what it is, and under which keys parts of
/// the archive may be taken over into the next one. It lies in a file of its own; an archive
/// without it still restores, and what it says of entries can be read off the archive again.
@NullMarked
package dev.packhorse.engine.index;

import org.jspecify.annotations.NullMarked;
