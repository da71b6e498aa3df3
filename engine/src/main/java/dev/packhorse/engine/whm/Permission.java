package dev.packhorse.engine.whm;

/// The right that a function asks for.
///
/// @param acl WHM's name of the right; empty for every authenticated caller
public record Permission(String acl) {
    /// Any authenticated caller.
    public static final Permission AUTHENTICATED = new Permission("");

    /// Root, or a token of root's with every right.
    public static final Permission ROOT = new Permission("all");

    /// May list accounts (a reseller sees its own).
    public static final Permission LIST_ACCOUNTS = new Permission("list-accts");
}
