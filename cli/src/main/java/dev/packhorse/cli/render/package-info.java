/// Turns answers into what people and scripts read: YAML as `whmapi1` prints it, tables, progress
/// lines.
@NullMarked
package dev.packhorse.cli.render;

import org.jspecify.annotations.NullMarked;
