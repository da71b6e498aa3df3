/// The driver for SFTP servers. JSch makes the secure connection; the file protocol on top of it is
/// spoken here, since a backup needs what its own SFTP client does not offer: a plain rename beside
/// the replacing one, `fsync@openssh.com`, bounded replies, and a flow of requests whose answers
/// are counted. A call borrows one connection of a pool; uploads and range reads keep many requests
/// under way.
///
/// Source: draft-ietf-secsh-filexfer-02 (protocol version 3); OpenSSH `PROTOCOL`, section 4 (its
/// extensions)
@NullMarked
package dev.packhorse.transport.sftp;

import org.jspecify.annotations.NullMarked;
