package dev.packhorse.engine.mysql;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// What a dump holds, filled while it is read. One thread.
final class DumpSummary {
    private final Set<String> tables = new TreeSet<>();
    private final Set<String> sequences = new TreeSet<>();
    private final Set<String> views = new TreeSet<>();
    private final List<MysqlDumpRefused> refusals = new ArrayList<>();
    private long triggers;
    private long routines;
    private long events;
    private boolean madeByTool;
    private boolean completed;
    private boolean databaseAltered;

    void comment(String text) {
        String words = text.strip();
        if (words.startsWith("-- Dump completed")) {
            completed = true;
        } else if (words.startsWith("-- MariaDB dump ") || words.startsWith("-- MySQL dump ")) {
            madeByTool = true;
        }
    }

    void table(String name) {
        tables.add(name);
    }

    void sequence(String name) {
        sequences.add(name);
    }

    void dropped(String name) {
        tables.remove(name);
        sequences.remove(name);
    }

    void object(DumpedObject object) {
        switch (object.kind()) {
            case VIEW -> views.add(object.name());
            case TRIGGER -> triggers++;
            case EVENT -> events++;
            case PROCEDURE, FUNCTION, PACKAGE, PACKAGE_BODY -> routines++;
        }
    }

    void refused(MysqlDumpRefused refusal) {
        if (refusals.size() < 10) {
            refusals.add(refusal);
        }
    }

    void databaseAltered() {
        databaseAltered = true;
    }

    Set<String> tables() {
        return tables;
    }

    Set<String> sequences() {
        return sequences;
    }

    Set<String> views() {
        return views;
    }

    long triggers() {
        return triggers;
    }

    long routines() {
        return routines;
    }

    long events() {
        return events;
    }

    /// The first things that a restore would refuse, if reading went on past them.
    List<MysqlDumpRefused> refusals() {
        return refusals;
    }

    /// Whether it says that it is whole.
    boolean isCompleted() {
        return completed;
    }

    /// Whether a dump program made it, which ends what it makes with a completion line.
    boolean isMadeByTool() {
        return madeByTool;
    }

    /// Whether it changes the database's character set on the way, which is left out.
    boolean isDatabaseAltered() {
        return databaseAltered;
    }
}
