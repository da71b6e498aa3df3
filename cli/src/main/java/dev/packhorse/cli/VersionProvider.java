package dev.packhorse.cli;

import picocli.CommandLine.IVersionProvider;

/// Tells the version that the build wrote into the jar.
final class VersionProvider implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"packhorse " + version()};
    }

    static String version() {
        String version = VersionProvider.class.getPackage().getImplementationVersion();
        return version == null ? "(not packaged)" : version;
    }
}
