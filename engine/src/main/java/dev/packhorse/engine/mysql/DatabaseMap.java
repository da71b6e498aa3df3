package dev.packhorse.engine.mysql;

import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The panel's map of an account's databases: which are its own whatever they are called. Accounts
/// of servers that once had no prefixes have such.
///
/// Source: cpmove-format section 2.1, `dbmap`: `MYSQL` and `PGSQL` with the objects `dbs` and
/// `dbusers`, whose keys are whole names.
///
/// @param mysql what it names at MySQL or MariaDB
/// @param postgres what it names at PostgreSQL
public record DatabaseMap(Names mysql, Names postgres) {
    /// A map that names nothing.
    public static final DatabaseMap EMPTY = new DatabaseMap(Names.NONE, Names.NONE);

    private static final JsonMapper JSON = JsonMapper.shared();

    /// Names at one server.
    ///
    /// @param databases names of databases
    /// @param users names of their users
    public record Names(Set<String> databases, Set<String> users) {
        /// No names.
        public static final Names NONE = new Names(Set.of(), Set.of());

        public Names {
            databases = Set.copyOf(databases);
            users = Set.copyOf(users);
        }

        public boolean isEmpty() {
            return databases.isEmpty() && users.isEmpty();
        }
    }

    /// Reads one. An empty file, as a full disk leaves it, is no map without names: it must not
    /// pass for one.
    ///
    /// @throws IOException if it is not JSON, or not a map
    public static DatabaseMap parse(String json) throws IOException {
        try {
            JsonNode map = JSON.readTree(json);
            if (!map.isObject()) {
                throw new IOException(map.isMissingNode() ? "it is empty" : "it is no JSON object");
            }
            return new DatabaseMap(names(map, "MYSQL"), names(map, "PGSQL"));
        } catch (JacksonException e) {
            throw new IOException("it is no JSON", e);
        }
    }

    private static Names names(JsonNode map, String server) throws IOException {
        JsonNode found = objectAt(map, server);
        return new Names(keys(found, "dbs"), keys(found, "dbusers"));
    }

    private static Set<String> keys(JsonNode server, String kind) throws IOException {
        return new TreeSet<>(objectAt(server, kind).propertyNames());
    }

    /// What is not there names nothing, and so does an empty list, which some write for an empty
    /// object.
    private static JsonNode objectAt(JsonNode parent, String name) throws IOException {
        JsonNode found = parent.path(name);
        boolean isNothing =
                found.isMissingNode() || found.isNull() || (found.isArray() && found.isEmpty());
        if (!isNothing && !found.isObject()) {
            throw new IOException("its " + name + " is no JSON object");
        }
        return found;
    }
}
