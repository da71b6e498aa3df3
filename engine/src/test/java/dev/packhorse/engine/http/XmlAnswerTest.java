package dev.packhorse.engine.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;
import tools.jackson.databind.json.JsonMapper;

class XmlAnswerTest {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private static String xml(String json) throws IOException {
        StringWriter out = new StringWriter();
        XmlAnswer.write("data", MAPPER.readTree(json), out);
        return out.toString().replaceFirst("^<\\?.*\\?>\n", "").strip();
    }

    @Test
    void membersAreElementsListsAreRepeatedAndNothingIsEmpty() throws Exception {
        assertThat(xml("{\"a\":1,\"b\":null,\"c\":[\"x\",\"y\"],\"d\":[],\"e\":true,\"f\":{}}"))
                .isEqualTo("<data><a>1</a><b></b><c>x</c><c>y</c><e>1</e><f></f></data>");
        assertThat(xml("{\"a\":[[1,2],[3]]}"))
                .isEqualTo("<data><a><item>1</item><item>2</item></a><a><item>3</item></a></data>");
    }

    @Test
    void namesThatAreDataStayReadable() throws Exception {
        assertThat(xml("{\"2026-11-24\":1,\"a b\":2,\"\":3}"))
                .isEqualTo(
                        "<data><_2026-11-24 name=\"2026-11-24\">1</_2026-11-24>"
                                + "<a_b name=\"a b\">2</a_b><_ name=\"\">3</_></data>");
    }

    @Test
    void hostileTextStaysText() throws Exception {
        String json =
                "{\"t\":\"<html>&amp;]]>\\u0000\\u001b\\ud800\\uffff\\r\\n\\\"\",\"<a b='c'>\":\"x\"}";

        Document document =
                DocumentBuilderFactory.newDefaultInstance()
                        .newDocumentBuilder()
                        .parse(new InputSource(new StringReader(xml(json))));

        assertThat(document.getDocumentElement().getElementsByTagName("t").item(0).getTextContent())
                .isEqualTo("<html>&amp;]]>\ufffd\ufffd\ufffd\ufffd\r\n\"");
        assertThat(document.getElementsByTagName("html").getLength()).isZero();
        assertThat(xml(json)).doesNotContain("<html>");
    }
}
