package dev.packhorse.engine.component;

import dev.packhorse.engine.host.Account;
import java.io.IOException;

/// The names of the modules that others depend on, and what all modules ask of their context.
public final class Components {
    public static final ComponentName PRE_RESTORE_ACTIONS = new ComponentName("PreRestoreActions");
    public static final ComponentName ACCOUNT = new ComponentName("Account");
    public static final ComponentName PACKAGE = new ComponentName("Package");
    public static final ComponentName CP_USER = new ComponentName("CpUser");
    public static final ComponentName IP_ADDRESS = new ComponentName("IPAddress");
    public static final ComponentName DOMAINS = new ComponentName("Domains");
    public static final ComponentName USERDATA = new ComponentName("userdata");
    public static final ComponentName HOMEDIR = new ComponentName("Homedir");
    public static final ComponentName MYSQL = new ComponentName("Mysql");
    public static final ComponentName CRON = new ComponentName("Cron");
    public static final ComponentName PASSWORD = new ComponentName("Password");
    public static final ComponentName SHELL = new ComponentName("Shell");
    public static final ComponentName QUOTA = new ComponentName("Quota");
    public static final ComponentName ZONE_FILE = new ComponentName("ZoneFile");
    public static final ComponentName MAIL = new ComponentName("Mail");
    public static final ComponentName FTP = new ComponentName("Ftp");
    public static final ComponentName SSL = new ComponentName("SSL");
    public static final ComponentName RESELLER = new ComponentName("Reseller");
    public static final ComponentName SUSPEND = new ComponentName("Suspend");
    public static final ComponentName POST_RESTORE_ACTIONS =
            new ComponentName("PostRestoreActions");

    private Components() {}

    /// The account that is being restored, as the server has it now.
    ///
    /// @throws ComponentException if it does not exist
    /// @throws IOException if its description cannot be read
    public static Account existing(RestoreContext context) throws ComponentException, IOException {
        return context.services()
                .accounts()
                .find(context.account())
                .orElseThrow(() ->
                        new ComponentException(
                                "account "
                                        + context.account()
                                        + " does not exist on this server: restore the"
                                        + " module Account first"));
    }
}
