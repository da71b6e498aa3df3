package dev.packhorse.engine.whm;

/// A call failed: the message becomes `metadata.reason`, `result` is 0, and nothing was changed.
public final class WhmException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Form form;

    private WhmException(Form form, String message) {
        super(message);
        this.form = form;
    }

    /// The function ran and says no; the message is the whole reason.
    public static WhmException refused(String reason) {
        return new WhmException(Form.PLAIN, reason);
    }

    /// The call itself is wrong; the reason becomes `API failure: (XID abc123) MESSAGE`. Names in
    /// the message stand in U+201C and U+201D quotes.
    public static WhmException failure(String message) {
        return new WhmException(Form.WITH_XID, message);
    }

    public Form form() {
        return form;
    }

    /// How the reason is written.
    public enum Form {
        PLAIN,
        WITH_XID
    }
}
