package dev.packhorse.engine.whm.functions;

import java.util.List;

/// The restore modules that this server has.
@FunctionalInterface
public interface ModuleCatalogue {
    /// All modules, by name.
    List<ModuleInfo> modules();

    /// One module, as `restore_modules_summary` shows it.
    ///
    /// @param name its name
    /// @param summary what it does, in a sentence
    /// @param restrictedAvailable whether it may run on an archive that nobody vouches for
    /// @param notes further sentences, none for most
    record ModuleInfo(
            String name, String summary, boolean restrictedAvailable, List<String> notes) {
        public ModuleInfo {
            notes = List.copyOf(notes);
        }
    }
}
