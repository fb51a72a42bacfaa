package dev.windlass.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.exchange.PeerId;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BanApiTest {
  private static final String PATH = "/v1/bans";

  private ServedBans served;

  @BeforeEach
  void start() {
    served = new ServedBans();
  }

  @AfterEach
  void stop() {
    served.close();
  }

  private JsonObject get(String path, int status) throws IOException {
    RawHttp.Reply reply = RawHttp.get(served.port, path);
    assertEquals(status, reply.status(), reply.body());
    return new JsonObject(reply.body());
  }

  private void ban(String peer) {
    Instant now = Instant.now();
    served.nodes.banned(Bans.fabricated(PeerId.of(peer), now, now.plusSeconds(600)));
  }

  @Test
  void shouldBanAPeerOrAHost() throws IOException {
    List<String> bodies =
        List.of(
            "{\"id\":\"enode:5b2d60956cd083b8\"}",
            "{\"id\":\"203.0.113.7\",\"for\":\"7d\",\"reason\":\"it floods\"}",
            "{\"id\":\"[2001:db8::1]:30303\",\"for\":\"90m\"}");
    for (String body : bodies) {
      RawHttp.Reply reply = RawHttp.post(served.port, PATH, body);
      assertEquals(200, reply.status(), reply.body());
      assertTrue(new JsonObject(reply.body()).getString("until").endsWith("Z"), reply.body());
    }
    assertEquals(
        List.of(
            "ban enode:5b2d60956cd083b8 PT24H no reason was given",
            "ban host:203.0.113.7 PT168H it floods",
            "ban host:2001:db8:0:0:0:0:0:1 PT1H30M no reason was given"),
        served.done());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{",
        "{}",
        "{\"id\":7}",
        "{\"id\":\"\"}",
        "{\"id\":\"some.name\"}",
        "{\"id\":\"enode://short@1.2.3.4:5\"}",
        "{\"id\":\"1.2.3.4\",\"for\":\"0s\"}",
        "{\"id\":\"1.2.3.4\",\"for\":\"366d\"}",
        "{\"id\":\"1.2.3.4\",\"for\":24}",
        "{\"id\":\"1.2.3.4\",\"reason\":\"two\\nlines\"}",
        "{\"id\":\"1.2.3.4\",\"hours\":1}",
      })
  void shouldSayInOneLineWhatIsWrong(String body) throws IOException {
    RawHttp.Reply reply = RawHttp.post(served.port, PATH, body);
    assertEquals(400, reply.status(), reply.body());
    assertEquals(1, reply.body().lines().count());
    assertEquals(List.of(), served.done());
  }

  @Test
  void shouldRefuseABodyThatIsTooLarge() throws IOException {
    RawHttp.Reply reply = RawHttp.post(served.port, PATH, " ".repeat(BanRequest.BYTES_MAX + 1));
    assertEquals(413, reply.status());
    assertTrue(reply.body().contains("larger than 4096 bytes"), reply.body());
  }

  @Test
  void shouldEndABan() throws IOException {
    assertEquals(200, RawHttp.delete(served.port, PATH + "/enode:aa").status());
    assertEquals(200, RawHttp.delete(served.port, PATH + "/file:%2Fa%2Fb.rlp").status());
    assertEquals(200, RawHttp.delete(served.port, PATH + "/203.0.113.7").status());
    assertEquals(400, RawHttp.delete(served.port, PATH + "/nothing").status());
    assertEquals(
        List.of("pardon enode:aa", "pardon file:/a/b.rlp", "pardon host:203.0.113.7"),
        served.done());
  }

  @Test
  void shouldAcceptChangesFromThisMachineOnly() throws IOException {
    String forwarded = "X-Forwarded-For: 10.1.2.3";
    String body = "{\"id\":\"203.0.113.7\"}";
    assertEquals(403, RawHttp.post(served.port, PATH, body, forwarded).status());
    assertEquals(403, RawHttp.delete(served.port, PATH + "/enode:aa", forwarded).status());
    assertEquals(List.of(), served.done());
  }

  @Test
  void shouldShowTheBytesOfEvidence() throws IOException {
    ban("enode:aa");
    ban("file:/a/b.rlp");
    served.keepEvidence("enode:aa", new byte[] {1, (byte) 0xff});
    JsonObject shown = get(PATH + "/enode:aa/evidence", 200);
    assertEquals("0x01ff", shown.getString("bytes"));
    assertEquals("fabricated", shown.getString("code"));
    assertNull(get(PATH + "/file:%2Fa%2Fb.rlp/evidence", 200).getString("bytes"));
    get(PATH + "/enode:bb/evidence", 404);
  }
}
