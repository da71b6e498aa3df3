package dev.packhorse.engine.component;

import dev.packhorse.engine.archive.ArchiveFacts;
import dev.packhorse.engine.component.registry.ComponentRegistry;
import dev.packhorse.engine.host.CpanelAccountDirectory;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.transport.spi.Cancellation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// A small server of the panel's layout with the account `victim`, onto which members of an archive
/// that no writer of ours would make are restored as the account `demo`.
public final class SmallServer {
    public static final String HASH = "$6$saltsalt$" + "a".repeat(86);

    public final Path root;
    public final Path staging;
    public final HostServices services;

    /// Path to text.
    public final Map<String, String> members = new TreeMap<>();

    public SmallServer(Path folder) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        root = Files.createDirectory(folder.resolve("root"));
        staging = Files.createDirectory(folder.resolve("staging"));
        put(
                "etc/passwd",
                """
                root:x:0:0:root:/root:/bin/bash
                nobody:x:65534:65534::/:/sbin/nologin
                victim:x:20500:20500::/home/victim:/bin/bash
                """);
        put("etc/group", "root:x:0:\nmail:x:12:\nnobody:x:65534:\nvictim:x:20500:\n");
        put("etc/shadow", "root:*:19000:0:99999:7:::\nvictim:" + HASH + ":19000:0:99999:7:::\n");
        put("etc/shells", "/bin/bash\n/usr/local/cpanel/bin/jailshell\n");
        put("etc/userdomains", "victim.example: victim\n*: nobody\n");
        put("var/cpanel/users/victim", "DNS=victim.example\nIP=198.51.100.8\nUSER=victim\n");
        put("var/cpanel/mainip", "198.51.100.7\n");
        Files.createDirectories(root.resolve("home"));
        HostRoot host = new HostRoot(root);
        services =
                new HostServices(
                        host, new CpanelAccountDirectory(host), "host.example", Optional.empty());
        members.put("cp/demo", "DNS=demo.example\nUSER=demo\nIP=192.0.2.10\n");
        members.put("homedir_paths", "/home/demo\n");
    }

    public void put(String path, String content) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    public String read(String path) throws IOException {
        return Files.readString(root.resolve(path));
    }

    public boolean has(String path) {
        return Files.exists(root.resolve(path), java.nio.file.LinkOption.NOFOLLOW_LINKS);
    }

    /// Makes the account as a restore begins.
    public void makeAccount() throws IOException, ComponentException {
        restore("Account", true);
        restore("CpUser", true);
    }

    public RestoreReport restore(String module, boolean restricted)
            throws IOException, ComponentException {
        AccountComponent found =
                ComponentRegistry.standard().find(new ComponentName(module)).orElseThrow();
        return restore(found, restricted, RestoreOptions.ALL);
    }

    private ArchiveFacts facts() {
        return new ArchiveFacts(
                new AccountName("demo"),
                "cpmove-demo",
                "0".repeat(64),
                0,
                0,
                0,
                0,
                false,
                members.keySet(),
                List.of());
    }

    public RestoreReport restore(
            AccountComponent module, boolean restricted, RestoreOptions options)
            throws IOException, ComponentException {
        RestoreContext context =
                new RestoreContext(
                        new AccountName("demo"),
                        facts(),
                        services,
                        options,
                        restricted,
                        staging,
                        QuietLog.LOG,
                        Cancellation.never());
        return module.restore(context, TextSource.of(staging, members));
    }
}
