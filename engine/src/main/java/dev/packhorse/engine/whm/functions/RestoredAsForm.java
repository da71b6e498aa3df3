package dev.packhorse.engine.whm.functions;

import static dev.packhorse.engine.whm.ParameterSpec.flag;
import static dev.packhorse.engine.whm.ParameterSpec.optional;

import dev.packhorse.engine.job.RestoreArguments;
import dev.packhorse.engine.job.RestoredAs;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.whm.Arguments;
import dev.packhorse.engine.whm.ParameterSpec;
import dev.packhorse.engine.whm.WhmException;
import java.util.List;
import java.util.regex.Pattern;

/// Reads under which name an account comes back, and where its home comes to lie.
final class RestoredAsForm {
    static final List<ParameterSpec> PARAMETERS =
            List.of(
                    optional(
                            "as",
                            ParameterSpec.Type.ACCOUNT,
                            "The name that the account gets here, else its own"),
                    flag(
                            "overwrite",
                            false,
                            "With “as”: restore all of it over an account of that name"),
                    optional(
                            "homes",
                            ParameterSpec.Type.TEXT,
                            "The folder in which a new account's home is made, as /home2"));

    private static final Pattern HOMES = Pattern.compile("/home[0-9]*");

    private final NewUsernameRules names;

    RestoredAsForm(NewUsernameRules names) {
        this.names = names;
    }

    /// The restore of an account, as something else if that is asked for.
    ///
    /// @throws WhmException if the name is taken or none, or the folder is none of homes
    RestoreArguments read(Arguments arguments, RestoreArguments wanted) throws WhmException {
        String homes = arguments.find("homes").orElse("");
        if (!homes.isEmpty() && !HOMES.matcher(homes).matches()) {
            throw Text.badValue("homes", "it is /home, or /home and a number");
        }
        AccountName packedAs = new AccountName(wanted.account());
        AccountName name = arguments.has("as") ? Values.account(arguments, "as") : packedAs;
        if (name.equals(packedAs)) {
            return wanted.under(name, new RestoredAs("", homes, false));
        }
        boolean parts = !wanted.scope().parts().isEmpty();
        requireFitting(name, parts, arguments.flag("overwrite"));
        return wanted.under(name, new RestoredAs("", homes, false).of(packedAs));
    }

    private void requireFitting(AccountName name, boolean parts, boolean overwrite)
            throws WhmException {
        if (!names.isAccount(name.value())) {
            String conflict = names.conflict(name.value());
            if (!conflict.isEmpty()) {
                throw WhmException.refused(conflict);
            }
        } else if (!parts && !overwrite) {
            throw WhmException.refused(
                    "The account "
                            + Text.quoted(name.value())
                            + " exists already; set “overwrite” to restore another one over it.");
        }
    }
}
