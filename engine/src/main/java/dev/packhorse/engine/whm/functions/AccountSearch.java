package dev.packhorse.engine.whm.functions;

import dev.packhorse.engine.host.Account;
import dev.packhorse.engine.whm.Arguments;
import dev.packhorse.engine.whm.WhmException;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// The search of `listaccts`.
final class AccountSearch {
    private static final int MAX_PATTERN = 256;

    /// What one search may look at, so that a pattern that backtracks without end stops.
    private static final int MAX_STEPS = 50_000_000;

    private AccountSearch() {}

    /// The accounts that the arguments ask for.
    static List<Account> filter(List<Account> accounts, Arguments arguments) throws WhmException {
        String wanted = arguments.find("search").orElse("");
        if (wanted.isEmpty()) {
            return accounts;
        }
        Function<Account, String> field = field(arguments.text("searchtype"));
        Predicate<String> test =
                arguments.text("searchmethod").equals("exact")
                        ? wanted::equals
                        : matching(pattern(wanted));
        try {
            return accounts.stream().filter(account -> test.test(field.apply(account))).toList();
        } catch (EndlessPattern | StackOverflowError _) {
            throw Text.badValue("search", "the expression takes too long, use a simpler one");
        }
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

    private static Pattern pattern(String text) throws WhmException {
        if (text.length() > MAX_PATTERN) {
            throw Text.badValue("search", "an expression has at most 256 characters");
        }
        try {
            return Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw Text.badValue("search", "no regular expression: " + e.getDescription());
        }
    }

    private static Predicate<String> matching(Pattern pattern) {
        Budget budget = new Budget();
        return text -> pattern.matcher(new Counted(text, budget)).find();
    }

    private static final class EndlessPattern extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private static final class Budget {
        private int left = MAX_STEPS;

        void take() {
            left--;
            if (left < 0) {
                throw new EndlessPattern();
            }
        }
    }

    /// Text that counts how often it is looked at.
    private record Counted(String text, Budget budget) implements CharSequence {
        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            budget.take();
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return new Counted(text.substring(start, end), budget);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
