package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.ArchiveFacts;
import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.AccountComponent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Finds what an archive holds that no module restores, so that it can be named.
final class Unclaimed {
    private static final int MOST = 50;

    private Unclaimed() {}

    /// A sentence for each member without a module; empty folders and files are nobody's loss.
    static List<String> members(
            List<AccountComponent> modules, ArchiveFacts facts, ArchiveSource source)
            throws IOException {
        Set<String> claimed = new HashSet<>();
        for (AccountComponent module : modules) {
            module.members()
                    .forEach(each -> claimed.add(each.replace("USER", facts.account().value())));
        }
        List<String> unclaimed = new ArrayList<>();
        for (String member : facts.members()) {
            if (!isClaimed(member, claimed) && !isEmpty(member, source)) {
                unclaimed.add("not restored, no module for it: " + member);
            }
        }
        if (unclaimed.size() > MOST) {
            int more = unclaimed.size() - MOST;
            unclaimed.subList(MOST, unclaimed.size()).clear();
            unclaimed.add("and " + more + " more members without a module");
        }
        return unclaimed;
    }

    private static boolean isEmpty(String member, ArchiveSource source) throws IOException {
        if (member.endsWith("/")) {
            return isTop(member) || source.names(trim(member)).isEmpty();
        }
        Optional<Path> file = source.file(member);
        return file.isEmpty() || Files.size(file.get()) == 0 || isDefault(member, source);
    }

    /// What a writer puts down when an account has nothing of the kind.
    private static boolean isDefault(String member, ArchiveSource source) throws IOException {
        return member.equals("autossl.json")
                && source.text(member)
                        .filter(text -> text.strip().equals("{\"excluded_domains\":[]}"))
                        .isPresent();
    }

    /// Folders directly below the top are told by what lies in them.
    private static boolean isTop(String folder) {
        return folder.indexOf('/') == folder.length() - 1;
    }

    private static String trim(String folder) {
        return folder.substring(0, folder.length() - 1);
    }

    private static boolean isClaimed(String member, Set<String> claimed) {
        return claimed.stream()
                .anyMatch(each ->
                        each.equals(member)
                                || (each.endsWith("/") && member.startsWith(each))
                                || (member.endsWith("/") && each.startsWith(member)));
    }
}
