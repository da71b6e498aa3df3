/// Files and folders that nobody but root may change: checked on the way down, read as flat YAML
/// maps, replaced as a whole. For the host's settings, never for what a customer can reach.
@NullMarked
package dev.packhorse.engine.rootfile;

import org.jspecify.annotations.NullMarked;
