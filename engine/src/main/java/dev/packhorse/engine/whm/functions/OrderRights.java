package dev.packhorse.engine.whm.functions;

import dev.packhorse.engine.auth.Caller;
import dev.packhorse.engine.auth.HostUsers;
import dev.packhorse.engine.whm.Arguments;
import dev.packhorse.engine.whm.WhmException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What somebody who is not root may order for a new account: nothing that it could not give away
/// otherwise, and an account of its own only. What its package gives an account, it gives; limits
/// beside the package take the right to make packages.
///
/// The names of the rights are WHM's (functions.json `myprivs`); which of them an argument takes is
/// our reading of those names, the stricter one where there are two.
final class OrderRights {
    private static final List<String> LIMITS =
            List.of(
                    "bwlimit",
                    "cgi",
                    "featurelist",
                    "max_defer_fail_percentage",
                    "max_email_per_hour",
                    "max_emailacct_quota",
                    "max_team_users",
                    "maxaddon",
                    "maxftp",
                    "maxlst",
                    "maxpark",
                    "maxpop",
                    "maxsql",
                    "maxsub",
                    "quota");

    /// Limits of which nought is none, so that it is not unlimited.
    private static final Set<String> NOUGHT_IS_NONE =
            Set.of("cgi", "max_team_users", "maxaddon", "maxpark", "maxsub");

    private static final Map<String, String> UNLIMITED =
            Map.of("bwlimit", "allow-unlimited-bw-pkgs", "quota", "allow-unlimited-disk-pkgs");

    private final HostUsers users;

    OrderRights(HostUsers users) {
        this.users = users;
    }

    /// @throws WhmException naming the argument, and the right that it takes
    void check(Caller caller, Arguments arguments) throws WhmException {
        if (caller.isRoot()) {
            return;
        }
        String owner = arguments.find("owner").orElse(caller.user());
        if (!owner.equals(caller.user())) {
            throw Text.badValue("owner", "accounts that you make are your own");
        }
        if (arguments.flag("ownerself")) {
            throw Text.badValue("ownerself", "accounts that you make are your own");
        }
        if (arguments.flag("forcedns")) {
            throw Text.badValue("forcedns", "only root replaces a zone that is there");
        }
        if (arguments.has("homedir")) {
            throw Text.badValue("homedir", "only root chooses where a home lies");
        }
        checkPlan(caller, arguments.text("plan"));
        String features = arguments.find("featurelist").orElse("default");
        if (!features.equals("default") && !features.startsWith(caller.user() + "_")) {
            throw Text.badValue("featurelist", "it is none of yours");
        }
        for (String limit : LIMITS) {
            if (arguments.has(limit)) {
                checkLimit(caller, limit, arguments.text(limit));
            }
        }
        if (arguments.has("hasshell") && arguments.flag("hasshell")) {
            require(caller, "hasshell", "allow-shell");
        }
    }

    private void checkPlan(Caller caller, String plan) throws WhmException {
        if (plan.startsWith(caller.user() + "_")) {
            return;
        }
        int mark = plan.indexOf('_');
        try {
            for (; mark > 0; mark = plan.indexOf('_', mark + 1)) {
                if (users.isReseller(plan.substring(0, mark))) {
                    throw Text.badValue("plan", "it is a package of another reseller");
                }
            }
        } catch (IOException e) {
            throw Text.failed("The resellers cannot be read", e);
        }
        require(caller, "plan", "viewglobalpackages");
    }

    private static void checkLimit(Caller caller, String limit, String value) throws WhmException {
        require(caller, limit, "add-pkg");
        boolean isUnlimited =
                value.equals("unlimited") || (isNought(value) && !NOUGHT_IS_NONE.contains(limit));
        if (isUnlimited) {
            require(caller, limit, UNLIMITED.getOrDefault(limit, "allow-unlimited-pkgs"));
        }
        if (limit.startsWith("max_email_") || limit.equals("max_defer_fail_percentage")) {
            require(caller, limit, "allow-emaillimits-pkgs");
        }
        if (limit.equals("maxaddon") && !isNought(value)) {
            require(caller, limit, "allow-addoncreate");
        }
        if (limit.equals("maxpark") && !isNought(value)) {
            require(caller, limit, "allow-parkedcreate");
        }
    }

    private static boolean isNought(String value) {
        return value.matches("0+");
    }

    private static void require(Caller caller, String argument, String right) throws WhmException {
        if (!caller.has(right)) {
            throw Text.badValue(argument, "it takes the right " + Text.quoted(right));
        }
    }
}
