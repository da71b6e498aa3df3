/// Modules of what a control panel keeps about an account: tokens, sign-in links, settings,
/// addresses, figures.
@NullMarked
package dev.packhorse.engine.component.panel;

import org.jspecify.annotations.NullMarked;
