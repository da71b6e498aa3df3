package dev.packhorse.engine.whm.functions;

import static dev.packhorse.engine.whm.ParameterSpec.flag;
import static dev.packhorse.engine.whm.ParameterSpec.optional;

import dev.packhorse.engine.whm.Arguments;
import dev.packhorse.engine.whm.ParameterSpec;
import dev.packhorse.engine.whm.WhmException;
import java.util.ArrayList;
import java.util.List;

/// The arguments of `createacct` that order what is not done here. Those that change what an
/// account is are refused; what it merely lacks is told with the answer.
final class NewAccountRefusals {
    private NewAccountRefusals() {}

    static List<ParameterSpec> parameters() {
        List<ParameterSpec> all = new ArrayList<>();
        all.add(
                optional("ip", ParameterSpec.Type.TEXT, "Not done here: y is refused")
                        .oneOf("n", "y")
                        .withDefault("n"));
        for (String name : List.of("customip", "uid", "gid", "mail_node_alias", "pkgname")) {
            all.add(optional(name, ParameterSpec.Type.TEXT, "Not done here: refused"));
        }
        for (String name : List.of("reseller", "reseller_without_domain", "savepkg")) {
            all.add(flag(name, false, "Not done here: 1 is refused"));
        }
        for (String name : List.of("useregns", "hasuseregns")) {
            all.add(flag(name, false, "Not done here: 1 is told with the answer"));
        }
        all.add(flag("spamassassin", true, "Left to the panel, either value"));
        all.add(
                optional("spambox", ParameterSpec.Type.TEXT, "Left to the panel, either value")
                        .oneOf("n", "y")
                        .withDefault("y"));
        all.add(flag("frontpage", false, "Has no effect"));
        all.add(
                optional(
                                "showpass",
                                ParameterSpec.Type.TEXT,
                                "Has no effect: answers never show passwords")
                        .oneOf("n", "y")
                        .withDefault("y"));
        return all;
    }

    /// @throws WhmException naming the argument
    static void refuse(Arguments arguments) throws WhmException {
        if (arguments.text("ip").equals("y")) {
            throw Text.badValue("ip", "new accounts share this server's address");
        }
        refuse(arguments, "customip", "new accounts share this server's address");
        refuse(arguments, "uid", "the system chooses the number of a new user");
        refuse(arguments, "gid", "the system chooses the number of a new group");
        refuse(arguments, "mail_node_alias", "mail of new accounts lives on this server");
        refuse(arguments, "pkgname", "packages are made by the panel only");
        if (arguments.flag("savepkg")) {
            throw Text.badValue("savepkg", "packages are made by the panel only");
        }
        for (String name : List.of("reseller", "reseller_without_domain")) {
            if (arguments.flag(name)) {
                throw Text.badValue(name, "reseller rights are given by the panel only");
            }
        }
    }

    private static void refuse(Arguments arguments, String name, String why) throws WhmException {
        if (arguments.has(name)) {
            throw Text.badValue(name, why);
        }
    }

    /// Sentences on what the account lacks of the order.
    static List<String> lacks(Arguments arguments) {
        List<String> notes = new ArrayList<>();
        if (arguments.flag("useregns")) {
            notes.add("useregns: not done, the zone names the name servers of this server");
        }
        return notes;
    }
}
