package dev.packhorse.engine.simulation;

import java.util.TreeMap;

/// A place for archives: keys and the digests of what lies there. What was put stays, whoever dies.
final class SimulatedPlace {
    private final TreeMap<String, String> objects = new TreeMap<>();

    void put(String key, String sha256) {
        objects.put(key, sha256);
    }

    void remove(String key) {
        objects.remove(key);
    }

    boolean has(String key) {
        return objects.containsKey(key);
    }
}
