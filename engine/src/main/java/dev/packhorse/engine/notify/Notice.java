package dev.packhorse.engine.notify;

/// Something that the administrator is told of.
///
/// @param app the application of the event, as `Backup`
/// @param event the event, as `PartialFailure`
/// @param subject what it is about, as a destination's id: the same event about the same subject is
///   told once in a while only
/// @param title one line
/// @param text the whole story, lines of plain text
/// @param run the log of the run that it is about, 0 for none
public record Notice(
        String app, String event, String subject, String title, String text, long run) {
    private static final int MAX_TEXT = 32_768;

    public Notice {
        title = oneLine(title);
        text = text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) + "\n…\n" : text;
    }

    /// A notice about no run.
    public static Notice of(String app, String event, String subject, String title, String text) {
        return new Notice(app, event, subject, title, text, 0);
    }

    /// The event as it is written everywhere, as `Backup::Failure`.
    public String name() {
        return app + "::" + event;
    }

    private static String oneLine(String text) {
        String line = text.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
        return line.length() > 200 ? line.substring(0, 199) + "…" : line;
    }
}
