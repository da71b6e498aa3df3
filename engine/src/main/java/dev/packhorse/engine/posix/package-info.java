/// File work through held descriptors under an account's identity, and the few other calls that
/// only the C library offers (crypt, datagram sockets). The only caller of native code besides
/// `engine.gzip`. Names are bytes.
@NullMarked
package dev.packhorse.engine.posix;

import org.jspecify.annotations.NullMarked;
