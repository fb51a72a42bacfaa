package dev.windlass.chain.rules;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.windlass.chain.Block;
import dev.windlass.chain.RealBlocks;
import dev.windlass.fixtures.TestData;
import java.nio.file.Files;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SendersTest {
  private static final Senders SENDERS = new Senders(new JavaKeyRecovery(), Parallel.ONE_THREAD);

  private static int number(JsonNode value) {
    return Integer.decode(value.asText());
  }

  /** Each is of another type, and the node that made the chain answered its sender. */
  @ParameterizedTest
  @ValueSource(strings = {"get-legacy-create", "get-dynamic-fee", "get-blob-tx", "get-setcode-tx"})
  void shouldRecoverTheSenderThatTheNodeReports(String conversation) throws Exception {
    String file = "execution-apis/eth_getTransactionByHash/" + conversation + ".io";
    String answer =
        Files.readAllLines(TestData.path(file)).stream()
            .filter(line -> line.startsWith("<< "))
            .findFirst()
            .orElseThrow();
    JsonNode transaction = new ObjectMapper().readTree(answer.substring(3)).get("result");
    Block block =
        RealBlocks.of("all-forks/chain.rlp").get(number(transaction.get("blockNumber")) - 1);
    byte[] senders = SENDERS.of(block);
    int at = number(transaction.get("transactionIndex")) * Senders.ADDRESS_BYTES;
    assertEquals(
        transaction.get("from").asText(),
        "0x" + HexFormat.of().formatHex(senders, at, at + Senders.ADDRESS_BYTES));
  }

  @Test
  void shouldRecoverEverySenderOfRealBlocks() throws Exception {
    List<Block> blocks = RealBlocks.of("mainnet/fork-blocks.rlp");
    assertEquals(Optional.empty(), SENDERS.check(blocks));
  }

  @Test
  void shouldNameTheFirstBlockWithASignatureThatNoKeyMakes() throws Exception {
    List<Block> blocks = RealBlocks.of("mainnet/fork-blocks.rlp").subList(0, 3);
    KeyRecovery none = (hash, signature, yParity) -> Optional.empty();
    Parallel backwards =
        (parts, part) -> IntStream.range(0, parts).map(i -> parts - 1 - i).forEach(part);
    BlockBreach breach = new Senders(none, backwards).check(blocks).orElseThrow();
    assertEquals(blocks.get(0).id(), breach.block());
    assertEquals(Senders.RULE, breach.breach().rule());
    assertEquals(
        "block " + blocks.get(0) + ": transaction 0: no key makes its signature",
        breach.breach().explanation());
    assertThrows(
        IllegalArgumentException.class, () -> new Senders(none, backwards).of(blocks.get(0)));
  }

  /** x of this point would be r, and the curve has no such point. */
  @Test
  void shouldFindNoKeyIfNoPointHasThisR() {
    byte[] signature = new byte[64];
    signature[31] = 5;
    signature[63] = 1;
    assertEquals(Optional.empty(), new JavaKeyRecovery().recover(new byte[32], signature, 0));
  }

  @Test
  void shouldHaveNoSendersIfThereAreNoTransactions() throws Exception {
    Block empty = RealBlocks.of("mainnet/0-999.blocks.rlp").get(0);
    assertArrayEquals(new byte[0], SENDERS.of(empty));
  }
}
