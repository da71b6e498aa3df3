/// The accounts of this server: where they are described, and the files of the host below its root
/// folder.
///
/// [AccountDirectory] has two sources, `cpanel` and `unix`. [HostLayout] names the files,
/// [HostFiles] reads and replaces them, [UserDatabase] is the host's users. [AccountFile],
/// [UserdataMain] and [VirtualHost] are the formats that a server and an archive share;
/// [DomainViews] and [DomainViewReader] write and read every view of an account's domains.
@NullMarked
package dev.packhorse.engine.host;

import org.jspecify.annotations.NullMarked;
