/// The driver for an administrator's own script: one run a command, the arguments in an array, the
/// password in the environment. The script is trusted to be root's and with nothing else: what it
/// stored is listed and read back before it counts.
@NullMarked
package dev.packhorse.transport.custom;

import org.jspecify.annotations.NullMarked;
