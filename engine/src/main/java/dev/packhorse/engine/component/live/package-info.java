/// What modules share to read and write the live server: the account being restored, lists that
/// many accounts share, folders of root's, JSON that is not trusted, programs of services.
@NullMarked
package dev.packhorse.engine.component.live;

import org.jspecify.annotations.NullMarked;
