/// Gzip made of independent members, packed by several threads: blocks of bytes come in on one
/// thread, are classed (what cannot shrink is stored), deflated by libdeflate or, where that is
/// missing, by the JDK, and leave in their order. Knows nothing of archives.
@NullMarked
package dev.packhorse.engine.gzip;

import org.jspecify.annotations.NullMarked;
