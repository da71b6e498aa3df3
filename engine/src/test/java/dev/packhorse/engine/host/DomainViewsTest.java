package dev.packhorse.engine.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.packhorse.engine.model.AccountName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DomainViewsTest {
    private static final AccountName DEMO = new AccountName("demo");

    private static final DomainSet DOMAINS =
            new DomainSet(
                    "demo.example",
                    new TreeMap<>(Map.of("addon.example", "addon.demo.example")),
                    List.of("addon.demo.example", "blog.demo.example", "my_x.demo.example"),
                    List.of("parked.example"),
                    new TreeMap<>(
                            Map.of(
                                    "demo.example", "/home/demo/public_html",
                                    "addon.demo.example", "/home/demo/addon.example",
                                    "blog.demo.example", "/home/demo/public_html/blog",
                                    "my_x.demo.example", "/srv/shared/x")));

    private static final DomainViews VIEWS =
            new DomainViews(
                    DOMAINS,
                    new SiteFacts(
                            DEMO,
                            "root",
                            "/home/demo",
                            "192.0.2.10",
                            "ea-php82",
                            true,
                            Set.of("demo.example")));

    @Test
    void theFlatViewsHaveTheirForms() {
        assertThat(VIEWS.addons()).isEqualTo("addon.example=addon_demo.example\n");
        assertThat(VIEWS.sds())
                .isEqualTo("addon_demo.example\nblog_demo.example\nmy_x_demo.example\n");
        assertThat(VIEWS.sds2())
                .isEqualTo(
                        """
                        addon_demo.example=addon.example
                        blog_demo.example=public_html/blog
                        my_x_demo.example=/srv/shared/x
                        """);
        assertThat(VIEWS.pds()).isEqualTo("parked.example\n");
    }

    @Test
    void theCacheHasEveryName() {
        assertThat(VIEWS.cacheJson())
                .contains(
                        "\"demo.example\":[\"demo\",\"root\",\"main\",\"demo.example\","
                                + "\"/home/demo/public_html\",\"192.0.2.10:80\",\"192.0.2.10:443\","
                                + "\"\",0,\"ea-php82\"]")
                .contains(
                        "\"parked.example\":[\"demo\",\"root\",\"parked\",\"demo.example\","
                                + "\"/home/demo/public_html\",\"192.0.2.10:80\",\"192.0.2.10:443\","
                                + "\"\",0,\"ea-php82\"]")
                .contains(
                        "\"addon.example\":[\"demo\",\"root\",\"addon\",\"addon.demo.example\","
                                + "\"/home/demo/addon.example\",\"192.0.2.10:80\",\"\"");
    }

    @Test
    void everyNameHasMailFilesAndParkedOnesAForward() {
        assertThat(VIEWS.mailNames())
                .containsExactly(
                        "addon.demo.example",
                        "addon.example",
                        "blog.demo.example",
                        "demo.example",
                        "my_x.demo.example",
                        "parked.example");
        assertThat(VIEWS.domainForwards())
                .containsExactly(Map.entry("parked.example", "parked.example: demo.example\n"));
    }

    @Test
    void theTlsTwinOfAVirtualHostIsWritten() {
        assertThat(VIEWS.archiveFiles().keySet())
                .containsExactly(
                        "addons",
                        "pds",
                        "sds",
                        "sds2",
                        "userdata/addon.demo.example",
                        "userdata/blog.demo.example",
                        "userdata/cache.json",
                        "userdata/demo.example",
                        "userdata/demo.example_SSL",
                        "userdata/main",
                        "userdata/my_x.demo.example");
        assertThat(VIEWS.archiveFiles().get("userdata/demo.example_SSL"))
                .contains("\nport: 443\n")
                .contains("\nssl: 1\n");
        assertThat(VIEWS.archiveFiles().get("userdata/addon.demo.example"))
                .contains(
                        "serveralias: www.addon.demo.example addon.example mail.addon.example"
                                + " www.addon.example\n");
    }

    @Test
    void theViewsAreReadBackWithoutConflict() throws Exception {
        FoundDomains found = read(VIEWS.archiveFiles());

        assertThat(found.conflicts()).isEmpty();
        assertThat(found.source()).isEqualTo("userdata/main");
        assertThat(found.domains()).isEqualTo(DOMAINS);
    }

    @Test
    void withoutUserdataTheFlatViewsGiveTheSame() throws Exception {
        SortedMap<String, String> files = VIEWS.archiveFiles();
        files.keySet().removeIf(path -> path.startsWith("userdata/"));

        FoundDomains found = read(files);

        assertThat(found.domains()).isEqualTo(DOMAINS);
        assertThat(found.source()).isEqualTo("addons, sds2, pds");
        assertThat(found.conflicts()).isEmpty();
    }

    @Test
    void theAccountFileAloneGivesMainAndParked() throws Exception {
        FoundDomains found = read(new TreeMap<>());

        assertThat(found.domains().main()).isEqualTo("demo.example");
        assertThat(found.domains().parked()).containsExactly("addon.example", "parked.example");
        assertThat(found.source()).isEqualTo("cp/demo");
    }

    @Test
    void viewsThatDifferAreReported() throws Exception {
        SortedMap<String, String> files = VIEWS.archiveFiles();
        files.put("pds", "");
        files.put("addons", "addon.example=blog_demo.example\n");
        files.put("sds", VIEWS.sds() + "more_demo.example\n");
        files.put("cp/demo", "DNS=other.example\n");

        FoundDomains found = read(files);

        assertThat(found.domains()).isEqualTo(DOMAINS);
        assertThat(found.conflicts())
                .hasSize(5)
                .anyMatch(text -> text.startsWith("addons differs"))
                .anyMatch(text -> text.contains("more.demo.example"))
                .anyMatch(text -> text.startsWith("pds differs"))
                .anyMatch(text -> text.contains("main domain other.example, not demo.example"));
    }

    @Test
    void aDamagedListFallsBackToTheNextView() throws Exception {
        SortedMap<String, String> files = VIEWS.archiveFiles();
        files.put("userdata/main", "main_domain: [\n");

        FoundDomains found = read(files);

        assertThat(found.domains()).isEqualTo(DOMAINS);
        assertThat(found.conflicts()).hasSize(1);
        assertThat(found.conflicts().getFirst()).startsWith("userdata/main");
    }

    @Test
    void hostileNamesAndFoldersAreLeftOutAndReported() throws Exception {
        SortedMap<String, String> files = VIEWS.archiveFiles();
        files.keySet().removeIf(path -> path.startsWith("userdata/"));
        files.put("pds", "parked.example\n../../etc/shadow\n");
        files.put("sds2", "blog_demo.example=../../../etc\n");

        FoundDomains found = read(files);

        assertThat(found.domains().parked()).containsExactly("parked.example");
        assertThat(found.domains().documentRoots()).doesNotContainKey("blog.demo.example");
        assertThat(found.conflicts()).anyMatch(text -> text.contains("../../etc/shadow"));
    }

    @Test
    void aSummaryThatDiffersIsReported() throws Exception {
        SortedMap<String, String> files = VIEWS.archiveFiles();
        String summary = files.getOrDefault("userdata/cache.json", "");
        files.put("userdata/cache.json", summary.replace("parked.example", "lost.example"));

        FoundDomains found = read(files);

        assertThat(found.domains()).isEqualTo(DOMAINS);
        assertThat(found.conflicts())
                .containsExactly(
                        "userdata/cache.json and the other views differ in:"
                                + " lost.example, parked.example");
        files.put("userdata/cache.json", "[1]");
        assertThat(read(files).conflicts())
                .containsExactly("userdata/cache.json is no JSON object");
        files.put("userdata/cache.json", "{\"a\":");
        assertThat(read(files).conflicts())
                .singleElement()
                .asString()
                .startsWith("userdata/cache.json is no JSON: ");
    }

    @Test
    void noViewWithAMainDomainIsAnError() {
        SortedMap<String, String> files = new TreeMap<>(Map.of("cp/demo", "USER=demo\n"));

        assertThatThrownBy(() -> read(files))
                .isInstanceOf(HostFormatException.class)
                .hasMessageContaining("cp/demo")
                .hasMessageContaining("no main domain");
    }

    private static FoundDomains read(SortedMap<String, String> files) throws Exception {
        files.putIfAbsent("cp/demo", "DNS=demo.example\nDNS1=addon.example\nDNS2=parked.example\n");
        return DomainViewReader.read(
                path -> Optional.ofNullable(files.get(path)), DEMO, "/home/demo");
    }
}
