package dev.windlass.wire.jsonrpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RpcUrlTest {
  @ParameterizedTest
  @CsvSource({
    "http://127.0.0.1:8545, http://127.0.0.1:8545, /, 8545",
    "HTTP://geth, http://geth:80, /, 80",
    "http://mainnet_execution:8545, http://mainnet_execution:8545, /, 8545",
    "https://me:secret@example.org/v2/secret?secret=1, https://example.org:443,"
        + " /v2/secret?secret=1, 443",
    "ws://[::1]:8546, ws://[::1]:8546, /, 8546",
    "wss://example.org/secret, wss://example.org:443, /secret, 443",
  })
  void shouldShowOnlyHostAndPort(String text, String shown, String target, int port) {
    RpcUrl url = RpcUrl.parse(text);
    assertEquals(shown, url.toString());
    assertEquals(target, url.target());
    assertEquals(port, url.port());
    assertFalse(url.toString().contains("secret"));
  }

  @Test
  void shouldTellUrlsApartByWhatIsNotShown() {
    assertEquals(RpcUrl.parse("http://a/1"), RpcUrl.parse("http://a:80/1"));
    assertFalse(RpcUrl.parse("http://a/1").equals(RpcUrl.parse("http://a/2")));
    assertTrue(RpcUrl.parse("ws://a").isWebSocket());
    assertFalse(RpcUrl.parse("https://a").isWebSocket());
  }

  @Test
  void shouldKnowANodeUnderBothSchemes() {
    assertEquals(RpcUrl.parse("http://a:1/x"), RpcUrl.parse("ws://a:1/x").overHttp());
    assertEquals(RpcUrl.parse("https://a"), RpcUrl.parse("wss://a").overHttp());
    assertFalse(RpcUrl.parse("http://me@a:1/x").equals(RpcUrl.parse("ws://a:1/x").overHttp()));
  }

  @ParameterizedTest
  @CsvSource({
    "http://127.0.0.1:8545, true",
    "http://127.1.2.3, true",
    "http://LocalHost:8545, true",
    "ws://[::1]:8546, true",
    "http://127.0.0.1.example.org, false",
    "http://localhost.example.org, false",
    "http://10.0.0.1, false",
    "http://geth, false",
  })
  void shouldKnowWhatIsThisMachine(String text, boolean isLoopback) {
    assertEquals(isLoopback, RpcUrl.parse(text).isLoopback());
  }

  @ParameterizedTest
  @CsvSource({
    "http://a:1/x, ws://a:1/x, true",
    "http://a:80, https://A:80/?key=1, true",
    "http://a, http://me:secret@A:80/?key=2, true",
    "http://a:1/x, http://a:1/y, false",
    "http://a:1, http://a:2, false",
    "http://a, https://a, false",
    "http://a:1, http://b:1, false"
  })
  void shouldTellNodesApartByHostPortAndPath(String one, String other, boolean isSame) {
    assertEquals(isSame, RpcUrl.parse(one).isSameNode(RpcUrl.parse(other)));
    assertEquals(isSame, RpcUrl.parse(other).isSameNode(RpcUrl.parse(one)));
  }

  @Test
  void shouldTakeATokenForItsAddress() {
    RpcUrl url = RpcUrl.parse("http://[::1]:8545");
    assertTrue(url.isAt("[::1]:8545") && url.isAt("[::1]") && url.isAt("::1"));
    assertTrue(RpcUrl.parse("http://Geth").isAt("geth:80"));
    assertFalse(url.isAt("[::1]:80"));
    RpcUrl with = url.withBearer("secret");
    assertEquals("Bearer secret", with.authorization().orElseThrow());
    assertEquals(url.toString(), with.toString());
    assertTrue(with.isAuthorized() && !url.isAuthorized());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://",
        "http:///secret",
        "ftp://secret",
        "http://secret:99999",
        "http://sec ret",
        "x"
      })
  void shouldRefuseAnythingElseWithoutRepeatingIt(String text) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> RpcUrl.parse(text)).getMessage();
    assertFalse(message.contains("secret") || message.contains("sec ret"), message);
  }
}
