package dev.packhorse.engine.component.domain;

import dev.packhorse.engine.component.RestoreNotes;
import dev.packhorse.engine.model.AccountName;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Judges the lines of forwarder and filter files. In an archive of unknown origin nothing may run
/// a program, read a file or write outside of mailboxes.
///
/// Source: the alias and filter chapters of Exim's specification; lines as public converters read
/// them.
final class MailText {
    private static final int MAX_LINE = 4_096;
    private static final Pattern ALIAS = Pattern.compile("([^\\s:\"]+)\\s*:\\s*(\\S.*)");
    private static final Pattern RUNS =
            Pattern.compile("\\b(?:pipe|headers|logwrite|logfile|readfile|run|perl)\\b|\\$\\{");

    private final String member;
    private final boolean restricted;
    private final RestoreNotes notes;

    /// @param member named in notes
    MailText(String member, boolean restricted, RestoreNotes notes) {
        this.member = member;
        this.restricted = restricted;
        this.notes = notes;
    }

    /// The forwarders of an account that has another name here: what went into the mailbox of its
    /// user, as mail without an address of its own does, still does.
    static String withMailboxOf(AccountName old, AccountName account, String text) {
        return old.equals(account)
                ? text
                : Pattern.compile("(?m)(?<=[:,][ \\t]{0,8})" + old + "(?=[ \\t]*(?:,|$))")
                        .matcher(text)
                        .replaceAll(account.value());
    }

    /// The forwarder lines that are taken, in order, comments and blank lines among them.
    ///
    /// @param domains the account's domains; an address of any other one is refused
    String aliases(String text, Set<String> domains) {
        List<String> taken = new ArrayList<>();
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            String fault = aliasFault(line, domains);
            if (fault.isEmpty()) {
                taken.add(line);
            } else {
                notes.skipped(member + " line " + number + ": " + fault);
            }
        }
        return String.join("\n", taken);
    }

    private String aliasFault(String line, Set<String> domains) {
        if (line.length() > MAX_LINE || hasControl(line)) {
            return "too long, or with control characters";
        }
        if (line.isBlank() || line.startsWith("#")) {
            return "";
        }
        Matcher alias = ALIAS.matcher(line);
        if (!alias.matches()) {
            return "no forwarder";
        }
        String address = alias.group(1).toLowerCase(Locale.ROOT);
        int at = address.lastIndexOf('@');
        String domain = at < 0 ? address : address.substring(at + 1);
        boolean own = address.equals("*") || domains.contains(domain) || isLocal(at, domain);
        if (!own) {
            return "forwards an address that is not the account's";
        }
        return restricted ? targetFault(alias.group(2)) : "";
    }

    /// A name without a domain, as older files have it.
    private static boolean isLocal(int at, String name) {
        return at < 0 && name.indexOf('.') < 0;
    }

    private static String targetFault(String targets) {
        String bare = targets.replace("\"", " ");
        for (String target : bare.split(",", -1)) {
            String text = target.strip();
            boolean harmless = text.startsWith(":fail:") || text.startsWith(":blackhole:");
            if (text.startsWith("|")
                    || text.startsWith("/")
                    || (text.startsWith(":") && !harmless)) {
                return "runs a program or opens a file, not taken from an archive of unknown origin";
            }
            if (harmless) {
                return "";
            }
        }
        return "";
    }

    /// Whether a filter is taken.
    boolean takesFilter(String text) {
        if (text.lines().anyMatch(line -> line.length() > MAX_LINE || hasControl(line))) {
            notes.skipped(member + ": refused, too long lines or control characters");
            return false;
        }
        if (restricted && RUNS.matcher(text.toLowerCase(Locale.ROOT)).find()) {
            notes.skipped(
                    member
                            + ": refused, it may run programs or read files and the archive is of"
                            + " unknown origin");
            return false;
        }
        return true;
    }

    private static boolean hasControl(String line) {
        return line.chars().anyMatch(c -> Character.isISOControl(c) && c != '\t' && c != '\r');
    }
}
