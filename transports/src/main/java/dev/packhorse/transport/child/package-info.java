/// Child processes for the drivers that work through programs: started without a shell, in a
/// session of their own, and ended with everything that they started.
@NullMarked
package dev.packhorse.transport.child;

import org.jspecify.annotations.NullMarked;
