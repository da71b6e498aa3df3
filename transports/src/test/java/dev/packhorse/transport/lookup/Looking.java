package dev.packhorse.transport.lookup;

import java.net.InetAddress;
import java.net.UnknownHostException;

/// Says what names stand for, in a process whose names a test has made.
final class Looking {
    private Looking() {}

    public static void main(String[] hosts) {
        for (String host : hosts) {
            System.out.println(host + " " + found(host));
        }
    }

    private static String found(String host) {
        try {
            StringBuilder all = new StringBuilder();
            for (InetAddress each : InetAddress.getAllByName(host)) {
                all.append(each.getHostAddress()).append(' ');
            }
            return all.toString().strip();
        } catch (UnknownHostException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
