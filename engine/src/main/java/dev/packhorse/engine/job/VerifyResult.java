package dev.packhorse.engine.job;

import java.util.List;

/// What a VERIFY job did, kept with it.
///
/// @param good copies that are whole
/// @param damaged copies whose bytes are not those that were stored
/// @param missing copies that are not there any more
/// @param unread copies that could not be read to the end, of which nothing new is known
/// @param bytes how much was read
/// @param left copies that were planned and not begun, since the time of the day was over
/// @param session the session whose log tells more, empty if none could be written
/// @param findings what is damaged or missing, and what could not be read; the first
///   [#MAX_FINDINGS]
public record VerifyResult(
        int good,
        int damaged,
        int missing,
        int unread,
        long bytes,
        int left,
        String session,
        List<String> findings) {
    static final int MAX_FINDINGS = 100;

    public VerifyResult {
        findings = findings.stream().limit(MAX_FINDINGS).toList();
    }
}
