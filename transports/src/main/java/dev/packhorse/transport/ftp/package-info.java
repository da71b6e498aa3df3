/// The driver for FTP servers, with explicit TLS unless the administrator opted out. Imports the
/// seam, the watch over calls, the trust in certificates, and Commons Net, which speaks the
/// protocol. A call borrows a logged-in connection ([dev.packhorse.transport.ftp.FtpPool]), works
/// on it, and gives it back or, once anything about it is in doubt, closes it.
@NullMarked
package dev.packhorse.transport.ftp;

import org.jspecify.annotations.NullMarked;
