/// The accounts of this server: where they are described, and the files of the host below its root
/// folder.
@NullMarked
package dev.packhorse.engine.host;

import org.jspecify.annotations.NullMarked;
