package dev.packhorse.engine.posix;

/// The machine that this layer runs on: 64-bit little-endian Linux on x86_64 or aarch64, nothing
/// else.
final class Platform {
    static final boolean IS_ARM = detectArm();

    private Platform() {}

    private static boolean detectArm() {
        String system = System.getProperty("os.name", "");
        String machine = System.getProperty("os.arch", "");
        if (system.equals("Linux") && machine.equals("amd64")) {
            return false;
        }
        if (system.equals("Linux") && machine.equals("aarch64")) {
            return true;
        }
        throw new UnsupportedOperationException(
                "needs Linux on x86_64 or aarch64, this is " + system + " on " + machine);
    }
}
