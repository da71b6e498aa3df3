package dev.packhorse.cli;

import dev.packhorse.engine.auth.CreatedToken;
import dev.packhorse.engine.auth.Token;
import dev.packhorse.engine.auth.TokenRequest;
import dev.packhorse.engine.auth.TokenStore;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `packhorse token`: API tokens; needs the state folder and no daemon.
@Command(
        name = "token",
        description = "Make, list and revoke API tokens; works before the first start, too.",
        mixinStandardHelpOptions = true,
        subcommands = {TokenCommand.Create.class, TokenCommand.Ls.class, TokenCommand.Revoke.class})
final class TokenCommand {
    private TokenCommand() {}

    private static TokenStore store(StateOption state) {
        return new TokenStore(state.folder().path().resolve("tokens"), InstantSource.system());
    }

    /// `packhorse token create NAME`.
    @Command(
            name = "create",
            description = "Make a token and print it; it is shown this once.",
            mixinStandardHelpOptions = true)
    static final class Create implements Callable<Integer> {
        private static final Pattern LIFETIME = Pattern.compile("(\\d{1,5})([hd])");

        @Parameters(
                paramLabel = "NAME",
                description = "The token's name: letters, digits, - and _.")
        private String name = "";

        @Option(
                names = "--user",
                paramLabel = "USER",
                description = "Whose token it is (default: root).")
        private String user = "root";

        @Option(
                names = "--acl",
                split = ",",
                paramLabel = "RIGHT",
                description = "Its rights (default: all of the user's).")
        private Set<String> acls = Set.of();

        @Option(
                names = "--expires",
                paramLabel = "TIME",
                description = "How long it works, as 12h or 30d (default: for ever).")
        private @Nullable String expires;

        @Mixin private StateOption state;

        @Spec private CommandSpec spec;

        @Override
        public Integer call() throws IOException, UserError {
            Optional<Instant> end = expires == null ? Optional.empty() : Optional.of(end(expires));
            TokenRequest request;
            try {
                request = new TokenRequest(user, name, acls, end, List.of());
            } catch (IllegalArgumentException e) {
                throw new UserError(ExitCode.USAGE, String.valueOf(e.getMessage()));
            }
            CreatedToken created =
                    store(state)
                            .create(request)
                            .orElseThrow(() ->
                                    new UserError(
                                            ExitCode.FAILED,
                                            user + " has a token of the name " + name));
            spec.commandLine().getOut().println(created.value().reveal());
            spec.commandLine().getOut().flush();
            return ExitCode.DONE;
        }

        private static Instant end(String text) throws UserError {
            Matcher matcher = LIFETIME.matcher(text);
            if (!matcher.matches()) {
                throw new UserError(
                        ExitCode.USAGE, "--expires takes a time as 12h or 30d, not " + text);
            }
            long amount = Long.parseLong(matcher.group(1));
            Duration lifetime =
                    matcher.group(2).equals("h")
                            ? Duration.ofHours(amount)
                            : Duration.ofDays(amount);
            return Instant.now().plus(lifetime);
        }
    }

    /// `packhorse token ls`.
    @Command(
            name = "ls",
            description = "List the tokens, without their values.",
            mixinStandardHelpOptions = true)
    static final class Ls implements Callable<Integer> {
        @Mixin private StateOption state;

        @Spec private CommandSpec spec;

        @Override
        public Integer call() throws IOException {
            var out = spec.commandLine().getOut();
            for (Token token : store(state).list()) {
                String rights =
                        token.request().acls().isEmpty()
                                ? "all of its user"
                                : String.join(",", token.request().acls());
                String until = token.request().expiresAt().map(Instant::toString).orElse("never");
                out.println(
                        token.user()
                                + " "
                                + token.name()
                                + " rights: "
                                + rights
                                + " expires: "
                                + until);
            }
            out.flush();
            return ExitCode.DONE;
        }
    }

    /// `packhorse token revoke NAME`.
    @Command(
            name = "revoke",
            description = "Delete a token; it stops working at once.",
            mixinStandardHelpOptions = true)
    static final class Revoke implements Callable<Integer> {
        @Parameters(paramLabel = "NAME", description = "The token's name.")
        private String name = "";

        @Option(
                names = "--user",
                paramLabel = "USER",
                description = "Whose token it is (default: root).")
        private String user = "root";

        @Mixin private StateOption state;

        @Override
        public Integer call() throws IOException, UserError {
            if (!store(state).revoke(user, name)) {
                throw new UserError(ExitCode.FAILED, user + " has no token of the name " + name);
            }
            return ExitCode.DONE;
        }
    }
}
