package dev.packhorse.engine.notify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;

/// A secret in a file: one line, for root alone. Read afresh at each use, so that a new secret
/// needs no restart.
record RootOnlyFile(Path path) {
    private static final int MAX_BYTES = 8_192;
    private static final int OTHERS = 0077;
    private static final int TYPE = 0170000;
    private static final int REGULAR = 0100000;

    /// Its line, without blanks around it.
    ///
    /// @throws DeliveryException if there is none, if others may read or write it, or if it is no
    ///   regular file of root's or of this program's user; the message names the file and what to
    ///   do
    String line() throws DeliveryException {
        try {
            check();
            String line = Files.readString(path).strip();
            if (line.isEmpty() || line.lines().count() > 1) {
                throw DeliveryException.lasting(path + " must hold one line");
            }
            return line;
        } catch (DeliveryException e) {
            throw e;
        } catch (NoSuchFileException _) {
            throw DeliveryException.passing("there is no file " + path, java.util.Optional.empty());
        } catch (IOException e) {
            throw DeliveryException.passing(
                    path + " cannot be read: " + e.getClass().getSimpleName(),
                    java.util.Optional.empty());
        }
    }

    private void check() throws IOException {
        Map<String, Object> facts =
                Files.readAttributes(path, "unix:uid,mode,size", LinkOption.NOFOLLOW_LINKS);
        int mode = (int) number(facts, "mode");
        if ((mode & TYPE) != REGULAR || number(facts, "size") > MAX_BYTES) {
            throw DeliveryException.lasting(path + " is not a small regular file");
        }
        long uid = number(facts, "uid");
        long own = number(Files.readAttributes(Path.of("/proc/self"), "unix:uid"), "uid");
        if ((uid != 0 && uid != own) || (mode & OTHERS) != 0) {
            throw DeliveryException.lasting(
                    path + " must belong to root and to nobody else: chmod 600 " + path);
        }
    }

    private static long number(Map<String, Object> facts, String name) throws IOException {
        if (facts.get(name) instanceof Number number) {
            return number.longValue();
        }
        throw new IOException("the file system tells no " + name);
    }
}
