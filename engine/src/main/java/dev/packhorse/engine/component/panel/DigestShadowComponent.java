package dev.packhorse.engine.component.panel;

import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.live.OwnLines;
import dev.packhorse.engine.component.live.PanelComponent;
import dev.packhorse.engine.component.live.RestoreTarget;
import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.HostLayout;
import dev.packhorse.engine.model.AccountName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The account's password for Web Disk with digest authentication: its lines `USER:HASH` or
/// `USER:REALM:HASH` of `/etc/digestshadow`. Every archive has the member, mostly empty.
///
/// Source: the third form is that of RFC 7616 password files; what the panel writes is not
/// published, so lines of up to two fields behind the name are taken.
public final class DigestShadowComponent extends PanelComponent {
    private static final String MEMBER = "digestshadow";
    private static final Pattern LINE =
            Pattern.compile(
                    "([a-z0-9_-]{1,32}):(?:([^:\\p{Cntrl}]{0,200}):)?([0-9A-Za-z$./!*]{0,200})");
    private static final int MOST = 100;

    public DigestShadowComponent() {
        super(
                new ComponentName("DigestShadow"),
                "The password for Web Disk with digest authentication.",
                true,
                Set.of(Components.ACCOUNT),
                Set.of(MEMBER),
                "digest passwords");
    }

    @Override
    public PackReport pack(PackContext context, ArchiveSink sink) throws IOException {
        List<String> lines =
                lines(new HostFiles(context.services().root()), context.account().name()).read();
        sink.addText(
                MEMBER,
                0600,
                lines.stream().map(line -> line + "\n").collect(Collectors.joining()));
        return lines.isEmpty()
                ? PackReport.EMPTY
                : PackReport.of(Map.of("logins", (long) lines.size()));
    }

    private static OwnLines lines(HostFiles files, AccountName account) {
        return new OwnLines(
                files, HostLayout.DIGEST_SHADOW, line -> line.startsWith(account + ":"));
    }

    @Override
    protected boolean isIn(RestoreContext context, ArchiveSource source) throws IOException {
        return source.text(MEMBER).filter(text -> !text.isBlank()).isPresent();
    }

    @Override
    protected RestoreReport restore(RestoreTarget target, ArchiveSource source) throws IOException {
        List<String> taken = new ArrayList<>();
        int number = 0;
        for (String line : source.text(MEMBER).orElse("").lines().toList()) {
            number++;
            Matcher login = LINE.matcher(line);
            boolean own =
                    login.matches()
                            && login.group(1).equals(target.packedAs().value())
                            && taken.size() < MOST;
            if (own) {
                taken.add(target.account().name() + line.substring(login.end(1)));
            } else if (!line.isBlank()) {
                target.notes().skipped(MEMBER + " line " + number + ": no login of the account");
            }
        }
        lines(target.files(), target.account().name()).replace(taken, FileRights.ofRoot(0600));
        return target.notes().report(Map.of("logins", (long) taken.size()));
    }
}
