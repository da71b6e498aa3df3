package dev.packhorse.transport.spi;

/// Takes what a tree holds.
@FunctionalInterface
public interface TreeVisitor {
    /// Takes one entry.
    ///
    /// @return whether more is wanted
    boolean visit(TreeEntry entry);
}
