package dev.packhorse.engine.demo;

import dev.packhorse.engine.host.DomainSet;
import dev.packhorse.engine.host.SiteFacts;
import dev.packhorse.engine.model.AccountName;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// One account of the demonstration server.
///
/// @param passwordHash of the password `NAME-demo`
/// @param tlsHosts the virtual hosts with a certificate
record DemoAccount(
        AccountName name,
        int uid,
        int gid,
        String owner,
        String plan,
        boolean suspended,
        DomainSet domains,
        Set<String> tlsHosts,
        String passwordHash) {
    static final String ADDRESS = "192.0.2.10";
    private static final int FIRST_UID = 20_001;

    private static final Map<String, String> HASHES =
            Map.of(
                    "alice",
                    "$6$demoalice$fRqfEDLda/ZdOyjfiGkq3z.BtuorFLZuka0.9GAAUCDo9RY3afxeMYb4e9amF8vJGRYHcAHosGmf6h4beKQkN1",
                    "bob",
                    "$6$demobob$tZepZAgF5jIbK6gjiWoowsSe/sPiunVNIRVnQ8EyIzPDk93CzPhqNWA8o91qdpvo/VjDXq/kEUsM.ppVTlVv2/",
                    "carol",
                    "$6$democarol$UlewYHtcuiKzaLyR9nic4tt/1YgbJUGuz60pw.NLi7thytfTZqHW5r8.jnR7vTaC0VDjSMu3/M3lL4v8d/w8b/",
                    "dave",
                    "$6$demodave$35MvxHTB91IArgncEO0rBx/U9XTiHSXG7fadzGplmPiPR43yaD6t8D2LF.pOiiMZnh20nmmlyrVXerN1xoLdV1",
                    "erin",
                    "$6$demoerin$nPCQR8LTQBV0tDcZYayTc7IpDsFv5F9szjIX05f4F5QuKUiGvrt/R6xGLTCk60cDEt5lb6N2z/.uDCXT8SvUF0",
                    "frank",
                    "$6$demofrank$nBj414WbwV9wLsSRy1UcilGCnol/QTOvMd6MEVcckz6FMJe2mZrr3YgJPUPAa/RJ49zVhrHd6dwhioiYTX7Fc1",
                    "gina",
                    "$6$demogina$t86SnUefLCv/OBqtkoYsIpGWaCNkyBzsxu08lUEQlzIJBB24ee4I5okGF1wcEcgfhsx/jixr2jR.xAcKEh70r0");

    DemoAccount {
        tlsHosts = Set.copyOf(tlsHosts);
    }

    /// All of them, with numbers of their own for root, or all with the caller's.
    static List<DemoAccount> all(DemoOwner owner) {
        return List.of(
                account("alice", 0, "root", "business", owner, alice())
                        .withTls(Set.of("alice.example", "shop.alice.example")),
                account("bob", 1, "root", "reseller", owner, single("bob", "bob-hosting.example")),
                account("carol", 2, "bob", "bob_small", owner, single("carol", "carol.example")),
                account("dave", 3, "root", "default", owner, single("dave", "dave.example"))
                        .asSuspended(),
                account("erin", 4, "root", "default", owner, single("erin", "erin.example")),
                account("frank", 5, "root", "default", owner, single("frank", "frank.example")),
                account("gina", 6, "bob", "bob_small", owner, gina()));
    }

    String home() {
        return "/home/" + name;
    }

    String shell() {
        return suspended ? "/bin/false" : "/bin/bash";
    }

    SiteFacts site() {
        return new SiteFacts(name, owner, home(), ADDRESS, "ea-php82", true, tlsHosts);
    }

    private DemoAccount withTls(Set<String> hosts) {
        return new DemoAccount(
                name, uid, gid, owner, plan, suspended, domains, hosts, passwordHash);
    }

    private DemoAccount asSuspended() {
        return new DemoAccount(
                name, uid, gid, owner, plan, true, domains, tlsHosts, "!" + passwordHash);
    }

    private static DemoAccount account(
            String name,
            int index,
            String owner,
            String plan,
            DemoOwner owners,
            DomainSet domains) {
        int number = FIRST_UID + index;
        return new DemoAccount(
                new AccountName(name),
                owners.uid(number),
                owners.gid(number),
                owner,
                plan,
                false,
                domains,
                Set.of(),
                HASHES.getOrDefault(name, "!"));
    }

    private static DomainSet single(String name, String domain) {
        return DomainSet.of(domain, "/home/" + name + "/public_html");
    }

    private static DomainSet alice() {
        SortedMap<String, String> folders = new TreeMap<>();
        folders.put("alice.example", "/home/alice/public_html");
        folders.put("blog.alice.example", "/home/alice/public_html/blog");
        folders.put("shop.alice.example", "/home/alice/public_html/shop");
        return new DomainSet(
                "alice.example",
                new TreeMap<>(Map.of("alices-shop.example", "shop.alice.example")),
                List.of("blog.alice.example", "shop.alice.example"),
                List.of("alice-parked.example"),
                folders);
    }

    private static DomainSet gina() {
        SortedMap<String, String> folders = new TreeMap<>();
        folders.put("gina.example", "/home/gina/public_html");
        folders.put("shop.gina.example", "/home/gina/shop.gina.example");
        return new DomainSet(
                "gina.example", new TreeMap<>(), List.of("shop.gina.example"), List.of(), folders);
    }
}
