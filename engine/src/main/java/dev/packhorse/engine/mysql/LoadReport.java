package dev.packhorse.engine.mysql;

import java.util.List;

/// What a load made.
///
/// @param tables number of base tables
/// @param views number of views
/// @param altered objects that came back otherwise than they were, a sentence each
public record LoadReport(long tables, long views, List<String> altered) {
    public LoadReport {
        altered = List.copyOf(altered);
    }
}
