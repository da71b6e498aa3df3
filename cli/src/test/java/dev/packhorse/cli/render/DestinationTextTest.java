package dev.packhorse.cli.render;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DestinationTextTest {
    private static JsonNode json(String text) {
        return new JsonMapper().readTree(text);
    }

    @Test
    void eachStepOfAValidationIsALine() {
        assertThat(
                        DestinationText.steps(
                                json(
                                        """
                                        {"id": "x", "steps": [
                                          {"step": "open the destination", "milliseconds": 1234},
                                          {"step": "store a test object", "milliseconds": 5}]}\
                                        """)))
                .containsExactly(
                        "  ok        1.23 s  open the destination",
                        "  ok        0.01 s  store a test object");
    }

    @Test
    void everythingThatAPlaceCanDoIsTold() {
        assertThat(
                        DestinationText.report(
                                json(
                                        """
                                        {"name": "offsite", "type": "S3Compatible", "can": {
                                          "reads_ranges": 1, "creates_exclusively": 0,
                                          "resumes_uploads": "by_part", "copies_ranges": 1,
                                          "proves_arrival": 1, "takes_streams": 0, "keeps_trees": 0,
                                          "connections": 8, "largest_object_bytes": 7,
                                          "total_bytes": 10, "free_bytes": 3},
                                         "promises": [
                                          {"promise": "it keeps", "kept": 1, "milliseconds": 20},
                                          {"promise": "it lists", "kept": 0, "reason": "no",
                                           "milliseconds": 0}]}\
                                        """)))
                .containsExactly(
                        "offsite (S3Compatible)",
                        "  reads parts of objects    yes",
                        "  creates exclusively       no",
                        "  resumes uploads           from the last part that arrived",
                        "  copies what is alike      yes",
                        "  proves what arrived       yes",
                        "  takes streams             no",
                        "  keeps trees               no",
                        "  connections at a time     8",
                        "  largest object            7 bytes",
                        "  free space                3 of 10 bytes",
                        "  ok        0.02 s  it keeps",
                        "  BROKEN    0.00 s  it lists",
                        "                    no");
    }
}
