package dev.packhorse.engine.catalog;

/// The store behind the catalog failed; nothing of the call is in force.
public final class CatalogException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CatalogException(String message, Throwable cause) {
        super(message, cause);
    }
}
