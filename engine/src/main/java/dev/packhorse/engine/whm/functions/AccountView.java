package dev.packhorse.engine.whm.functions;

import dev.packhorse.engine.component.account.Suspension;
import dev.packhorse.engine.host.Account;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// An account in the shape of `listaccts` and `accountsummary`. Disk use is not measured: both its
/// fields say `none`, as on servers without quotas.
///
/// Source: functions.json `listaccts`, cpmove-format 2.2, whmapi1-protocol 3.10.
final class AccountView {
    private static final Logger LOG = LoggerFactory.getLogger(AccountView.class);

    private static final DateTimeFormatter START =
            DateTimeFormatter.ofPattern("yy MMM dd HH:mm", Locale.ENGLISH);

    /// Fields that are limits, by the key that holds them.
    private static final Map<String, String> LIMITS =
            new TreeMap<>(
                    Map.of(
                            "maxaddons", "MAXADDON",
                            "maxftp", "MAXFTP",
                            "maxlst", "MAXLST",
                            "maxparked", "MAXPARK",
                            "maxpop", "MAXPOP",
                            "maxsql", "MAXSQL",
                            "maxsub", "MAXSUB",
                            "max_email_per_hour", "MAX_EMAIL_PER_HOUR",
                            "max_defer_fail_percentage", "MAX_DEFER_FAIL_PERCENTAGE",
                            "max_emailacct_quota", "MAX_EMAILACCT_QUOTA"));

    private final ZoneId zone;
    private final Suspension suspension;

    AccountView(ZoneId zone, Suspension suspension) {
        this.zone = zone;
        this.suspension = suspension;
    }

    ObjectNode of(Account account) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("user", account.name().value());
        node.put("domain", account.domains().main());
        node.put("owner", account.owner());
        node.put("uid", account.uid());
        node.put("shell", account.shell());
        node.put("partition", partition(account.home()));
        node.put("plan", account.setting("PLAN", "undefined"));
        node.put("theme", account.setting("RS", "jupiter"));
        node.put("email", account.setting("CONTACTEMAIL", "*unknown*"));
        node.put("ip", account.setting("IP", ""));
        node.putArray("ipv6");
        node.putArray("child_nodes");
        node.put("mailbox_format", account.setting("MAILBOX_FORMAT", "maildir"));
        addStart(account, node);
        addSuspension(account, node);
        addLimits(account, node);
        node.put("backup", number(account, "BACKUP", 1));
        node.put("legacy_backup", number(account, "LEGACY_BACKUP", 0));
        node.put("outgoing_mail_hold", number(account, "OUTGOING_MAIL_HOLD", 0));
        node.put("outgoing_mail_suspended", number(account, "OUTGOING_MAIL_SUSPENDED", 0));
        node.put("temporary", 0);
        node.put("is_temporary_domain", 0);
        return node;
    }

    private void addStart(Account account, ObjectNode node) {
        long start = number(account, "STARTDATE", 0);
        node.put("unix_startdate", start);
        node.put(
                "startdate",
                start == 0 ? "unknown" : START.format(Instant.ofEpochSecond(start).atZone(zone)));
    }

    private void addSuspension(Account account, ObjectNode node) {
        node.put("suspended", account.suspended() ? 1 : 0);
        String reason = "not suspended";
        boolean locked = false;
        if (account.suspended()) {
            reason = "Unknown";
            try {
                reason = suspension.reason(account).orElse(reason);
                locked = suspension.isLocked(account);
            } catch (IOException e) {
                // A mark that cannot be read must not hide the other accounts of a list.
                LOG.atWarn()
                        .addKeyValue("account", account.name())
                        .setCause(e)
                        .log("the suspension cannot be read");
            }
        }
        node.put("suspendreason", reason);
        node.put("is_locked", locked ? 1 : 0);
        long time = number(account, "SUSPENDTIME", 0);
        if (account.suspended() && time > 0) {
            node.put("suspendtime", time);
        } else {
            node.putNull("suspendtime");
        }
    }

    private static void addLimits(Account account, ObjectNode node) {
        LIMITS.forEach((field, key) -> node.put(field, account.setting(key, "unlimited")));
        node.put(
                "min_defer_fail_to_trigger_protection",
                account.setting("MIN_DEFER_FAIL_TO_TRIGGER_PROTECTION", "5"));
        long kibiBytes = number(account, "DISK_BLOCK_LIMIT", 0);
        node.put("disklimit", kibiBytes == 0 ? "unlimited" : kibiBytes / 1024 + "M");
        node.put("diskused", "none");
        node.put("inodesused", "none");
        node.put("inodeslimit", "unlimited");
    }

    /// The folder at the top of the home's path.
    private static String partition(String home) {
        String[] parts = home.split("/", 3);
        return parts.length > 1 ? parts[1] : "";
    }

    /// A setting that is a whole number; the default where it is none.
    private static long number(Account account, String key, long defaultValue) {
        String text = account.setting(key, "");
        return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : defaultValue;
    }
}
