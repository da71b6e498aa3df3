package dev.packhorse.engine.job;

import dev.packhorse.engine.component.Components;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What may differ between a member of an archive and the one that is packed again after a restore,
/// and how a difference is told: without the member's content, which may be secret.
///
/// @param form what text members say
/// @param findings what the modules have told
record MemberRules(MemberForm form, DrillFindings findings) {
    private static final int MOST_BYTES = 4 << 20;

    /// What tells where and by which program an archive was made, and what follows from others.
    private static final Set<String> NOT_COMPARED =
            Set.of("version", "packaged_in_version", "meta/hostname", "userdata/cache.json");

    /// Written with the home, which is compared by itself.
    private static final Set<String> OF_HOME = Set.of(Components.HOMEDIR.value(), "NobodyFiles");

    private static final List<String> OF_ZONES =
            List.of(Components.ZONE_FILE.value(), "DKIM", "SPF", "ProxySubdomains");

    private static final List<String> OF_SETTINGS =
            List.of(
                    Components.CP_USER.value(),
                    Components.IP_ADDRESS.value(),
                    "FeatureList",
                    "LinkedNodes",
                    "LocalConfig",
                    "ServiceProxy");

    /// Whether a member is compared at all.
    boolean isCompared(String path) {
        return !NOT_COMPARED.contains(path);
    }

    /// Whether all members of a module are left to others.
    boolean isLeftOut(String module) {
        return OF_HOME.contains(module) || findings.lacks(module);
    }

    /// Whether the modules have told why a member differs, which then is no loss that nobody knows
    /// of: an archive of unknown origin is taken in parts, a home may lie elsewhere, what this
    /// server lacks gives way to what it has, and the login of a suspended account stays closed.
    boolean isTold(String module, String path) {
        if (form.suspended() && path.equals("shell")) {
            return true;
        }
        if (findings.isRestricted() || findings.altered(Components.ACCOUNT.value())) {
            return true;
        }
        if (path.startsWith("dnszones/")) {
            return OF_ZONES.stream().anyMatch(findings::altered);
        }
        if (path.startsWith("cp/")) {
            return OF_SETTINGS.stream().anyMatch(findings::altered);
        }
        return findings.altered(module) || leavesOutStale(module);
    }

    /// A list that may name domains which the account has no longer.
    private boolean leavesOutStale(String module) {
        return isStaleList(module)
                && findings.report(module)
                        .filter(report -> !report.skipped().isEmpty())
                        .isPresent();
    }

    /// Whether a module leaves out names of domains that are not the account's, as they stay where
    /// a domain is given up.
    static boolean isStaleList(String module) {
        return module.equals("AutoSSL");
    }

    /// How a member that is packed again differs, empty if it says the same.
    Optional<String> difference(String path, Path packed, Path again) throws IOException {
        if (Files.mismatch(packed, again) < 0) {
            return Optional.empty();
        }
        if (Files.size(packed) > MOST_BYTES || Files.size(again) > MOST_BYTES) {
            return Optional.of("has another content after the restore");
        }
        byte[] old = Files.readAllBytes(packed);
        byte[] now = Files.readAllBytes(again);
        if (isBinary(old) || isBinary(now)) {
            return Optional.of("has another content after the restore");
        }
        // every byte is a letter, so that none is lost
        MemberForm.Both both =
                form.of(
                        path,
                        new String(old, StandardCharsets.ISO_8859_1),
                        new String(now, StandardCharsets.ISO_8859_1));
        return both.packed().equals(both.restored()) ? Optional.empty() : Optional.of(told(both));
    }

    private static boolean isBinary(byte[] content) {
        for (byte each : content) {
            if (each == 0) {
                return true;
            }
        }
        return false;
    }

    private static String told(MemberForm.Both both) {
        List<String> lost = without(both.packed(), both.restored());
        List<String> more = without(both.restored(), both.packed());
        if (lost.isEmpty() && more.isEmpty()) {
            return "has its lines in another order after the restore";
        }
        return "%d of %d lines did not come back as they were, %d others did"
                .formatted(lost.size(), both.packed().size(), more.size());
    }

    private static List<String> without(List<String> lines, List<String> others) {
        List<String> left = new ArrayList<>(lines);
        others.forEach(left::remove);
        return left;
    }
}
