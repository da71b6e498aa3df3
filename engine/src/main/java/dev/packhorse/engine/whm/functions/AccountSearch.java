package dev.packhorse.engine.whm.functions;

import com.google.re2j.PatternSyntaxException;
import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.whm.Arguments;
import dev.packhorse.engine.whm.WhmException;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The search of `listaccts`. Expressions are those of RE2, since java.util.regex can be made to
/// run for ever, and a call that computes holds one of the few threads that all calls share. The
/// matcher writes an expression out into steps, and takes at most all of them for each character;
/// so both numbers are judged before it begins.
final class AccountSearch {
    private static final int MAX_PATTERN = 256;

    /// The characters of an expression with its counted repetitions written out. The matcher itself
    /// has no limit for counts within counts.
    private static final int MAX_WRITTEN_OUT = 150_000;

    /// What one search may take; a second or two.
    private static final long MAX_STEPS = 50_000_000;

    private static final Pattern COUNT = Pattern.compile("\\{([0-9]+)(?:,([0-9]*))?\\}");
    private static final int LONGEST_COUNT = 4;

    /// The matcher looks for other forms of a letter until it is back at the first, and of some
    /// letters, which Java knows and its tables do not, it never is: U+1C80 to U+1C88.
    private static final Pattern IGNORES_CASE = Pattern.compile("\\(\\?[A-Za-z-]*i");

    private static final Pattern BEYOND_ASCII = Pattern.compile("[^\\x00-\\x7F]|\\\\x\\{");

    /// What is written out takes memory, so only so many searches are made at a time.
    private static final Turns TURNS = new Turns(2, Duration.ofSeconds(10));

    private AccountSearch() {}

    /// The accounts that the arguments ask for.
    static List<Account> filter(List<Account> accounts, Arguments arguments) throws WhmException {
        return filter(accounts, arguments, TURNS);
    }

    static List<Account> filter(List<Account> accounts, Arguments arguments, Turns turns)
            throws WhmException {
        String wanted = arguments.find("search").orElse("");
        if (wanted.isEmpty()) {
            return accounts;
        }
        Function<Account, String> field = field(arguments.text("searchtype"));
        if (arguments.text("searchmethod").equals("exact")) {
            return accounts.stream()
                    .filter(account -> wanted.equals(field.apply(account)))
                    .toList();
        }
        judge(wanted);
        return turns.take(() -> matching(accounts, field, wanted));
    }

    private static Function<Account, String> field(String type) {
        return switch (type) {
            case "domain" -> account -> account.domains().main();
            case "owner" -> Account::owner;
            case "ip" -> account -> account.setting("IP", "");
            case "package" -> account -> account.setting("PLAN", "undefined");
            default -> account -> account.name().value();
        };
    }

    private static List<Account> matching(
            List<Account> accounts, Function<Account, String> field, String wanted)
            throws WhmException {
        try {
            return matching(accounts, field, pattern(wanted));
        } catch (StackOverflowError _) {
            throw tooLong();
        }
    }

    private static List<Account> matching(
            List<Account> accounts,
            Function<Account, String> field,
            com.google.re2j.Pattern pattern)
            throws WhmException {
        long characters =
                accounts.stream().mapToLong(each -> field.apply(each).length() + 1L).sum();
        if (characters * pattern.programSize() > MAX_STEPS) {
            throw tooLong();
        }
        return accounts.stream()
                .filter(account -> pattern.matcher(field.apply(account)).find())
                .toList();
    }

    /// Whatever can be told of an expression without making it.
    private static void judge(String text) throws WhmException {
        if (text.length() > MAX_PATTERN) {
            throw Text.badValue("search", "an expression has at most 256 characters");
        }
        if (IGNORES_CASE.matcher(text).find() && BEYOND_ASCII.matcher(text).find()) {
            throw Text.badValue(
                    "search",
                    "with “(?i)” an expression has characters of ASCII only, and no “\\x{”");
        }
        if (writtenOut(text) > MAX_WRITTEN_OUT) {
            throw Text.badValue(
                    "search", "the repetitions like “{1000}” of the expression are too many");
        }
    }

    private static com.google.re2j.Pattern pattern(String text) throws WhmException {
        try {
            return com.google.re2j.Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw Text.badValue(
                    "search",
                    "no regular expression: "
                            + e.getDescription()
                            + " "
                            + Text.quoted(e.getPattern())
                            + " (look-around and back-references are not taken)");
        }
    }

    /// No less than the length of the expression without counts: each is taken to stand around all
    /// others, wherever it stands.
    private static long writtenOut(String text) {
        long length = text.length();
        Matcher counts = COUNT.matcher(text);
        while (counts.find() && length <= MAX_WRITTEN_OUT) {
            length *= Math.max(1, most(counts));
        }
        return length;
    }

    /// `{2}` is 2, `{2,5}` is 5, and `{2,}` two and any number more.
    private static long most(Matcher count) {
        String end = count.group(2);
        if (end == null) {
            return number(count.group(1));
        }
        return end.isEmpty()
                ? number(count.group(1)) + 1
                : Math.max(number(count.group(1)), number(end));
    }

    private static long number(String digits) {
        return digits.length() > LONGEST_COUNT ? MAX_WRITTEN_OUT : Long.parseLong(digits);
    }

    private static WhmException tooLong() {
        return Text.badValue("search", "the expression takes too long, use a simpler one");
    }
}
