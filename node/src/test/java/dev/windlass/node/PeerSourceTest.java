package dev.windlass.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.exchange.PeerId;
import dev.windlass.wire.devp2p.Enode;
import dev.windlass.wire.devp2p.rlpx.NodeKey;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeerSourceTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:8545",
        "ws://node.example:8546",
        "era+https://mirror.example/mainnet/",
        "file:preferred+name.rlp"
      })
  void shouldPreferAPeerOfAnyKind(String text) {
    PeerSource plain = PeerSource.parse(text);
    PeerSource.Preferred preferred =
        assertInstanceOf(PeerSource.Preferred.class, PeerSource.parse("preferred+" + text));
    assertEquals(plain, preferred.peer());
    assertEquals(plain.id(), preferred.id());
    assertEquals("preferred+" + plain, preferred.toString());
  }

  @Test
  void shouldNameANodeByItsKey() {
    NodeKey key = NodeKey.random(new SecureRandom());
    Enode enode = new Enode(key.publicKey(), "127.0.0.1", 30_303);
    assertEquals(
        PeerId.of("enode:" + enode.id()), PeerSource.parse(PeerSource.PREFERRED + enode).id());
  }

  @ParameterizedTest
  @ValueSource(strings = {"preferred+", "preferred+preferred+file:a", "prefer+file:a"})
  void shouldSayWhatIsNoPeer(String text) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> PeerSource.parse(text));
    assertTrue(e.getMessage().contains("is not a peer: expected file:PATH"), e::getMessage);
  }
}
