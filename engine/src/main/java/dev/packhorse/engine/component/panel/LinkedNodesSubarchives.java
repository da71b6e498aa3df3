package dev.packhorse.engine.component.panel;

import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.live.ActionComponent;
import dev.packhorse.engine.component.live.RestoreTarget;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// What lay on other servers that did services for the account's old one, where a writer put it
/// into archives within the archive. Their form is not published and no such archive was seen, so
/// they are not opened; but they are told by name, since they may hold the account's mail.
public final class LinkedNodesSubarchives extends ActionComponent {
    private static final Pattern MEMBER =
            Pattern.compile(
                    "(?:linked|worker|child)[_-]?(?:server[_-]?)?(?:nodes?|accounts?).*",
                    Pattern.CASE_INSENSITIVE);

    public LinkedNodesSubarchives() {
        super(
                new ComponentName("LinkedNodesSubarchives"),
                "Tells of archives within the archive that hold data of linked servers.",
                true,
                Set.of(Components.ACCOUNT));
    }

    @Override
    protected RestoreReport act(RestoreTarget target, ArchiveSource source)
            throws ComponentException, IOException {
        List<String> found =
                target.context().facts().members().stream()
                        .filter(each -> MEMBER.matcher(each).matches())
                        .filter(each -> !each.equals("linked_nodes.json"))
                        .sorted()
                        .toList();
        if (found.isEmpty()) {
            return RestoreReport.nothing();
        }
        found.forEach(each ->
                target.notes()
                        .dangerous(
                                each
                                        + ": not restored, data of a linked server in a form that is"
                                        + " not published; the account may lack mail"));
        return target.notes().report(Map.of());
    }
}
