package dev.packhorse.engine.settings;

/// One complaint about the configuration.
///
/// @param place the file, or `--set`
/// @param line the line in the file, 0 where there is none
/// @param key the key, empty if the complaint is about the file
/// @param message what is wrong
/// @param hint what to do
public record ConfigProblem(String place, int line, String key, String message, String hint) {
    @Override
    public String toString() {
        String where = line > 0 ? place + ":" + line : place;
        String what = key.isEmpty() ? message : key + " " + message;
        return where + ": " + what + (hint.isEmpty() ? "" : "\n  HINT: " + hint);
    }
}
