package dev.windlass.wire.devp2p;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.windlass.wire.devp2p.rlpx.NodeKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnodeTest {
  private static final String KEY = NodeKey.fromHex("11".repeat(32)).publicKey().toHex();

  @ParameterizedTest
  @CsvSource({
    "10.0.0.1:30303, 10.0.0.1, 30303",
    "eth-docker_execution_1:30303, eth-docker_execution_1, 30303",
    "node.example.org:1?discport=0, node.example.org, 1",
    "[::1]:65535, ::1, 65535",
    "[fe80::1%eth0]:30303/, fe80::1%eth0, 30303",
  })
  void shouldReadWhereANodeIs(String where, String host, int port) {
    Enode enode = Enode.parse("enode://" + KEY + "@" + where);
    assertEquals(host, enode.host());
    assertEquals(port, enode.port());
    assertEquals(enode, Enode.parse(enode.toString()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"host", "host:0", "host:65536", "host:x", ":1", "[::1:1", "a b:1", "::1:30303"})
  void shouldSayWhatIsNoEnode(String where) {
    String text = "enode://" + KEY + "@" + where;
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Enode.parse(text));
    assertEquals(0, e.getMessage().indexOf("'" + text + "' is no enode: "));
  }

  @Test
  void shouldRefuseWhatIsNoKey() {
    assertThrows(IllegalArgumentException.class, () -> Enode.parse("enode://12@host:1"));
  }
}
