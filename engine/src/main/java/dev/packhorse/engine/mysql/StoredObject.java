package dev.packhorse.engine.mysql;

import java.nio.charset.StandardCharsets;

/// A view, trigger, routine or event as the server describes it now.
///
/// @param kind its kind
/// @param name its name
/// @param context the session in which it was stored
/// @param statement the server's own `CREATE` statement
record StoredObject(
        DumpedObject.Kind kind, String name, DumpedObject.Context context, String statement) {
    boolean keepsCharset() {
        return context.charset().startsWith("utf8")
                || StandardCharsets.US_ASCII.newEncoder().canEncode(statement);
    }
}
