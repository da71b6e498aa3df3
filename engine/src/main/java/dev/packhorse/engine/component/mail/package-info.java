/// Modules of mail beyond forwarders: routing, limits, mailing lists, and what mail programs keep
/// in the home.
@NullMarked
package dev.packhorse.engine.component.mail;

import org.jspecify.annotations.NullMarked;
