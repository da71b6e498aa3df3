/// The driver for rsync over SSH: the programs `rsync` and `ssh`, a run a step, with the options in
/// arrays and the secrets in the environment. What a server may do is only to store, list and give
/// files below one folder; what it says of an upload is compared with the content again.
@NullMarked
package dev.packhorse.transport.rsync;

import org.jspecify.annotations.NullMarked;
