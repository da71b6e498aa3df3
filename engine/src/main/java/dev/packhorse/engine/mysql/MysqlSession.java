package dev.packhorse.engine.mysql;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/// One connection to the server. One thread. Each call is one statement: the driver is told to
/// refuse several at once, and never to send local files.
final class MysqlSession implements AutoCloseable {
    private final Connection connection;

    private MysqlSession(Connection connection) {
        this.connection = connection;
    }

    /// Connects and logs in.
    ///
    /// @throws MysqlException if the server cannot be reached or refuses the login
    static MysqlSession open(MysqlSettings settings) throws MysqlException {
        Properties properties = new Properties();
        properties.setProperty("user", settings.user());
        properties.setProperty("password", settings.password().reveal());
        properties.setProperty("allowLocalInfile", "false");
        properties.setProperty("allowMultiQueries", "false");
        properties.setProperty("connectTimeout", "10000");
        String url =
                switch (settings.endpoint()) {
                    case MysqlEndpoint.Socket socket -> {
                        properties.setProperty("localSocket", socket.path().toString());
                        // Driver 4 demands TLS even on a socket unless told otherwise.
                        properties.setProperty("sslMode", "disable");
                        yield "jdbc:mariadb://localhost/";
                    }
                    case MysqlEndpoint.Tcp tcp -> {
                        properties.setProperty(
                                "sslMode", tcp.isLoopback() ? "disable" : "verify-full");
                        yield "jdbc:mariadb://" + tcp.address() + "/";
                    }
                };
        try {
            MysqlSession session = new MysqlSession(DriverManager.getConnection(url, properties));
            session.prepare();
            return session;
        } catch (SQLException e) {
            throw new MysqlException(
                    "cannot log in at " + settings.endpoint() + " as " + settings.user(), e);
        }
    }

    private void prepare() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            // Locks live as long as the session, so it must outlive the longest dump or load.
            statement.execute(
                    "SET SESSION sql_mode = 'STRICT_TRANS_TABLES', wait_timeout = 2000000");
        }
    }

    /// Runs a statement without an answer.
    ///
    /// @param what for the message of a failure
    void execute(String what, String sql) throws MysqlException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new MysqlException(what, e);
        }
    }

    /// Runs a statement with parameters and gives the rows' columns as text, `null` as an empty
    /// one.
    List<List<String>> query(String what, String sql, String... parameters) throws MysqlException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                return read(rows);
            }
        } catch (SQLException e) {
            throw new MysqlException(what, e);
        }
    }

    private static List<List<String>> read(ResultSet rows) throws SQLException {
        List<List<String>> table = new ArrayList<>();
        int columns = rows.getMetaData().getColumnCount();
        while (rows.next()) {
            List<String> row = new ArrayList<>(columns);
            for (int i = 1; i <= columns; i++) {
                String value = rows.getString(i);
                row.add(value == null ? "" : value);
            }
            table.add(row);
        }
        return table;
    }

    /// The first column of each row.
    List<String> column(String what, String sql, String... parameters) throws MysqlException {
        return query(what, sql, parameters).stream().map(List::getFirst).toList();
    }

    /// The only value of the only row.
    ///
    /// @throws MysqlException also if there is no row
    String value(String what, String sql, String... parameters) throws MysqlException {
        List<String> values = column(what, sql, parameters);
        if (values.size() != 1) {
            throw new MysqlException(what + ": " + values.size() + " rows instead of one");
        }
        return values.getFirst();
    }

    /// Changes rows; commits at once.
    void update(String what, String sql, String... parameters) throws MysqlException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            statement.executeUpdate();
        } catch (SQLException e) {
            throw new MysqlException(what, e);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException _) {
            // The connection is of no use any more; each statement's own success was checked.
        }
    }
}
