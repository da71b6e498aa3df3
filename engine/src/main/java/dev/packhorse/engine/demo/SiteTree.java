package dev.packhorse.engine.demo;

import dev.packhorse.engine.posix.BytePath;
import java.io.IOException;

/// Web sites.
final class SiteTree {
    private final DemoTree tree;

    SiteTree(DemoTree tree) {
        this.tree = tree;
    }

    /// A few pages.
    void plain(String folder, String title) throws IOException {
        tree.file(
                folder + "/index.html",
                0644,
                "<!doctype html>\n<title>%s</title>\n<p>%s</p>\n"
                        .formatted(title, DemoText.seeded(title).prose(1_500)));
        tree.file(folder + "/robots.txt", 0644, "User-agent: *\nDisallow: /cgi-bin/\n");
        tree.folder(folder + "/cgi-bin", 0755);
    }

    /// Something like WordPress with so many program files, and a tenth of that in pictures.
    void wordpress(String folder, int files) throws IOException {
        plain(folder, folder);
        tree.file(folder + "/index.php", 0644, "<?php\nrequire __DIR__ . '/wp-blog-header.php';\n");
        tree.file(
                folder + "/.htaccess",
                0644,
                "RewriteEngine On\nRewriteRule ^index\\.php$ - [L]\nRewriteRule . index.php [L]\n");
        tree.file(
                folder + "/wp-config.php",
                0600,
                """
                <?php
                define( 'DB_NAME', 'alice_wp' );
                define( 'DB_USER', 'alice_wp' );
                define( 'DB_PASSWORD', 'not-a-secret' );
                """);
        for (int i = 0; i < files; i++) {
            String path = folder + part(i) + "/file-" + i + ".php";
            tree.file(path, 0644, DemoText.seeded(path).php(800 + i * 37 % 9_000));
        }
        for (int i = 0; i < files / 10; i++) {
            String month = "%02d".formatted(1 + i % 12);
            BytePath path =
                    BytePath.of(
                            folder + "/wp-content/uploads/2025/" + month + "/img-" + i + ".jpg");
            tree.file(path, 0644, DemoText.seeded(path.toString()).jpeg(20_000 + i * 997));
        }
        tree.folder(folder + "/wp-content/upgrade", 0755);
    }

    private static String part(int number) {
        return switch (number % 5) {
            case 0 -> "/wp-includes";
            case 1 -> "/wp-includes/blocks/b" + number % 20;
            case 2 -> "/wp-admin/includes";
            case 3 -> "/wp-content/plugins/plugin-" + number % 8 + "/inc";
            default -> "/wp-content/themes/theme-" + number % 4;
        };
    }
}
