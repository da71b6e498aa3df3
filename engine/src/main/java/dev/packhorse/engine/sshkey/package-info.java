/// Root's SSH keys: the files of `/root/.ssh` below the host root.
@NullMarked
package dev.packhorse.engine.sshkey;

import org.jspecify.annotations.NullMarked;
