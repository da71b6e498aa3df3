package dev.packhorse.transport.spi;

import java.util.regex.Pattern;

/// The name of an object below a destination's root: one or more components of letters, digits and
/// `._+@=-`, joined by `/`. Keys are built by Packhorse (dates, account names, ids), never from
/// customer text, so the grammar is narrow on purpose: no empty, `.` or `..` component, at most 255
/// bytes each and 1,024 in all.
public record ObjectKey(String value) {
    private static final Pattern COMPONENT = Pattern.compile("[A-Za-z0-9._+@=-]{1,255}");

    public ObjectKey {
        if (value.length() > 1_024) {
            throw new IllegalArgumentException("object key is longer than 1024 bytes");
        }
        for (String component : value.split("/", -1)) {
            if (!COMPONENT.matcher(component).matches()
                    || component.equals(".")
                    || component.equals("..")) {
                throw new IllegalArgumentException("not an object key: " + value);
            }
        }
    }

    /// The last component.
    public String name() {
        return value.substring(value.lastIndexOf('/') + 1);
    }

    @Override
    public String toString() {
        return value;
    }
}
