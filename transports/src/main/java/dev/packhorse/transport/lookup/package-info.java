/// How this process looks up the names of servers.
@NullMarked
package dev.packhorse.transport.lookup;

import org.jspecify.annotations.NullMarked;
