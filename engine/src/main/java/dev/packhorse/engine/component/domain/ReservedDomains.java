package dev.packhorse.engine.component.domain;

import dev.packhorse.engine.host.HostFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Domains that only root brings to this server: whoever has a domain here gets the mail that this
/// server's customers send to it. Those are the domains above the server's own name, and with the
/// panel what its lists of common domains name, with all below. Immutable.
///
/// Source: docs.cpanel.net "How to Prevent cPanel Users from Creating Certain Domains": a domain or
/// a top-level domain a line; one that begins with a full stop is in the page's own example.
public final class ReservedDomains {
    /// The panel's list and the administrator's.
    private static final List<String> LISTS =
            List.of("/usr/local/cpanel/etc/commondomains", "/var/cpanel/commondomains");

    private final String hostname;
    private final Set<String> common;

    private ReservedDomains(String hostname, Set<String> common) {
        this.hostname = hostname.toLowerCase(Locale.ROOT);
        this.common = common;
    }

    /// Reads the lists that are there.
    ///
    /// @throws IOException if one that is there cannot be read
    public static ReservedDomains of(HostFiles files, String hostname) throws IOException {
        Set<String> common = new HashSet<>();
        for (String list : LISTS) {
            files.readBytes(list, HostFiles.DEFAULT_LIMIT)
                    .map(content -> new String(content, StandardCharsets.ISO_8859_1))
                    .ifPresent(
                            text -> text.lines().map(ReservedDomains::plain).forEach(common::add));
        }
        common.remove("");
        return new ReservedDomains(hostname, common);
    }

    private static String plain(String line) {
        String text = line.strip().toLowerCase(Locale.ROOT);
        return text.startsWith("#") ? "" : text.replaceAll("^\\.+|\\.+$", "");
    }

    /// Why only root may bring the domain here, empty if others may.
    public Optional<String> objection(String domain) {
        String asked = domain.toLowerCase(Locale.ROOT);
        if (hostname.equals(asked) || hostname.endsWith("." + asked)) {
            return Optional.of("is this server's own or lies above it");
        }
        for (String each = asked; !each.isEmpty(); each = above(each)) {
            if (common.contains(each)) {
                return Optional.of(
                        "is one of the common domains that this server's lists keep for root ("
                                + each
                                + ")");
            }
        }
        return Optional.empty();
    }

    private static String above(String domain) {
        int dot = domain.indexOf('.');
        return dot < 0 ? "" : domain.substring(dot + 1);
    }
}
