package dev.packhorse.engine.jdbc;

import dev.packhorse.engine.model.ProvenModule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Modules as a column keeps them, a line each: `NAME MEMBERS WORD=NUMBER …`.
final class ModuleLines {
    private static final int LIMIT = 4_000;

    private ModuleLines() {}

    /// The lines, as many as the column takes.
    static String write(List<ProvenModule> modules) {
        StringBuilder text = new StringBuilder();
        for (ProvenModule module : modules) {
            StringBuilder line = new StringBuilder(module.name() + " " + module.members());
            for (Map.Entry<String, Long> count : module.counts().entrySet()) {
                line.append(' ').append(count.getKey()).append('=').append(count.getValue());
            }
            if (text.length() + line.length() < LIMIT) {
                text.append(line).append('\n');
            }
        }
        return text.toString();
    }

    static List<ProvenModule> read(String text) {
        List<ProvenModule> modules = new ArrayList<>();
        for (String line : text.lines().toList()) {
            String[] words = line.split(" ", -1);
            Map<String, Long> counts = new TreeMap<>();
            for (int i = 2; i < words.length; i++) {
                String[] count = words[i].split("=", 2);
                counts.put(count[0], Long.parseLong(count[1]));
            }
            modules.add(new ProvenModule(words[0], Long.parseLong(words[1]), counts));
        }
        return modules;
    }
}
