package dev.packhorse.transport.child;

import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A program and what it is given. It gets the named variables besides a fixed `PATH`, `LC_ALL` and
/// `HOME`, and nothing of this process's environment.
///
/// @param line the absolute path of the program, and its arguments; no secrets, since everybody on
///   the machine can read them
/// @param environment further variables; other users cannot read those of root's processes
public record ChildCommand(List<String> line, Map<String, String> environment) {
    public ChildCommand {
        line = List.copyOf(line);
        environment = Map.copyOf(environment);
    }

    ProcessBuilder inOwnSession() {
        List<String> started = new ArrayList<>(List.of("/usr/bin/setsid"));
        started.addAll(line);
        ProcessBuilder builder = new ProcessBuilder(started);
        Map<String, String> variables = new TreeMap<>(environment);
        variables.put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        variables.put("LC_ALL", "C.UTF-8");
        variables.putIfAbsent("HOME", "/nonexistent");
        builder.environment().clear();
        builder.environment().putAll(variables);
        return builder.directory(new File("/"));
    }

    /// The program and its arguments; the environment is left out.
    @Override
    public String toString() {
        return line.toString();
    }
}
