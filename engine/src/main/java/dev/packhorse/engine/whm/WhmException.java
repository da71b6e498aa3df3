package dev.packhorse.engine.whm;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// A call failed: the message becomes `metadata.reason`, `result` is 0, and nothing was changed.
public final class WhmException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Form form;
    private final boolean unknownAccount;
    private final transient @Nullable ObjectNode data;

    private WhmException(
            Form form, String message, boolean unknownAccount, @Nullable ObjectNode data) {
        super(message);
        this.form = form;
        this.unknownAccount = unknownAccount;
        this.data = data;
    }

    /// The function ran and says no; the message is the whole reason.
    public static WhmException refused(String reason) {
        return new WhmException(Form.PLAIN, reason, false, null);
    }

    /// The same with a `data` member, for the few functions that tell how far they came.
    public static WhmException refused(String reason, ObjectNode data) {
        return new WhmException(Form.PLAIN, reason, false, data);
    }

    /// The call itself is wrong; the reason becomes `API failure: (XID abc123) MESSAGE`. Names in
    /// the message stand in U+201C and U+201D quotes.
    public static WhmException failure(String message) {
        return new WhmException(Form.WITH_XID, message, false, null);
    }

    /// There is no such account, or it is not the caller's: one text for both, so that nobody
    /// learns which.
    public static WhmException unknownAccount(String name) {
        return new WhmException(
                Form.WITH_XID,
                "You do not have a user named " + Wording.quoted(name) + ".",
                true,
                null);
    }

    public Form form() {
        return form;
    }

    /// Whether it was made by [#unknownAccount(String)].
    public boolean isUnknownAccount() {
        return unknownAccount;
    }

    /// The `data` member of the answer, nearly always empty.
    public Optional<ObjectNode> data() {
        return Optional.ofNullable(data);
    }

    /// How the reason is written.
    public enum Form {
        PLAIN,
        WITH_XID
    }
}
