package dev.packhorse.engine.jdbc;

import dev.packhorse.engine.catalog.CatalogException;
import dev.packhorse.engine.catalog.Drills;
import dev.packhorse.engine.model.AccountName;
import dev.packhorse.engine.model.DestinationId;
import dev.packhorse.engine.model.DrillRecord;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The drills of one server on a [Store].
public final class JdbcDrills implements Drills {
    private final Transactions transactions;
    private final String node;

    /// @param node the server whose drills these are
    public JdbcDrills(Store store, String node) {
        this.transactions = new Transactions(store, CatalogException::new);
        this.node = node;
    }

    @Override
    public void keep(DrillRecord drill) {
        transactions.change(
                "keep a drill",
                t -> {
                    if (!update(t, drill)) {
                        insert(t, drill);
                    }
                    return true;
                });
    }

    private boolean update(Transaction t, DrillRecord drill) throws SQLException {
        return t.updateOne(
                "UPDATE drill SET drilled_at = ?, proven_at = COALESCE(CAST(? AS BIGINT), proven_at),"
                        + " destination = ?, archive = ?, seconds = ?, compared = ?,"
                        + " difference = ?, modules = ? WHERE node = ? AND account = ?",
                drill.at().toEpochMilli(),
                drill.provenAt().map(Instant::toEpochMilli).orElse(null),
                drill.destination().value(),
                drill.archive(),
                drill.seconds(),
                StoredText.reason(drill.compared()),
                StoredText.reason(drill.difference()),
                ModuleLines.write(drill.modules()),
                node,
                drill.account().value());
    }

    private void insert(Transaction t, DrillRecord drill) throws SQLException {
        t.update(
                "INSERT INTO drill (drilled_at, proven_at, destination, archive, seconds,"
                        + " compared, difference, modules, node, account)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                drill.at().toEpochMilli(),
                drill.provenAt().map(Instant::toEpochMilli).orElse(null),
                drill.destination().value(),
                drill.archive(),
                drill.seconds(),
                StoredText.reason(drill.compared()),
                StoredText.reason(drill.difference()),
                ModuleLines.write(drill.modules()),
                node,
                drill.account().value());
    }

    @Override
    public List<DrillRecord> all() {
        return transactions.read(
                "list the drills",
                t ->
                        t.list(
                                "SELECT account, drilled_at, proven_at, destination, archive,"
                                        + " seconds, compared, difference, modules FROM drill"
                                        + " WHERE node = ? ORDER BY account",
                                JdbcDrills::read,
                                node));
    }

    private static DrillRecord read(ResultSet row) throws SQLException {
        long found = row.getLong("proven_at");
        Optional<Instant> proven =
                row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(found));
        return new DrillRecord(
                new AccountName(row.getString("account")),
                Instant.ofEpochMilli(row.getLong("drilled_at")),
                proven,
                new DestinationId(row.getString("destination")),
                row.getString("archive"),
                row.getLong("seconds"),
                row.getString("compared"),
                row.getString("difference"),
                ModuleLines.read(row.getString("modules")));
    }
}
