package dev.packhorse.engine.daemon;

import dev.packhorse.engine.component.AccountComponent;
import dev.packhorse.engine.whm.functions.ModuleCatalogue;
import java.util.Comparator;
import java.util.List;

/// The modules of this program as the API lists them.
record ComponentCatalogue(List<AccountComponent> components) implements ModuleCatalogue {
    @Override
    public List<ModuleInfo> modules() {
        return components.stream()
                .map(each ->
                        new ModuleInfo(
                                each.name().value(),
                                each.summary(),
                                each.availableRestricted(),
                                List.of()))
                .sorted(Comparator.comparing(ModuleInfo::name))
                .toList();
    }
}
