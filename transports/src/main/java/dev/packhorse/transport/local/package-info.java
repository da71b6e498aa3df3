/// The driver for folders of this machine, mounted file systems included.
@NullMarked
package dev.packhorse.transport.local;

import org.jspecify.annotations.NullMarked;
