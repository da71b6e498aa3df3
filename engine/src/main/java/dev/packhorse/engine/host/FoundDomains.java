package dev.packhorse.engine.host;

import java.util.List;

/// What the views of an archive say of its account's domains.
///
/// @param domains taken from the best view that could be read
/// @param source that view's path in the archive
/// @param conflicts one sentence for each view that is damaged or says something else
public record FoundDomains(DomainSet domains, String source, List<String> conflicts) {
    public FoundDomains {
        conflicts = List.copyOf(conflicts);
    }
}
