/// The command line `packhorse`: one class a noun, each a picocli command.
@NullMarked
package dev.packhorse.cli;

import org.jspecify.annotations.NullMarked;
