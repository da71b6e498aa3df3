package dev.packhorse.engine.hook;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HookAnswerTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "0 | 1 all is well     |        | true  | all is well",
                "0 | 1                 |        | true  | ''",
                "0 | ''                | noise  | true  | ''",
                "0 | talk\\n1 in the end |      | true  | in the end",
                "0 | just talk         |        | true  | just talk",
                "0 | 10 files          |        | true  | 10 files",
                "0 | 0 no room         |        | false | no room",
                "0 | 0                 | broken | false | broken",
                "0 | 1 fine BAILOUT    |        | false | 1 fine BAILOUT",
                "0 | BAILOUT why\\n1 ok |       | false | BAILOUT why",
                "3 | 1 fine            |        | false | exit code 3 fine",
                "137 | ''              | killed | false | exit code 137 killed",
            })
    void theLastLineTheWordAndTheExitCodeDecide(
            int exitCode, String output, String errors, boolean worked, String message) {
        String text = output.replace("\\n", "\n");
        HookAnswer answer = HookAnswer.read(exitCode, text, errors == null ? "" : errors);
        assertThat(answer).isEqualTo(new HookAnswer(worked, message));
    }
}
