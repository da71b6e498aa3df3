/// The home directory: the one component that is streamed, and whose content its owner can change
/// while it is read or written. All file work runs under the account's identity through held
/// descriptors; the few entries whose own mode locks the account out are opened by root, by
/// descriptor, and only if they belong to the account.
@NullMarked
package dev.packhorse.engine.component.home;

import org.jspecify.annotations.NullMarked;
