/// Talks to the running daemon over its HTTP port, as any other client does.
@NullMarked
package dev.packhorse.cli.client;

import org.jspecify.annotations.NullMarked;
