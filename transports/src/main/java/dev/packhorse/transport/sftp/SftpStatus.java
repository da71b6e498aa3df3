package dev.packhorse.transport.sftp;

import java.io.IOException;

/// The server's own word that a request failed. The connection stays good.
final class SftpStatus extends IOException {
    private static final long serialVersionUID = 1L;

    static final int OK = 0;
    static final int EOF = 1;
    static final int NO_SUCH_FILE = 2;
    static final int PERMISSION_DENIED = 3;
    static final int FAILURE = 4;
    static final int BAD_MESSAGE = 5;
    static final int NO_CONNECTION = 6;
    static final int CONNECTION_LOST = 7;
    static final int UNSUPPORTED = 8;

    /// Numbers of later versions of the protocol, which some servers send in version 3 too.
    static final int NO_SUCH_PATH = 10;

    static final int EXISTS = 11;
    static final int WRITE_PROTECT = 12;
    static final int NO_SPACE = 14;
    static final int QUOTA = 15;

    private static final int MOST_TEXT = 200;

    private final int code;

    SftpStatus(int code, String text) {
        super(printable(text) + " (status " + Integer.toUnsignedString(code) + ")");
        this.code = code;
    }

    int code() {
        return code;
    }

    boolean isAbsence() {
        return code == NO_SUCH_FILE || code == NO_SUCH_PATH;
    }

    /// The server's words, cut and without control characters, since they end in logs.
    private static String printable(String text) {
        String cut = text.length() > MOST_TEXT ? text.substring(0, MOST_TEXT) : text;
        String plain = cut.replaceAll("\\p{Cntrl}", " ").strip();
        return plain.isEmpty() ? "the server refused" : plain;
    }
}
