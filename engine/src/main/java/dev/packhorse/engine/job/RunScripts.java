package dev.packhorse.engine.job;

import dev.packhorse.engine.hook.HookBlockedException;
import dev.packhorse.engine.hook.HookCall;
import dev.packhorse.engine.hook.HookPoint;
import dev.packhorse.engine.hook.HookRunner;
import dev.packhorse.engine.hook.HookScript;
import dev.packhorse.engine.session.SessionLog;
import dev.packhorse.transport.spi.Cancellation;
import dev.packhorse.transport.spi.CancelledException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Map;
import java.util.Optional;

/// What runs before and after a run: the hooks of `System::Backup`, and cPanel's two scripts where
/// the configuration switches them on. All as root; nothing of it can end the run.
///
/// Source: cpmove-format 3.5 and whmapi1-protocol 8 (`prebackup`, `postbackup`) and 12.1.
///
/// @param hooks runs the hooks
/// @param scripts runs the two scripts
public record RunScripts(HookRunner hooks, HookScript scripts) {
    private static final String FOLDER = "/usr/local/cpanel/scripts/";

    /// What runs before the first account.
    void before(boolean withScript, SessionLog log, Cancellation cancellation)
            throws CancelledException {
        hooks("pre", log, cancellation);
        if (withScript) {
            script("precpbackup", log, cancellation);
        }
    }

    /// What runs after the last account.
    void after(boolean withScript, SessionLog log, Cancellation cancellation)
            throws CancelledException {
        if (withScript) {
            script("postcpbackup", log, cancellation);
        }
        hooks("post", log, cancellation);
    }

    private void hooks(String stage, SessionLog log, Cancellation cancellation)
            throws CancelledException {
        try {
            hooks.run(
                    new HookCall(HookPoint.BACKUP, stage, Map.of(), Optional.empty(), cancellation),
                    log);
        } catch (HookBlockedException e) {
            throw new IllegalStateException("hooks of a run cannot block", e);
        }
    }

    private void script(String name, SessionLog log, Cancellation cancellation)
            throws CancelledException {
        String path = FOLDER + name;
        try {
            HookScript.Ended ended = scripts.run(path, "", Optional.empty(), cancellation);
            ended.output().lines().limit(100).forEach(line -> log.line(name + ": " + line));
            if (ended.exitCode() == 0) {
                log.line(path + " done");
            } else {
                log.warn(
                        "%s ended with exit code %d %s"
                                .formatted(path, ended.exitCode(), ended.errors())
                                .strip());
            }
        } catch (CancelledException e) {
            throw e;
        } catch (NoSuchFileException _) {
            log.line("There is no " + path + " to run");
        } catch (IOException e) {
            log.warn(path + " failed: " + e.getMessage());
        }
    }
}
