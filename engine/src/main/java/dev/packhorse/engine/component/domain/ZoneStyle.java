package dev.packhorse.engine.component.domain;

import dev.packhorse.engine.component.domain.ZoneStatements.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Writes a zone in the form that line-based readers of archives understand: a TAB between fields,
/// owner, time to live and class in every record, the apex by its absolute name, the SOA record
/// over several lines. A line that has this form already stays as it is; comments are kept.
///
/// Source: public importers of archives, each of which splits lines in a way of its own.
final class ZoneStyle {
    private static final Set<String> TEXTS = Set.of("TXT", "SPF");
    private static final Set<String> CLASSES = Set.of("IN", "CH", "HS");
    private static final Pattern TTL = Pattern.compile("(?:[0-9]{1,10}[WwDdHhMmSs]?){1,5}");
    private static final Pattern TTL_PART = Pattern.compile("([0-9]{1,10})([WwDdHhMmSs]?)");
    private static final List<String> SOA_NOTES =
            List.of(";Serial Number", ";refresh", ";retry", ";expire");
    private static final int SOA_WORDS = 7;

    private final String apex;
    private final StringBuilder out = new StringBuilder();
    private OptionalLong usualTtl = OptionalLong.empty();
    private String owner = "";

    private ZoneStyle(String domain) {
        this.apex = domain + ".";
    }

    /// The zone in that form; empty if the text cannot be taken apart with certainty.
    static Optional<String> of(String domain, String text) {
        ZoneStyle style = new ZoneStyle(domain);
        Optional<List<Statement>> statements = ZoneStatements.of(text);
        boolean whole = statements.isPresent() && statements.get().stream().allMatch(style::take);
        return whole ? Optional.of(style.out.toString()) : Optional.empty();
    }

    private boolean take(Statement statement) {
        if (statement.words().isEmpty()) {
            out.append(statement.raw());
            return true;
        }
        String first = statement.words().getFirst();
        return first.startsWith("$") ? takeDirective(statement) : takeRecord(statement);
    }

    private boolean takeDirective(Statement statement) {
        List<String> words = statement.words();
        if (words.size() != 2) {
            return false;
        }
        String value = words.get(1);
        out.append(statement.raw());
        if (words.getFirst().equalsIgnoreCase("$ORIGIN")) {
            return value.equalsIgnoreCase(apex);
        }
        if (!words.getFirst().equalsIgnoreCase("$TTL") || !TTL.matcher(value).matches()) {
            return false;
        }
        usualTtl = OptionalLong.of(seconds(value));
        return true;
    }

    private boolean takeRecord(Statement statement) {
        List<String> words = new ArrayList<>(statement.words());
        if (!statement.ownerless()) {
            String name = words.removeFirst();
            owner = isApex(name) ? apex : name;
        }
        OptionalLong ttl = usualTtl;
        String type = "";
        String klass = "IN";
        while (!words.isEmpty() && type.isEmpty()) {
            String word = words.removeFirst();
            String upper = word.toUpperCase(Locale.ROOT);
            if (TTL.matcher(word).matches()) {
                ttl = OptionalLong.of(seconds(word));
            } else if (CLASSES.contains(upper)) {
                klass = upper;
            } else {
                type = upper;
            }
        }
        if (owner.isEmpty() || type.isEmpty() || words.isEmpty() || ttl.isEmpty()) {
            return false;
        }
        String head = String.join("\t", owner, Long.toString(ttl.getAsLong()), klass, type);
        if (!TEXTS.contains(type)) {
            words.replaceAll(word -> word.equals("@") ? apex : word);
        }
        return type.equals("SOA")
                ? addSoa(statement, head, words)
                : add(statement, head + "\t" + data(type, words) + "\n");
    }

    private boolean isApex(String name) {
        return name.equals("@") || name.equalsIgnoreCase(apex);
    }

    private static String data(String type, List<String> words) {
        return String.join(TEXTS.contains(type) ? " " : "\t", words);
    }

    private boolean addSoa(Statement statement, String head, List<String> words) {
        if (words.size() != SOA_WORDS
                || !words.subList(2, SOA_WORDS).stream().allMatch(w -> TTL.matcher(w).matches())) {
            return false;
        }
        String opening = head + "\t" + words.get(0) + "\t" + words.get(1) + "\t(\n";
        boolean plain =
                statement.raw().startsWith(opening)
                        && statement.comments().stream().noneMatch(each -> each.contains(")"));
        if (plain) {
            out.append(statement.raw());
            return true;
        }
        StringBuilder record = new StringBuilder(opening);
        for (int i = 0; i < SOA_NOTES.size(); i++) {
            record.append('\t').append(seconds(words.get(2 + i))).append('\t');
            record.append(SOA_NOTES.get(i)).append('\n');
        }
        record.append('\t').append(seconds(words.getLast())).append("\t)\n");
        return add(statement, record.toString());
    }

    /// Comments of a record that is written anew go before it.
    private boolean add(Statement statement, String record) {
        if (statement.raw().equals(record)) {
            out.append(record);
            return true;
        }
        statement.comments().forEach(each -> out.append("; ").append(each).append('\n'));
        out.append(record);
        return true;
    }

    /// A number of seconds, or `1h30m` and the like.
    private static long seconds(String text) {
        Matcher part = TTL_PART.matcher(text);
        long sum = 0;
        while (part.find()) {
            long unit =
                    switch (part.group(2).toLowerCase(Locale.ROOT)) {
                        case "w" -> 604_800;
                        case "d" -> 86_400;
                        case "h" -> 3_600;
                        case "m" -> 60;
                        default -> 1;
                    };
            sum += Long.parseLong(part.group(1)) * unit;
        }
        return sum;
    }
}
