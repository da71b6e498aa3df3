package dev.packhorse.transport.ftp;

import dev.packhorse.transport.spi.TransportException;
import dev.packhorse.transport.spi.TransportException.Kind;
import dev.packhorse.transport.watch.CallWatch;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketOption;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.apache.commons.net.ftp.FTPClient;
import org.apache.commons.net.ftp.FTPReply;
import org.jspecify.annotations.Nullable;

/// One logged-in connection. With TLS it is the same for control and data, and every data
/// connection takes up the control connection's TLS session, which servers demand so that nobody
/// else can pick the data up. That works with TLS 1.2 and session ids: a ticket of TLS 1.3 is good
/// for one connection only and they run out.
///
/// Source: RFC 959, RFC 2428 (EPSV, EPRT), RFC 3659 (MLST, SIZE, REST), RFC 4217 (AUTH TLS);
/// session reuse as ProFTPD 1.3.8 and vsftpd 3.0.3 demand it.
///
/// One thread, but for [#cut()].
final class FtpSession extends FTPClient {
    private static final Duration LONGEST_CONNECT = Duration.ofSeconds(30);
    private static final int KEEP_ALIVE_SECONDS = 60;

    private final FtpSettings settings;
    private final FtpSockets sockets;
    private @Nullable SSLContext tls;
    private @Nullable CallWatch watch;
    private boolean inStep;
    private String home = "";

    /// The path that the server was last asked about.
    private String asked = "";

    FtpSession(FtpSettings settings) {
        this.settings = settings;
        this.sockets = new FtpSockets(settings.port());
        setSocketFactory(sockets);
        setServerSocketFactory(sockets.listeners());
        setControlEncoding(StandardCharsets.UTF_8.name());
        int limit = (int) Math.min(Integer.MAX_VALUE, settings.timeout().toMillis());
        setConnectTimeout((int) Math.min(limit, LONGEST_CONNECT.toMillis()));
        setDefaultTimeout(limit);
        setDataTimeout(Duration.ofMillis(limit));
        setRemoteVerificationEnabled(true);
        setIpAddressFromPasvResponse(false);
    }

    /// Closes all sockets from any thread, without a word to the server.
    void cut() {
        inStep = false;
        sockets.closeAll();
    }

    /// Who watches the call that begins, and is told of every byte.
    void watchedBy(CallWatch watching) {
        watch = watching;
        sockets.report(watching::progressed);
    }

    /// The call is over.
    void unwatched() {
        watch = null;
        sockets.report(_ -> {});
    }

    /// Something moved elsewhere that counts as well.
    void progressed() {
        sockets.progressed();
    }

    /// From now on this side works, and the server waits: the time does not count.
    void pause() {
        if (watch != null) {
            watch.pause();
        }
    }

    /// The server is waited for again.
    void resume() {
        if (watch != null) {
            watch.resume();
        }
    }

    /// True while every command has had its answer, so that the next call may use the connection.
    boolean isInStep() {
        return inStep;
    }

    /// Connects, secures and logs in.
    void begin() throws IOException {
        connect(settings.host(), settings.port());
        if (!FTPReply.isPositiveCompletion(getReplyCode())) {
            throw refusal("connect");
        }
        setSoTimeout((int) Math.min(Integer.MAX_VALUE, settings.timeout().toMillis()));
        keepAlive(_socket_);
        if (settings.tls()) {
            secure();
        }
        logIn();
        if (settings.tls()) {
            demand("PBSZ", "0");
            demand("PROT", "P");
        }
        demand("TYPE", "I");
        if (settings.passive()) {
            enterLocalPassiveMode();
        }
        String found = printWorkingDirectory();
        home = found == null || found.equals("/") ? "" : found;
        inStep = true;
    }

    /// Long transfers leave the control connection silent, and whoever makes what is sent the data
    /// connection; without this, firewalls forget them.
    private static void keepAlive(Socket socket) throws SocketException {
        socket.setKeepAlive(true);
        for (SocketOption<?> option : socket.supportedOptions()) {
            if (option.name().equals("TCP_KEEPIDLE") || option.name().equals("TCP_KEEPINTERVAL")) {
                setSeconds(socket, option);
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static void setSeconds(Socket socket, SocketOption<?> option) throws SocketException {
        try {
            socket.setOption((SocketOption<Integer>) option, KEEP_ALIVE_SECONDS);
        } catch (SocketException e) {
            throw e;
        } catch (IOException e) {
            throw new SocketException("keep-alive cannot be set", e);
        }
    }

    /// Source: RFC 4217 section 4. Nothing read before the handshake is used after it, so that
    /// nobody can slip in answers in the clear.
    private void secure() throws IOException {
        if (sendCommand("AUTH", "TLS") != FTPReply.SECURITY_DATA_EXCHANGE_COMPLETE) {
            throw new TransportException(
                    Kind.REFUSED,
                    "connect: the server offers no TLS (AUTH TLS answered "
                            + getReplyCode()
                            + "); tls=none would send the password in the clear");
        }
        tls = settings.trust().newContext();
        SSLSocket secured = handshake(_socket_, tls);
        _socket_ = secured;
        _controlInput_ =
                new BufferedReader(
                        new InputStreamReader(secured.getInputStream(), StandardCharsets.UTF_8));
        _controlOutput_ =
                new BufferedWriter(
                        new OutputStreamWriter(secured.getOutputStream(), StandardCharsets.UTF_8));
    }

    private SSLSocket handshake(Socket plain, SSLContext context) throws IOException {
        SSLSocket secured =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(plain, settings.host(), settings.port(), true);
        secured.setUseClientMode(true);
        secured.setSSLParameters(settings.trust().parameters("TLSv1.2"));
        secured.startHandshake();
        return secured;
    }

    /// The answers to name and password are not shown: a server may repeat what it was sent.
    private void logIn() throws IOException {
        int code = sendCommand("USER", settings.username());
        if (code == FTPReply.NEED_PASSWORD) {
            code = sendCommand("PASS", settings.password().reveal());
        }
        if (!FTPReply.isPositiveCompletion(code)) {
            Kind kind =
                    code == FTPReply.SERVICE_NOT_AVAILABLE || (code / 100 == 4 && code != 430)
                            ? Kind.UNAVAILABLE
                            : Kind.DENIED;
            throw new TransportException(kind, "log in: the server answered " + code);
        }
    }

    private void demand(String command, String argument) throws IOException {
        if (!FTPReply.isPositiveCompletion(sendCommand(command, argument))) {
            throw refusal(command);
        }
    }

    /// Every command goes through here. Paths are absolute, which passwords need not be, but
    /// nothing is shown of either.
    @Override
    public int sendCommand(String command, @Nullable String argument) throws IOException {
        if (argument != null && argument.startsWith("/") && !command.equals("PASS")) {
            asked = argument;
        }
        return super.sendCommand(command, argument);
    }

    /// The last reply as a failure.
    TransportException refusal(String operation) {
        return FtpErrors.reply(operation, getReplyCode(), getReplyString(), asked);
    }

    /// What the last reply says, in small letters and without the path that was asked about.
    String words() {
        return FtpErrors.words(getReplyString(), asked);
    }

    /// Whether the last reply says that there is no such thing, and nothing else.
    boolean saysAbsent() {
        return FTPReply.isNegativePermanent(getReplyCode())
                && FtpErrors.speakOfAbsenceAlone(words());
    }

    /// Where a path below the destination's folder lies, as an absolute path: `LIST` takes words
    /// that begin with `-` for options.
    String place(String path) {
        String folder = settings.folder();
        String base = folder.isEmpty() || !folder.startsWith("/") ? home + "/" + folder : folder;
        String clean = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
        return path.isEmpty() ? (clean.isEmpty() ? "/" : clean) : clean + "/" + path;
    }

    /// Opens a data connection for a command. From here to [#endTransfer()] the connection is out
    /// of step.
    ///
    /// @param offset where in the file to begin
    /// @throws TransportException when the server refuses, with the connection in step
    Socket beginTransfer(String operation, String command, @Nullable String argument, long offset)
            throws IOException {
        inStep = false;
        setRestartOffset(offset);
        Socket data;
        try {
            data = _openDataConnection_(command, argument);
        } finally {
            setRestartOffset(0);
        }
        if (data == null) {
            inStep = getReplyCode() >= 400 && getReplyCode() != FTPReply.SERVICE_NOT_AVAILABLE;
            throw refusal(operation);
        }
        keepAlive(data);
        return tls == null ? data : handshake(data, tls);
    }

    /// Reads the answer that ends a transfer, and gives its code.
    int endTransfer() throws IOException {
        int code = getReply();
        inStep = true;
        return code;
    }

    /// The connection's remaining answers are of no interest: it is not used again.
    void leave() {
        cut();
    }
}
