package dev.packhorse.engine.component.panel;

import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.account.AccountSettings;
import dev.packhorse.engine.component.account.AwaitedSettings;
import dev.packhorse.engine.component.live.ActionComponent;
import dev.packhorse.engine.component.live.RestoreTarget;
import dev.packhorse.engine.host.HostLayout;
import dev.packhorse.engine.host.PackageName;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Which list of features the account has. It travels in the account file; here it is seen whether
/// this server has such a list, since an account with a list that is not there would have no
/// features or all. A list that comes later, with its reseller's account, is set then.
public final class FeatureListComponent extends ActionComponent {
    private static final String KEY = "FEATURELIST";
    private static final String USUAL = "default";

    public FeatureListComponent() {
        super(
                new ComponentName("FeatureList"),
                "The account's list of features.",
                true,
                Set.of(Components.CP_USER, Components.RESELLER, Components.PACKAGE));
    }

    @Override
    protected RestoreReport act(RestoreTarget target, ArchiveSource source)
            throws ComponentException, IOException {
        String wanted = target.archivedSettings(source).getOrDefault(KEY, "");
        if (wanted.isEmpty()) {
            return RestoreReport.nothing();
        }
        if (!isPanel(target)) {
            return RestoreReport.absent("this server keeps no feature lists");
        }
        boolean there =
                wanted.equals(USUAL)
                        || (PackageName.isValid(wanted)
                                && target.files().stat(HostLayout.featureList(wanted)).isPresent());
        AccountSettings.set(target.files(), target.account(), KEY, there ? wanted : USUAL);
        boolean awaited = !there && !target.restricted() && PackageName.isValid(wanted);
        new AwaitedSettings(target.context().services())
                .note(
                        target.account().name(),
                        AwaitedSettings.FEATURE_LIST,
                        awaited ? Optional.of(wanted) : Optional.empty());
        if (!there) {
            target.notes()
                    .altered(
                            "feature list: "
                                    + USUAL
                                    + ", since this server has none of the name "
                                    + (PackageName.isValid(wanted) ? wanted : "in the archive"));
        }
        return target.notes().report(Map.of());
    }
}
