package dev.packhorse.engine.destination;

import java.util.Arrays;
import java.util.Optional;

/// The types of destinations that WHM API 1 knows, in its spelling.
///
/// Source: whmapi1-protocol section 9.1.
public enum DestinationType {
    CUSTOM("Custom"),
    FTP("FTP"),
    LOCAL("Local"),
    SFTP("SFTP"),
    WEBDAV("WebDAV"),
    AMAZON_S3("AmazonS3"),
    RSYNC("Rsync"),
    GOOGLE_DRIVE("GoogleDrive"),
    S3_COMPATIBLE("S3Compatible"),
    BACKBLAZE("Backblaze");

    private final String word;

    DestinationType(String word) {
        this.word = word;
    }

    /// The API's spelling.
    public String word() {
        return word;
    }

    /// Whether accounts are sent there as trees, too.
    public boolean keepsTrees() {
        return this == RSYNC;
    }

    /// Whether its room is a quota or a cap, which may end without anybody's doing: with the day,
    /// or when others remove what counts, too.
    public boolean isMetered() {
        return switch (this) {
            case AMAZON_S3, S3_COMPATIBLE, BACKBLAZE, GOOGLE_DRIVE -> true;
            case CUSTOM, FTP, LOCAL, SFTP, WEBDAV, RSYNC -> false;
        };
    }

    /// The parameter that says in which folder there archives lie.
    String folderName() {
        return switch (this) {
            case AMAZON_S3, S3_COMPATIBLE, GOOGLE_DRIVE -> "folder";
            case CUSTOM, FTP, LOCAL, SFTP, WEBDAV, RSYNC, BACKBLAZE -> "path";
        };
    }

    /// The type of a word, letters compared without case; empty if there is none.
    public static Optional<DestinationType> of(String word) {
        return Arrays.stream(values()).filter(type -> type.word.equalsIgnoreCase(word)).findFirst();
    }
}
