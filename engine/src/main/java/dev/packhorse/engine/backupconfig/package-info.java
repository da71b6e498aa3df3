/// The backup configuration of the server: `/var/cpanel/backups/config` in cPanel's own shape,
/// typed and checked, and which accounts it takes in.
@NullMarked
package dev.packhorse.engine.backupconfig;

import org.jspecify.annotations.NullMarked;
