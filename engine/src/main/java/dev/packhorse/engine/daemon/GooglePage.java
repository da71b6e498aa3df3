package dev.packhorse.engine.daemon;

import dev.packhorse.engine.destination.GoogleSignIn;
import dev.packhorse.engine.destination.GoogleSignIn.End;
import dev.packhorse.engine.http.BrowserPage;
import dev.packhorse.engine.whm.RawParameters;
import java.util.List;
import java.util.Optional;

/// Where Google sends the browser of an administrator after the question for consent.
record GooglePage(GoogleSignIn signIn) implements BrowserPage {
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;
    private static final int BAD_GATEWAY = 502;
    private static final String AGAIN =
            "Nothing was kept. Ask for a new address with backup_generate_google_oauth_uri.";

    @Override
    public String path() {
        return "/packhorse/google-drive";
    }

    @Override
    public Answer answer(RawParameters query) {
        for (String name : List.of("state", "code", "error")) {
            if (query.all(name).size() > 1) {
                return new Answer(BAD_REQUEST, "The address names “" + name + "” twice.");
            }
        }
        End end =
                signIn.finish(
                        first(query, "state").orElse(""),
                        first(query, "code"),
                        first(query, "error"));
        return switch (end) {
            case End.Kept _ ->
                    new Answer(
                            OK,
                            "Packhorse may store backups in this Google Drive from now on. You can"
                                    + " close this page.");
            case End.Unknown() ->
                    new Answer(
                            BAD_REQUEST,
                            "This sign-in is not known: it was ended before, is older than an hour,"
                                    + " or the daemon was started since. "
                                    + AGAIN);
            case End.Declined(String reason) ->
                    new Answer(BAD_REQUEST, "Google reports " + reason + ". " + AGAIN);
            case End.Failed(String reason) ->
                    new Answer(BAD_GATEWAY, "It did not work: " + reason + ". " + AGAIN);
        };
    }

    private static Optional<String> first(RawParameters query, String name) {
        return query.all(name).stream().findFirst();
    }
}
