/// Who may call: API tokens, passwords of the host's users, access rights.
@NullMarked
package dev.packhorse.engine.auth;

import org.jspecify.annotations.NullMarked;
