package dev.packhorse.engine.component.domain;

import dev.packhorse.engine.component.domain.ZoneStatements.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The records of a zone's text, for changing single ones: every statement that is not changed
/// stays byte for byte. Immutable.
///
/// Source: RFC 1035 section 5.1.
public final class ZoneRecords {
    private static final Set<String> CLASSES = Set.of("IN", "CH", "HS");
    private static final Pattern TTL = Pattern.compile("(?:[0-9]{1,10}[WwDdHhMmSs]?){1,5}");
    private static final Pattern STRING = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"|(\\S+)");
    private static final int SERIAL = 2;

    private final String domain;
    private final List<Entry> entries;

    /// One statement; a comment or directive has no owner and type.
    private record Entry(String raw, String owner, String type, List<String> data) {
        Entry {
            data = List.copyOf(data);
        }

        boolean is(String name, String wantedType) {
            return owner.equals(name) && type.equals(wantedType);
        }
    }

    private ZoneRecords(String domain, List<Entry> entries) {
        this.domain = domain;
        this.entries = List.copyOf(entries);
    }

    /// The records; empty if the text cannot be taken apart with certainty.
    public static Optional<ZoneRecords> of(String domain, String text) {
        Optional<List<Statement>> statements = ZoneStatements.of(text);
        return statements.map(found -> new ZoneRecords(domain, entries(domain, found)));
    }

    private static List<Entry> entries(String domain, List<Statement> statements) {
        List<Entry> entries = new ArrayList<>();
        String origin = domain;
        String owner = domain;
        for (Statement each : statements) {
            List<String> words = new ArrayList<>(each.words());
            if (words.isEmpty() || words.getFirst().startsWith("$")) {
                if (words.size() == 2 && words.getFirst().equalsIgnoreCase("$ORIGIN")) {
                    origin = absolute(words.get(1), origin);
                }
                entries.add(new Entry(each.raw(), "", "", List.of()));
                continue;
            }
            if (!each.ownerless()) {
                owner = absolute(words.removeFirst(), origin);
            }
            entries.add(entry(each.raw(), owner, words));
        }
        return entries;
    }

    private static Entry entry(String raw, String owner, List<String> words) {
        String type = "";
        while (!words.isEmpty() && type.isEmpty()) {
            String word = words.removeFirst();
            String upper = word.toUpperCase(Locale.ROOT);
            type = TTL.matcher(word).matches() || CLASSES.contains(upper) ? "" : upper;
        }
        return new Entry(raw, owner, type, words);
    }

    private static String absolute(String name, String origin) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.equals("@")) {
            return origin;
        }
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower + "." + origin;
    }

    /// Whether a name, without its final dot, owns any record.
    public boolean has(String name) {
        return entries.stream()
                .anyMatch(each -> each.owner().equals(name) && !each.type().isEmpty());
    }

    /// The data of a name's records of a type, in order, words joined by a blank.
    public List<String> data(String name, String type) {
        return entries.stream()
                .filter(each -> each.is(name, type))
                .map(each -> String.join(" ", each.data()))
                .toList();
    }

    /// The text of TXT data: its strings joined, without quotes.
    public static String joined(String data) {
        StringBuilder text = new StringBuilder();
        Matcher string = STRING.matcher(data);
        while (string.find()) {
            String quoted = string.group(1);
            text.append(quoted == null ? string.group(2) : quoted.replaceAll("\\\\(.)", "$1"));
        }
        return text.toString();
    }

    /// With one more record at the end.
    ///
    /// @param name without its final dot
    public ZoneRecords with(String name, String type, String data) {
        List<Entry> more = new ArrayList<>(entries);
        String last = more.isEmpty() ? "\n" : more.getLast().raw();
        if (!last.endsWith("\n")) {
            more.add(new Entry("\n", "", "", List.of()));
        }
        more.add(entryOf(name, type, data));
        return new ZoneRecords(domain, more);
    }

    /// With the data of one record in the place of other data.
    ///
    /// @param old as [#data] gives it
    public ZoneRecords replaced(String name, String type, String old, String data) {
        List<Entry> changed = new ArrayList<>(entries);
        changed.replaceAll(each ->
                each.is(name, type) && String.join(" ", each.data()).equals(old)
                        ? entryOf(name, type, data)
                        : each);
        return new ZoneRecords(domain, changed);
    }

    /// With another address in the A records of some names that have the old one.
    ///
    /// @param names without their final dots
    ZoneRecords withAddress(Set<String> names, String old, String address) {
        List<Entry> changed = new ArrayList<>(entries);
        changed.replaceAll(each ->
                names.contains(each.owner())
                                && each.type().equals("A")
                                && each.data().equals(List.of(old))
                        ? new Entry(
                                ZoneText.withAddress(each.raw(), old, address),
                                each.owner(),
                                each.type(),
                                List.of(address))
                        : each);
        return new ZoneRecords(domain, changed);
    }

    private static Entry entryOf(String name, String type, String data) {
        String raw = name + ".\t14400\tIN\t" + type + "\t" + data + "\n";
        return new Entry(raw, name, type, List.of(data.split(" ", -1)));
    }

    /// With the next serial number, so that other servers fetch the zone.
    public ZoneRecords withNextSerial() {
        return serial().map(serial -> withSerial(serial.next())).orElse(this);
    }

    /// The serial number; empty if the zone has none, or one that cannot be understood.
    Optional<ZoneSerial> serial() {
        return entries.stream()
                .filter(each -> each.is(domain, "SOA") && each.data().size() > SERIAL)
                .map(each -> each.data().get(SERIAL))
                .findFirst()
                .filter(ZoneSerial::isOne)
                .map(text -> new ZoneSerial(Long.parseLong(text)));
    }

    /// With another serial number, where [#serial] tells one.
    ZoneRecords withSerial(ZoneSerial serial) {
        List<Entry> changed = new ArrayList<>(entries);
        changed.replaceAll(each -> each.is(domain, "SOA") ? withSerial(each, serial) : each);
        return new ZoneRecords(domain, changed);
    }

    private static Entry withSerial(Entry soa, ZoneSerial number) {
        if (soa.data().size() <= SERIAL || !ZoneSerial.isOne(soa.data().get(SERIAL))) {
            return soa;
        }
        String serial = soa.data().get(SERIAL);
        String later = Long.toString(number.value());
        int from = soa.raw().indexOf(soa.data().get(1)) + soa.data().get(1).length();
        String tail =
                Pattern.compile("(?<![0-9A-Za-z.-])" + serial + "(?![0-9A-Za-z.-])")
                        .matcher(soa.raw().substring(from))
                        .replaceFirst(later);
        List<String> data = new ArrayList<>(soa.data());
        data.set(SERIAL, later);
        return new Entry(soa.raw().substring(0, from) + tail, soa.owner(), soa.type(), data);
    }

    /// The zone's text.
    public String text() {
        StringBuilder text = new StringBuilder();
        entries.forEach(each -> text.append(each.raw()));
        return text.toString();
    }
}
