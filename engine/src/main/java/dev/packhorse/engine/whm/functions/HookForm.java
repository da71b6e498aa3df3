package dev.packhorse.engine.whm.functions;

import dev.packhorse.engine.hook.Hook;
import dev.packhorse.engine.hook.HookPoint;
import dev.packhorse.engine.host.HostRoot;
import dev.packhorse.engine.rootfile.TrustedPath;
import dev.packhorse.engine.whm.Arguments;
import dev.packhorse.engine.whm.WhmException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;

/// Reads what a hook shall be out of arguments. Its scripts run as root, so each must be a file
/// that nobody else can change.
final class HookForm {
    private final TrustedPath trusted;

    HookForm(HostRoot root) {
        this.trusted = new TrustedPath(root.folder());
    }

    Hook newHook(Arguments arguments) throws WhmException {
        String[] names = arguments.text("event").split("::", 2);
        return checked(
                new Hook(
                        "",
                        names[0],
                        names[1],
                        arguments.text("stage"),
                        arguments.text("hook"),
                        arguments.text("check"),
                        arguments.text("rollback"),
                        arguments.text("description"),
                        arguments.text("notes"),
                        true,
                        arguments.flag("blocking"),
                        arguments.flag("escalateprivs"),
                        0));
    }

    /// The hook with what is given, checked.
    Hook changed(Hook before, Arguments arguments) throws WhmException {
        if (arguments.find("exectype").filter(type -> type.equals("module")).isPresent()) {
            throw Text.badValue("exectype", "this server calls scripts only");
        }
        return checked(with(before, arguments));
    }

    static Hook with(Hook before, Arguments arguments) {
        return new Hook(
                before.id(),
                before.category(),
                before.event(),
                arguments.find("stage").orElse(before.stage()),
                arguments.find("hook").orElse(before.script()),
                arguments.find("check").orElse(before.check()),
                arguments.find("rollback").orElse(before.rollback()),
                arguments.find("description").orElse(before.description()),
                arguments.find("notes").orElse(before.notes()),
                arguments.find("enabled").map(text -> text.equals("1")).orElse(before.enabled()),
                before.blocking(),
                before.escalate(),
                arguments.find("weight").map(Integer::parseInt).orElse(before.weight()));
    }

    private Hook checked(Hook hook) throws WhmException {
        List<HookPoint> points = HookPoint.find(hook.category(), hook.event()).stream().toList();
        for (HookPoint point : points) {
            if (!point.stages().contains(hook.stage())) {
                throw Text.badValue(
                        "stage", "the event has the stages " + String.join(", ", point.stages()));
            }
            if (hook.blocking() && !point.blocks(hook.stage())) {
                throw Text.badValue("blocking", "nothing can end this event in this stage");
            }
            if (hook.escalate() && !point.asAccount()) {
                throw Text.badValue("escalateprivs", "hooks of this event run as root anyway");
            }
        }
        requireScript("hook", hook.script());
        if (!hook.check().isEmpty()) {
            requireScript("check", hook.check());
        }
        if (!hook.rollback().isEmpty()) {
            requireScript("rollback", hook.rollback());
        }
        return hook;
    }

    private void requireScript(String parameter, String path) throws WhmException {
        try {
            trusted.regularFile(path);
        } catch (NoSuchFileException _) {
            throw Text.badValue(parameter, "there is no file " + Text.quoted(path));
        } catch (IOException e) {
            throw Text.badValue(parameter, String.valueOf(e.getMessage()));
        }
    }
}
