package dev.packhorse.engine.component.dns;

import dev.packhorse.engine.host.DomainName;
import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.HostLayout;
import dev.packhorse.engine.host.UserDatabase;
import dev.packhorse.engine.posix.FileStat;
import dev.packhorse.engine.posix.FileType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Where keys for signing mail lie. The mail server, which is not root, reads them as group `mail`
/// where there is one.
final class SigningKeyFiles {
    private static final int GROUP_READS = 0040;
    private static final int CLOSED = 0600;
    private static final int FOR_GROUP = 0640;

    private final HostFiles files;

    SigningKeyFiles(HostFiles files) {
        this.files = files;
    }

    /// Puts a private key in place. One that only root could read did not serve the mail server, so
    /// it gets new rights; others keep theirs.
    void writePrivate(DomainName domain, String pem) throws IOException {
        String path = HostLayout.domainKeyPrivate(domain);
        Optional<Integer> mail = new UserDatabase(files.root()).groupId("mail");
        FileRights whenNew =
                mail.map(group -> new FileRights(FOR_GROUP, 0, group))
                        .orElse(FileRights.ofRoot(CLOSED));
        files.makeFolder(
                path.substring(0, path.lastIndexOf('/')),
                new FileRights(mail.isPresent() ? 0750 : 0700, 0, mail.orElse(0)));
        FileRights rights =
                files.stat(path)
                        .filter(SigningKeyFiles::isReadByOthers)
                        .map(FileRights::of)
                        .orElse(whenNew);
        files.write(path, pem.getBytes(StandardCharsets.ISO_8859_1), rights);
    }

    private static boolean isReadByOthers(FileStat stat) {
        boolean byGroup = (stat.mode() & GROUP_READS) != 0 && stat.gid() != 0;
        return stat.type() == FileType.REGULAR && (stat.uid() != 0 || byGroup);
    }

    /// Puts a public key in place.
    void writePublic(DomainName domain, String pem) throws IOException {
        files.replaceContent(
                HostLayout.domainKeyPublic(domain),
                pem.getBytes(StandardCharsets.ISO_8859_1),
                FileRights.ofRoot(0644));
    }
}
