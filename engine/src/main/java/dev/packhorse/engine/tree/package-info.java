/// An account as a folder: members as files of a tree whose unchanged files are hard links to those
/// of an earlier tree, the record by which they are known again, and the switch from one tree to
/// the next.
///
/// The tree lies where only root can go, and is written with the rights of the process even on a
/// thread that walks a home as the account.
@NullMarked
package dev.packhorse.engine.tree;

import org.jspecify.annotations.NullMarked;
