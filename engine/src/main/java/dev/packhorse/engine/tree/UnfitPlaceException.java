package dev.packhorse.engine.tree;

import java.io.IOException;

/// A file system does not keep what a tree is made of. Trying again does not help.
public final class UnfitPlaceException extends IOException {
    private static final long serialVersionUID = 1L;

    UnfitPlaceException(String message) {
        super(message);
    }
}
