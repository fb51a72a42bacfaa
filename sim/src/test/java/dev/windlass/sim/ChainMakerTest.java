package dev.windlass.sim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockRules;
import dev.windlass.chain.Hash;
import dev.windlass.chain.Keccak;
import dev.windlass.chain.rlp.RlpReader;
import dev.windlass.chain.rlp.RlpWriter;
import dev.windlass.chain.rules.ChainBelow;
import dev.windlass.chain.rules.ChainRules;
import dev.windlass.chain.rules.FullCheck;
import dev.windlass.chain.rules.JavaKeyRecovery;
import dev.windlass.chain.rules.Parallel;
import dev.windlass.chain.rules.Seal;
import dev.windlass.chain.rules.Senders;
import dev.windlass.sim.ChainMaker.Shape;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.web3j.crypto.Keys;
import org.web3j.crypto.Sign;

final class ChainMakerTest {
  private static void prove(ChainMaker chain) {
    Block parent = null;
    for (long number = 0; number <= chain.head().number(); number++) {
      Block block = Block.decode(chain.rawBlock(number));
      assertEquals(number, block.number());
      assertEquals(chain.hashAt(number), block.hash());
      assertEquals(OptionalLong.of(number), chain.numberOf(block.hash()));
      assertEquals(Optional.empty(), BlockRules.check(block));
      assertArrayEquals(block.header().raw(), chain.rawHeader(number));
      assertArrayEquals(block.rawBody(), chain.rawBody(number));
      if (parent != null) {
        assertEquals(Optional.empty(), BlockRules.checkLink(parent.header(), block.header()));
      }
      parent = block;
    }
  }

  private static void checkFully(ChainMaker chain, ChainRules rules) {
    List<Block> run = new ArrayList<>();
    for (long number = 1; number <= chain.head().number(); number++) {
      run.add(chain.block(number));
    }
    ChainBelow genesis = ChainBelow.of(List.of(chain.block(0)));
    FullCheck check = FullCheck.of(rules, Seal.NOT_VERIFIABLE);
    assertEquals(Optional.empty(), check.check(genesis, run, 2_000_000_000));
    Senders senders = new Senders(new JavaKeyRecovery(), Parallel.ONE_THREAD);
    assertEquals(Optional.empty(), senders.check(run));
  }

  @Test
  void shouldMakeBlocksThatPassEveryRuleWhateverTheShape() throws Exception {
    for (int fieldCount : List.of(15, 16, 17, 20, 21)) {
      for (int transactions : List.of(0, 9)) {
        Shape shape = new Shape(transactions, 300, fieldCount);
        ChainMaker chain = ChainMaker.of(fieldCount, 60, shape);
        prove(chain);
        checkFully(chain, shape.rules());
        assertEquals(fieldCount, chain.header(60).fieldCount());
        int made = 0;
        for (long number = 0; number <= 60; number++) {
          made += chain.block(number).transactionCount();
        }
        assertEquals(transactions > 0, made > 100, made + " transactions");
      }
    }
  }

  @Test
  void shouldMakeHeadersOfEverySizeThatMayBe() throws Exception {
    ChainMaker chain = ChainMaker.of(1, 12, new Shape(0, 0, 21, ChainMaker.EXTRA_BYTES_MAX));
    prove(chain);
    int smallest = Integer.MAX_VALUE;
    int largest = 0;
    for (long number = 1; number <= 12; number++) {
      int size = BlockHeader.decode(chain.rawHeader(number)).size();
      smallest = Math.min(smallest, size);
      largest = Math.max(largest, size);
    }
    int most = BlockHeader.BYTES_MAX;
    assertTrue(smallest < most / 3 && largest > most / 2, smallest + " to " + largest);
    assertEquals(
        ChainMaker.of(1, 3, Shape.EMPTY).head(),
        ChainMaker.of(1, 3, new Shape(0, 0, 15, 8)).head());
  }

  @Test
  void shouldMakeTheSameBytesOnDemandAndKept() {
    ChainMaker kept = ChainMaker.of(7, 50, Shape.LATEST);
    ChainMaker onDemand = ChainMaker.onDemand(7, 50, Shape.LATEST);
    for (long number = 0; number <= 50; number++) {
      assertArrayEquals(kept.rawBlock(number), onDemand.rawBlock(number));
      assertArrayEquals(kept.rawHeader(number), onDemand.rawHeader(number));
    }
    prove(onDemand.forkAt(20, 8, 10));
    assertEquals(kept.forkAt(20, 8, 10).head(), onDemand.forkAt(20, 8, 10).head());
  }

  @Test
  void shouldMakeTheSameChainOnEveryMachine() {
    assertEquals(
        Hash.fromHex("0x4d2b4e11e7594b30ec0899878204c98c4fabce36fe4dd586b325bb51657885ce"),
        ChainMaker.of(1, 300, Shape.EMPTY).head().hash());
    assertEquals(
        Hash.fromHex("0x8b6db23a712d63171f418673d4bd647c4186aa0b5cc969d8824787945f315175"),
        ChainMaker.of(1, 300, Shape.SIGNED).head().hash());
  }

  @Test
  void shouldBeginALongerChainWithTheShorterOne() {
    ChainMaker shorter = ChainMaker.of(3, 20, Shape.SIGNED);
    ChainMaker longer = ChainMaker.of(3, 30, Shape.SIGNED);
    assertEquals(shorter.head().hash(), longer.hashAt(20));
    assertEquals(shorter.head(), longer.upTo(20).head());
    assertEquals(OptionalLong.empty(), longer.upTo(20).numberOf(longer.hashAt(21)));
    prove(longer.upTo(20));
  }

  @Test
  void shouldShareTheGenesisInsideAFamilyOnly() {
    ChainMaker one = ChainMaker.of(1, 2, Shape.EMPTY);
    ChainMaker two = ChainMaker.of(2, 2, Shape.EMPTY);
    ChainMaker untrusted = ChainMaker.of(1 | (1L << 32), 2, Shape.EMPTY);
    assertEquals(one.genesis(), two.genesis());
    assertNotEquals(one.hashAt(1), two.hashAt(1));
    assertNotEquals(one.genesis(), untrusted.genesis());
  }

  @Test
  void shouldShareAncestorsWhenForked() {
    ChainMaker chain = ChainMaker.of(1, 30, Shape.EMPTY);
    ChainMaker fork = chain.forkAt(12, 2, 25);
    ChainMaker forkOfFork = fork.forkAt(20, 3, 2);
    prove(fork);
    prove(forkOfFork);
    assertEquals(37, fork.head().number());
    assertEquals(22, forkOfFork.head().number());
    assertEquals(chain.hashAt(12), fork.hashAt(12));
    assertEquals(chain.hashAt(12), forkOfFork.hashAt(12));
    assertEquals(fork.hashAt(20), forkOfFork.hashAt(20));
    assertNotEquals(chain.hashAt(13), fork.hashAt(13));
    assertEquals(OptionalLong.empty(), fork.numberOf(chain.hashAt(13)));
    assertEquals(OptionalLong.empty(), forkOfFork.numberOf(fork.hashAt(21)));
    assertEquals(OptionalLong.empty(), chain.numberOf(fork.hashAt(13)));
    assertThrows(IllegalArgumentException.class, () -> chain.forkAt(12, 1, 5));
  }

  @Test
  void shouldRefuseNumbersOutsideOfTheChain() {
    ChainMaker chain = ChainMaker.of(1, 3, Shape.EMPTY);
    assertThrows(IndexOutOfBoundsException.class, () -> chain.rawBlock(4));
    assertThrows(IndexOutOfBoundsException.class, () -> chain.hashAt(-1));
    assertThrows(IndexOutOfBoundsException.class, () -> chain.forkAt(4, 2, 1));
  }

  @Test
  void shouldSignLegacyAndTypedTransactionsWithTheKnownAccounts() throws Exception {
    ChainMaker chain = ChainMaker.of(5, 40, Shape.SIGNED);
    Set<String> senders = new TreeSet<>();
    int typed = 0;
    int legacy = 0;
    for (long number = 1; number <= 40; number++) {
      RlpReader transactions = new RlpReader(chain.rawBody(number)).list().list();
      while (transactions.hasNext()) {
        if (transactions.nextIsList()) {
          legacy++;
          senders.add(senderOfLegacy(transactions.list()));
        } else {
          typed++;
          senders.add(senderOfFeeMarket(transactions.string(1 << 16)));
        }
      }
    }
    assertTrue(typed > 50 && legacy > 50, typed + " typed, " + legacy + " legacy");
    // The addresses of the private keys 1 to 4.
    assertEquals(
        Set.of(
            "7e5f4552091a69125d5dfcb7b8c2659029395bdf",
            "2b5ad5c4795c026514f8317c7a215e218dccd6cf",
            "6813eb9362372eef6200f3b1dbc3f819671cba69",
            "1eff47bc3a10a45d4b230b5d10e37751fe6aa718"),
        senders);
  }

  private static String senderOfLegacy(RlpReader fields) throws Exception {
    RlpWriter unsigned = new RlpWriter().beginList();
    for (int i = 0; i < 6; i++) {
      unsigned.raw(fields.item(1 << 16));
    }
    long v = fields.unsignedLong();
    unsigned.integer((v - 35) / 2).integer(0).integer(0).endList();
    BigInteger r = fields.integer(32);
    BigInteger s = fields.integer(32);
    fields.end();
    return sender(unsigned.toBytes(), (int) ((v - 35) % 2), r, s);
  }

  private static String senderOfFeeMarket(byte[] transaction) throws Exception {
    assertEquals(2, transaction[0]);
    RlpReader fields = new RlpReader(transaction, 1, transaction.length - 1).list();
    RlpWriter unsigned = new RlpWriter().raw(new byte[] {2}).beginList();
    for (int i = 0; i < 9; i++) {
      unsigned.raw(fields.item(1 << 16));
    }
    int recoveryId = (int) fields.unsignedLong();
    BigInteger r = fields.integer(32);
    BigInteger s = fields.integer(32);
    fields.end();
    return sender(unsigned.endList().toBytes(), recoveryId, r, s);
  }

  private static String sender(byte[] unsigned, int recoveryId, BigInteger r, BigInteger s)
      throws Exception {
    Sign.SignatureData signature =
        new Sign.SignatureData((byte) (27 + recoveryId), word(r), word(s));
    byte[] hash = Keccak.hash(unsigned).toBytes();
    return Keys.getAddress(Sign.signedMessageHashToKey(hash, signature));
  }

  private static byte[] word(BigInteger value) {
    byte[] bytes = HexFormat.of().parseHex(String.format("%064x", value));
    return Arrays.copyOf(bytes, 32);
  }

  @Test
  void shouldTellTheHashOfAHeaderMadeOnDemand() {
    BlockHeader header = ChainMaker.onDemand(1, 2000, Shape.EMPTY).header(1999);
    assertEquals(header.hash(), BlockHeader.decode(header.raw()).hash());
  }
}
