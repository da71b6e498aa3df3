package dev.packhorse.engine.job;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What may be otherwise in a member after a restore, and what may not.
class MemberFormTest {
    private static final String ZONE =
            "$TTL 14400~a.example.\t86400\tIN\tSOA\tns.example.\tadmin.example.\t(~\t2026010101\t;Serial Number~\t3600\t;refresh~";
    private static final String LATER =
            "$TTL 14400~a.example.\t86400\tIN\tSOA\tns.example.\tadmin.example.\t(~\t2026010102\t;Serial Number~\t3600\t;refresh~";

    private static boolean same(MemberForm form, String path, String packed, String restored) {
        MemberForm.Both both =
                form.of(path, packed.replace('~', '\n'), restored.replace('~', '\n'));
        return both.packed().equals(both.restored());
    }

    private static final MemberForm USUAL = new MemberForm(false, "a.example"::equals);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cp/a | DNS=a.example~USER=a~ | BACKUP=1~DNS=a.example~USER=a~ | true",
                "cp/a | BACKUP=0~USER=a~ | BACKUP=1~USER=a~ | false",
                "cp/a | DBOWNER=old~USER=a~ | DBOWNER=a~USER=a~ | true",
                "cp/a | MAXPOP=7~USER=a~ | MAXPOP=8~USER=a~ | false",
                "proftpdpasswd | a:x:20001:20001:a:/home/a:/bin/b~ | a:x:1001:1002:a:/home/a:/bin/b~ | true",
                "cp/a | SUSPENDED=0~SUSPENDTIME=1~USER=a~ | USER=a~ | true",
                "cp/a | SUSPENDED=1~USER=a~ | USER=a~ | false",
                "cp/a | DISK_BLOCK_LIMIT=unlimited~OWNER=~ | DISK_BLOCK_LIMIT=0~OWNER=root~ | true",
                "cp/a | DISK_BLOCK_LIMIT=1024~ | DISK_BLOCK_LIMIT=0~ | false",
                "proftpdpasswd | a_logs:x:1:1:a:/old/a:/bin/b~ | a_logs:x:1:1:a:/new/a:/bin/b~ | true",
                "proftpdpasswd | d@a:x:1:1:a:/home/a/d:/bin/b~ | d@a:x:1:1:b:/home/a/d:/bin/b~ | true",
                "proftpdpasswd | d@a:x:1:1:a:/home/a/d:/bin/b~ | d@a:x:1:1:a:/home/a/e:/bin/b~ | false",
                "proftpdpasswd | a:x:20001:20001:a:/home/a:/bin/b~ | a:y:20001:20001:a:/home/a:/bin/b~ | false",
                "userdata/a.example | ip: 1~owner: root~phpversion: x~ | ip: 2~owner: bob~phpversion: x~ | true",
                "userdata/a.example | owner: root~phpversion: x~ | owner: root~phpversion: y~ | false",
                "userdata/a.example | hascgi: '1'~ | hascgi: 1~servername: a.example~ | true",
                "userdata/a.example | servername: b.example~ | servername: a.example~ | false",
                "userdata/a.example | {[ | {[x | false",
                "userdata/main | main_domain: a~owner: x~ | main_domain: a~owner: y~ | false",
                "shadow | $6$a$b~ | !$6$a$b~ | false",
                "cron/a | a~b~ | b~a~ | false",
                "va/a.example | a: b  ~~ | a: b~ | true",
            })
    void whatFollowsTheAccountOrTheServerIsNoDifference(
            String path, String packed, String restored, boolean same) {
        assertThat(same(USUAL, path, packed, restored)).isEqualTo(same);
    }

    @ParameterizedTest
    @CsvSource({
        "dnszones/a.example.db, '', true",
        "dnszones/a.example.db, 'www\tIN\tA\t192.0.2.1~', false",
        "dnszones/a.example.db, 'default._domainkey\tIN\tTXT\t\"p=x\"~', true",
        "dnszones/b.example.db, '', false",
    })
    void theNumberAndTheKeysRecordOfASignedZoneMayChange(String path, String more, boolean same) {
        assertThat(same(USUAL, path, ZONE, LATER + more)).isEqualTo(same);
    }

    @ParameterizedTest
    @CsvSource({"$6$a$b, !$6$a$b, true", "$6$a$b, !$6$a$c, false"})
    void thePasswordOfASuspendedAccountMayBeLocked(String packed, String restored, boolean same) {
        assertThat(same(new MemberForm(true, _ -> false), "shadow", packed, restored))
                .isEqualTo(same);
    }
}
