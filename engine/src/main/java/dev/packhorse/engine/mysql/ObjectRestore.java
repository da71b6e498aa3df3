package dev.packhorse.engine.mysql;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Creates the objects of a dump in their database, owned by users of the account.
final class ObjectRestore {
    private final MysqlServer server;
    private final LoadRequest request;
    private final List<String> altered;

    /// A restore of the objects of one load.
    ///
    /// @param altered takes what came back otherwise than it was
    ObjectRestore(MysqlServer server, LoadRequest request, List<String> altered) {
        this.server = server;
        this.request = request;
        this.altered = altered;
    }

    /// Creates them in the order of the dump; views that fail are tried again as long as others
    /// succeed, since dumps of earlier versions have views before those that they read.
    ///
    /// @param admin the administrator's session, for the check at the end
    void create(MysqlSession admin, List<DumpedObject> objects) throws MysqlException {
        if (objects.isEmpty()) {
            return;
        }
        try (TemporaryUser user = TemporaryUser.create(server.settings(), "make", grants(admin));
                MysqlSession session = MysqlSession.open(user.settings())) {
            session.execute("cannot use the database", "USE " + SqlText.name(request.database()));
            ObjectCreator creator = new ObjectCreator(session);
            for (List<DumpedObject> waiting = objects; !waiting.isEmpty(); ) {
                waiting = create(creator, waiting);
            }
        } catch (MysqlException e) {
            throw e;
        } catch (IOException e) {
            throw new MysqlException("cannot create the objects of the dump: " + e.getMessage());
        }
        checkOwners(admin);
    }

    /// Creates what can be.
    ///
    /// @return the views that wait for others
    /// @throws MysqlException if nothing could be made, or anything but the last definition of a
    ///   view fails
    private List<DumpedObject> create(ObjectCreator creator, List<DumpedObject> objects)
            throws MysqlException {
        Map<String, DumpedObject> lastViews = new HashMap<>();
        objects.stream()
                .filter(each -> each.kind() == DumpedObject.Kind.VIEW)
                .forEach(view -> lastViews.put(view.name(), view));
        List<DumpedObject> waiting = new ArrayList<>();
        for (DumpedObject object : objects) {
            try {
                create(creator, object);
            } catch (MysqlException e) {
                boolean mayWait = object.equals(lastViews.get(object.name()));
                if (!mayWait || waiting.size() + 1 == objects.size()) {
                    throw e;
                }
                waiting.add(object);
            }
        }
        return waiting;
    }

    private void create(ObjectCreator creator, DumpedObject object) throws MysqlException {
        DumpedObject.Definer wanted = object.definer().orElse(request.users().getFirst().definer());
        DumpedObject.Definer owner = wanted;
        if (request.users().stream().noneMatch(user -> user.definer().equals(wanted))) {
            owner = request.users().getFirst().definer();
        }
        creator.create(
                object.title() + " (line " + object.line() + " of the dump)",
                object.context(),
                object.keepsCharset(),
                object.sql(owner));
        String title = object.title() + " of " + request.database();
        if (!owner.equals(wanted)) {
            altered.add(title + " belongs to " + owner + " now");
        }
        if (!object.keepsCharset()) {
            altered.add(title + " is stored as UTF-8 instead of " + object.context().charset());
        }
    }

    private List<String> grants(MysqlSession admin) throws MysqlException {
        List<String> grants = new ArrayList<>();
        grants.add(
                "SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, REFERENCES, EXECUTE, CREATE"
                        + " VIEW, SHOW VIEW, CREATE ROUTINE, ALTER ROUTINE, EVENT, TRIGGER ON "
                        + scope(request.database()));
        for (String other : request.readable()) {
            if (!other.equals(request.database())) {
                grants.add("SELECT, SHOW VIEW, EXECUTE ON " + scope(other));
            }
        }
        grants.addAll(ownershipRights(admin));
        return grants;
    }

    private static String scope(String database) {
        return SqlText.name(SqlText.pattern(database)) + ".*";
    }

    /// What it takes to make an object that belongs to another user.
    private Set<String> ownershipRights(MysqlSession admin) throws MysqlException {
        ServerVersion version = server.version();
        Set<String> rights = new LinkedHashSet<>();
        if (version.mariaDb()) {
            rights.add(version.isAtLeast(10, 5, 2) ? "SET USER ON *.*" : "SUPER ON *.*");
        } else if (version.isAtLeast(8, 2, 0)) {
            rights.add("SET_ANY_DEFINER ON *.*");
        } else {
            rights.add(version.isAtLeast(8, 0, 16) ? "SET_USER_ID ON *.*" : "SUPER ON *.*");
        }
        List<String> binlog =
                admin.query(
                                "cannot ask for the binary log",
                                "SELECT @@log_bin, @@log_bin_trust_function_creators")
                        .getFirst();
        if (isOn(binlog.get(0)) && !isOn(binlog.get(1))) {
            // Servers with a binary log let nobody else create functions and triggers.
            rights.add("SUPER ON *.*");
        }
        return rights;
    }

    private static boolean isOn(String value) {
        return value.equals("1") || value.equalsIgnoreCase("ON");
    }

    /// Whatever the dump said: no object may run with the rights of anybody but the account.
    private void checkOwners(MysqlSession admin) throws MysqlException {
        String database = request.database();
        Set<String> allowed = new LinkedHashSet<>();
        request.users().forEach(user -> allowed.add(user.user() + "@" + user.host()));
        for (String definer : owners(admin, database)) {
            if (!allowed.contains(definer)) {
                throw new MysqlException(
                        "an object of " + database + " would belong to a user of somebody else");
            }
        }
    }

    static List<String> owners(MysqlSession session, String database) throws MysqlException {
        return session.column(
                "cannot check the owners of objects",
                "SELECT DEFINER FROM information_schema.VIEWS WHERE TABLE_SCHEMA = ? UNION"
                        + " SELECT DEFINER FROM information_schema.TRIGGERS WHERE"
                        + " TRIGGER_SCHEMA = ? UNION SELECT DEFINER FROM"
                        + " information_schema.ROUTINES WHERE ROUTINE_SCHEMA = ? UNION"
                        + " SELECT DEFINER FROM information_schema.EVENTS WHERE"
                        + " EVENT_SCHEMA = ?",
                database,
                database,
                database,
                database);
    }
}
