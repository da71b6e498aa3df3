package dev.packhorse.engine.job;

import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.AccountComponent;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.component.PackOptions;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.host.Account;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Proves what the modules restored besides home and databases, once all of them ran: has each pack
/// the restored account again, and compares member by member with the archive. One use, one thread.
final class MemberProof implements WatchedModule.Watcher {
    private final List<AccountComponent> modules;
    private final DrillFindings findings;
    private final Set<String> seen = new HashSet<>();
    private final Map<String, Long> same = new TreeMap<>();
    private final Set<String> differing = new HashSet<>();

    /// @param modules that pack; databases are no matter of theirs
    MemberProof(List<AccountComponent> modules, DrillFindings findings) {
        this.modules = List.copyOf(modules);
        this.findings = findings;
    }

    @Override
    public void restored(RestoreContext context, ArchiveSource source, RestoreReport report)
            throws ComponentException, IOException {
        Account account = Components.existing(context);
        MemberRules rules = rules(context, source);
        PackContext packing =
                new PackContext(
                        account,
                        context.services(),
                        PackOptions.ALL,
                        context.staging(),
                        context.log(),
                        context.cancellation());
        Map<String, PackReport> packed = new TreeMap<>();
        context.log().begin("Packing what was restored, and comparing...");
        for (AccountComponent module : modules) {
            context.cancellation().check();
            String name = module.name().value();
            if (!module.members().isEmpty() && !rules.isLeftOut(name)) {
                packed.put(name, pack(module, packing, source, rules));
            }
        }
        new ArchivedFiles(context.facts(), source)
                .forEach(path -> missing(path, context, source, rules));
        packed.forEach((name, each) -> {
            if (same.containsKey(name) && !differing.contains(name)) {
                findings.proven(name, same.get(name), each.counts());
            }
        });
        context.log().done("Done");
    }

    private MemberRules rules(RestoreContext context, ArchiveSource source) throws IOException {
        String account = context.facts().account().value();
        boolean suspended =
                source.text("cp/" + account).orElse("").lines().anyMatch("SUSPENDED=1"::equals);
        MemberForm form =
                new MemberForm(
                        suspended,
                        domain -> source.file("domainkeys/private/" + domain).isPresent());
        return new MemberRules(form, findings);
    }

    private PackReport pack(
            AccountComponent module, PackContext packing, ArchiveSource source, MemberRules rules)
            throws IOException {
        String name = module.name().value();
        Path again = packing.staging().resolve("member");
        try {
            return module.pack(
                    packing,
                    new MemberSink(
                            again, (path, content) -> compare(name, path, content, source, rules)));
        } catch (ComponentException e) {
            findings.difference(name + ": cannot be packed after the restore: " + e.getMessage());
            differing.add(name);
            return PackReport.EMPTY;
        } finally {
            Files.deleteIfExists(again);
        }
    }

    /// What the account has besides what was packed is no loss.
    private void compare(
            String module, String path, Path again, ArchiveSource source, MemberRules rules)
            throws IOException {
        Optional<Path> packed = source.file(path);
        if (packed.isEmpty() || !seen.add(path) || !rules.isCompared(path)) {
            return;
        }
        Optional<String> difference = rules.difference(path, packed.get(), again);
        if (difference.isEmpty()) {
            same.merge(module, 1L, Long::sum);
        } else {
            tell(module, path, difference.get(), rules);
        }
    }

    private void missing(
            String path, RestoreContext context, ArchiveSource source, MemberRules rules)
            throws IOException {
        Optional<AccountComponent> module = claiming(path, context.facts().account().value());
        if (module.isEmpty() || seen.contains(path) || !rules.isCompared(path)) {
            return;
        }
        String name = module.get().name().value();
        boolean empty = Files.size(source.file(path).orElseThrow()) == 0;
        if (!empty && !rules.isLeftOut(name)) {
            tell(name, path, "is not there after the restore", rules);
        }
    }

    /// The module whose claim says most of a path.
    private Optional<AccountComponent> claiming(String path, String account) {
        AccountComponent best = null;
        int length = 0;
        for (AccountComponent module : modules) {
            for (String member : module.members()) {
                String claim = member.replace("USER", account);
                boolean claims = claim.endsWith("/") ? path.startsWith(claim) : path.equals(claim);
                if (claims && claim.length() >= length) {
                    best = module;
                    length = claim.length();
                }
            }
        }
        return Optional.ofNullable(best);
    }

    private void tell(String module, String path, String what, MemberRules rules) {
        differing.add(module);
        String sentence = "%s: %s: %s".formatted(module, path, what);
        if (rules.isTold(module, path)) {
            findings.note(sentence);
        } else {
            findings.difference(sentence);
        }
    }
}
