package dev.packhorse.engine.whm.functions;

import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.JobId;
import dev.packhorse.engine.model.SlotName;
import dev.packhorse.engine.session.SessionId;
import dev.packhorse.engine.whm.Arguments;
import dev.packhorse.engine.whm.WhmException;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;

/// Reads typed values out of arguments; what is not legal is a failed call that names the argument.
final class Values {
    private Values() {}

    /// A path without the slashes at its end, which people and their shells' completion write after
    /// folders.
    static String path(String text) {
        String path = text;
        while (path.length() > 1 && path.endsWith("/")) {
            path = path.substring(0, path.length() - 1);
        }
        return path;
    }

    static AccountName account(Arguments arguments, String name) throws WhmException {
        return account(arguments.text(name));
    }

    static AccountName account(String text) throws WhmException {
        if (!AccountName.isValid(text)) {
            throw Text.noUser(text);
        }
        return new AccountName(text);
    }

    static LocalDate date(Arguments arguments, String name) throws WhmException {
        String text = arguments.text(name);
        try {
            return LocalDate.parse(text);
        } catch (DateTimeParseException _) {
            throw Text.badValue(name, Text.quoted(text) + " is no date of the form YYYY-MM-DD");
        }
    }

    static SlotName slot(Arguments arguments, String name) throws WhmException {
        String text = arguments.text(name);
        return SlotName.find(text)
                .orElseThrow(() ->
                        Text.badValue(
                                name,
                                Text.quoted(text)
                                        + " is no date of the form YYYY-MM-DD or YYYY-MM-DD.HHMM"));
    }

    static JobId job(Arguments arguments, String name) throws WhmException {
        String text = arguments.text(name);
        try {
            return new JobId(text);
        } catch (IllegalArgumentException _) {
            throw noJob(text);
        }
    }

    static WhmException noJob(String text) {
        return WhmException.failure("There is no job " + Text.quoted(text) + ".");
    }

    static DestinationId destination(Arguments arguments, String name) throws WhmException {
        String text = arguments.text(name);
        try {
            return new DestinationId(text);
        } catch (IllegalArgumentException _) {
            throw noDestination(text);
        }
    }

    static WhmException noDestination(String text) {
        return WhmException.failure("There is no backup destination " + Text.quoted(text) + ".");
    }

    static SessionId session(Arguments arguments, String name) throws WhmException {
        String text = arguments.text(name);
        if (!SessionId.isValid(text)) {
            throw noSession(text);
        }
        return new SessionId(text);
    }

    static WhmException noSession(String text) {
        return WhmException.failure("There is no session " + Text.quoted(text) + ".");
    }
}
