package dev.packhorse.engine.auth;

import dev.packhorse.engine.host.HostRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A small server root with users, for tests: root and the reseller `bob` have the password
/// `correct horse`, one as yescrypt, one as SHA-512; `carol` is a customer with the same password,
/// `dan` a reseller whose password is locked, `eve` a suspended reseller, `finn` a reseller whose
/// account has ended, `gone` a reseller without a user.
public record TestHost(Path root) {
    public static final String PASSWORD = "correct horse";
    private static final String YESCRYPT =
            "$y$j9T$F5Jx5fExrKuPp53xLKQ..1$zwtVrjrUCmXcyLTs6oxLTQlzifSUkF8RHJ./tK5KU79";
    private static final String SHA512 =
            "$6$saltsalt$hRM5XZ86KXEw9UOmjigeVqFgULtFB2sgpC9lXQDfMib3Zgw7mEiUvBJI2EplzfAqxL5Vvwp2scFt"
                    + "v/uamSo5z0";

    public static TestHost in(Path folder) throws IOException {
        TestHost host = new TestHost(folder.toAbsolutePath());
        StringBuilder passwd = new StringBuilder();
        int uid = 1000;
        for (String user : "root bob carol dan eve finn".split(" ", -1)) {
            passwd.append(user).append(":x:").append(user.equals("root") ? 0 : uid++);
            passwd.append(":0::/home/").append(user).append(":/bin/bash\n");
        }
        host.write("etc/passwd", passwd.toString());
        host.write(
                "etc/shadow",
                "root:"
                        + YESCRYPT
                        + ":20000:0:99999:7:::\n"
                        + "bob:"
                        + SHA512
                        + ":20000:0:99999:7:::\n"
                        + "carol:"
                        + SHA512
                        + ":20000:0:99999:7:::\n"
                        + "dan:!"
                        + SHA512
                        + ":20000:0:99999:7:::\n"
                        + "eve:"
                        + SHA512
                        + ":20000:0:99999:7:::\n"
                        + "finn:"
                        + SHA512
                        + ":20000:0:99999:7::20001:\n");
        host.write(
                "var/cpanel/resellers",
                "bob:list-accts,suspend-acct\ndan:list-accts\neve:all\nfinn:list-accts\ngone:all\n");
        host.write("var/cpanel/suspended/eve", "");
        return host;
    }

    public void write(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    public HostUsers users() {
        return new HostUsers(new HostRoot(root));
    }
}
