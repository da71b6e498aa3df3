package dev.packhorse.engine.provision;

import dev.packhorse.engine.host.DomainName;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.ServiceLayout;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The zone of a new domain: the server's name servers, and one address for everything.
final class NewZone {
    private static final Pattern NAME_SERVER =
            Pattern.compile("(?m)^NS[2-4]?[ \\t]+(\\S+)[ \\t]*$");
    private static final DateTimeFormatter SERIAL =
            DateTimeFormatter.ofPattern("yyyyMMdd", Locale.ROOT);

    private NewZone() {}

    /// The server's name servers as its setup names them; none if it names none.
    static List<DomainName> nameServers(HostFiles files) throws IOException {
        List<DomainName> servers = new ArrayList<>();
        Optional<String> setup = files.readText(ServiceLayout.SETUP);
        if (setup.isPresent()) {
            Matcher line = NAME_SERVER.matcher(setup.get());
            while (line.find()) {
                String name = line.group(1).toLowerCase(Locale.ROOT);
                if (DomainName.isValid(name)) {
                    servers.add(new DomainName(name));
                }
            }
        }
        return List.copyOf(servers);
    }

    /// The zone's text.
    ///
    /// @param servers its name servers, at least one
    /// @param dmarc whether it has a record of what becomes of mail that fails
    static String text(
            DomainName domain,
            String address,
            List<DomainName> servers,
            boolean dmarc,
            Instant now) {
        StringBuilder zone = new StringBuilder("$TTL 14400\n");
        zone.append("@ 86400 IN SOA ")
                .append(servers.getFirst())
                .append(". hostmaster.")
                .append(domain)
                .append(". (")
                .append(SERIAL.format(now.atZone(ZoneOffset.UTC)))
                .append("01 3600 1800 1209600 86400)\n");
        servers.forEach(server -> zone.append("@ 86400 IN NS ").append(server).append(".\n"));
        zone.append("@ IN A ").append(address).append('\n');
        zone.append("@ IN MX 0 ").append(domain).append(".\n");
        for (String alias : List.of("www", "mail")) {
            zone.append(alias).append(" IN CNAME ").append(domain).append(".\n");
        }
        zone.append("ftp IN A ").append(address).append('\n');
        if (dmarc) {
            zone.append("_dmarc IN TXT \"v=DMARC1; p=none;\"\n");
        }
        return zone.toString();
    }
}
