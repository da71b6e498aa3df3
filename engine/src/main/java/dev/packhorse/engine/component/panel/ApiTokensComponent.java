package dev.packhorse.engine.component.panel;

import dev.packhorse.engine.archive.ArchiveSink;
import dev.packhorse.engine.archive.ArchiveSource;
import dev.packhorse.engine.component.ComponentException;
import dev.packhorse.engine.component.ComponentName;
import dev.packhorse.engine.component.Components;
import dev.packhorse.engine.component.PackContext;
import dev.packhorse.engine.component.PackReport;
import dev.packhorse.engine.component.RestoreContext;
import dev.packhorse.engine.component.RestoreReport;
import dev.packhorse.engine.component.live.JsonFields;
import dev.packhorse.engine.component.live.PanelComponent;
import dev.packhorse.engine.component.live.RestoreTarget;
import dev.packhorse.engine.component.live.StrictJson;
import dev.packhorse.engine.host.FileRights;
import dev.packhorse.engine.host.HostFiles;
import dev.packhorse.engine.host.ServiceLayout;
import dev.packhorse.engine.model.AccountName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The tokens with which programs act for the account, as hashes. A reseller's tokens come back
/// only from an archive of this server, since they act on other accounts.
public final class ApiTokensComponent extends PanelComponent {
    private static final String OWN = "api_tokens/cpanel.json";
    private static final String RESELLER = "api_tokens/whostmgr.json";
    private static final String HASH = "[A-Za-z0-9+/=_$.-]{16,160}";
    private static final int MOST = 1_000;
    private static final JsonFields TOKEN =
            JsonFields.none()
                    .with("name", JsonFields.word("[A-Za-z0-9_-]{1,64}"))
                    .with("create_time", JsonFields.number())
                    .with("expires_at", JsonFields.number())
                    .with("has_full_access", JsonFields.flag())
                    .with("features", JsonFields.words("[a-z0-9_-]{1,64}", 500))
                    .with("whitelist_ips", JsonFields.words("[0-9a-fA-F.:/]{2,49}", 500));

    public ApiTokensComponent() {
        super(
                new ComponentName("APITokens"),
                "Tokens with which programs act for the account.",
                true,
                Set.of(Components.ACCOUNT, Components.RESELLER),
                Set.of("api_tokens/"),
                "API tokens");
    }

    @Override
    public PackReport pack(PackContext context, ArchiveSink sink) throws IOException {
        HostFiles files = new HostFiles(context.services().root());
        long tokens = 0;
        for (Map.Entry<String, String> each : places(context.account().name()).entrySet()) {
            Optional<byte[]> live = files.readBytes(each.getValue(), StrictJson.MAX_BYTES);
            if (live.isPresent()) {
                sink.addBytes(each.getKey(), 0600, live.get());
                tokens += count(each.getValue(), new String(live.get(), StandardCharsets.UTF_8));
            }
        }
        return tokens == 0 ? PackReport.EMPTY : PackReport.of(Map.of("tokens", tokens));
    }

    private static Map<String, String> places(AccountName account) {
        return new TreeMap<>(
                Map.of(
                        OWN,
                        ServiceLayout.tokens(account),
                        RESELLER,
                        ServiceLayout.resellerTokens(account)));
    }

    /// A file that cannot be understood holds no token that anybody could use.
    private static long count(String path, String text) {
        try {
            return StrictJson.object(path, text).path("tokens").size();
        } catch (ComponentException _) {
            return 0;
        }
    }

    @Override
    protected boolean isIn(RestoreContext context, ArchiveSource source) {
        return source.file(OWN).isPresent() || source.file(RESELLER).isPresent();
    }

    @Override
    protected RestoreReport restore(RestoreTarget target, ArchiveSource source)
            throws ComponentException, IOException {
        long tokens = 0;
        for (Map.Entry<String, String> each : places(target.account().name()).entrySet()) {
            Optional<String> text = source.text(each.getKey());
            if (text.isEmpty()) {
                continue;
            }
            if (target.restricted() && each.getKey().equals(RESELLER)) {
                target.notes().skipped(RESELLER + ": not taken from an archive of unknown origin");
                continue;
            }
            ObjectNode node = StrictJson.object(each.getKey(), text.get());
            ObjectNode taken = target.restricted() ? taken(node, target) : node;
            byte[] content =
                    target.restricted()
                            ? StrictJson.bytes(taken)
                            : text.get().getBytes(StandardCharsets.UTF_8);
            target.files().replaceContent(each.getValue(), content, FileRights.ofRoot(0600));
            tokens += taken.path("tokens").size();
        }
        if (target.restricted() && tokens > 0) {
            target.notes()
                    .dangerous(
                            "API tokens: "
                                    + tokens
                                    + " of an archive of unknown origin give access to the account"
                                    + " besides its password");
        }
        return target.notes().report(Map.of("tokens", tokens));
    }

    private static ObjectNode taken(ObjectNode node, RestoreTarget target) {
        ObjectNode tokens = StrictJson.empty();
        for (Map.Entry<String, JsonNode> each : node.path("tokens").properties()) {
            if (!each.getKey().matches(HASH) || !each.getValue().isObject()) {
                target.notes().skipped(OWN + ": a token whose hash or form is not one");
            } else if (tokens.size() == MOST) {
                target.notes().skipped(OWN + ": more than " + MOST + " tokens");
                break;
            } else {
                tokens.set(each.getKey(), TOKEN.taken(OWN, each.getValue(), target.notes()));
            }
        }
        ObjectNode taken = StrictJson.empty();
        taken.set("tokens", tokens);
        return taken;
    }
}
