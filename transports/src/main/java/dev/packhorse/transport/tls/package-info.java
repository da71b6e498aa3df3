/// Whom a driver that speaks TLS trusts: the JDK's certificates with a check of the host name, or
/// one certificate that the administrator named. Imports the seam only.
@NullMarked
package dev.packhorse.transport.tls;

import org.jspecify.annotations.NullMarked;
