package dev.windlass.server.interop;

import dev.windlass.chain.Hash;
import dev.windlass.chain.Keccak;
import dev.windlass.chain.rlp.RlpWriter;
import dev.windlass.chain.rlp.StateTrie;
import dev.windlass.chain.rlp.TrieRoots;
import dev.windlass.wire.network.GenesisFile;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.bouncycastle.math.ec.ECPoint;
import org.web3j.crypto.ECKeyPair;
import org.web3j.crypto.Keys;
import org.web3j.crypto.Sign;

/**
 * Makes blocks that a node accepts: after the merge, by the rules of Cancun, with one transfer
 * each, whose call data does not compress. The same arguments give the same bytes.
 *
 * <p>Nothing is executed. Of three accounts (who sends, who receives, who is paid the tip) each
 * block's state is known beforehand, and the contracts that a fork calls are not in the genesis.
 */
final class ValidChain {
  private static final HexFormat HEX = HexFormat.of();
  private static final long CHAIN_ID = 7332;
  private static final long GAS_LIMIT = 60_000_000;
  private static final long FIRST_SECOND = 1_700_000_000;
  private static final long SECONDS_BETWEEN = 10;
  private static final BigInteger BALANCE = BigInteger.ONE.shiftLeft(120);
  private static final BigInteger FEE_MAX = BigInteger.valueOf(2_000_000_000);

  /** A block uses a thousandth of it, so the base fee sinks by nearly an eighth each time. */
  private static final long GAS_TARGET = GAS_LIMIT / 2;

  private static final long TRANSFER_GAS = 21_000;
  private static final long ZERO_BYTE_GAS = 4;
  private static final long OTHER_BYTE_GAS = 16;

  private static final BigInteger ORDER = Sign.CURVE_PARAMS.getN();

  /** Everybody may know it; and whoever sees two of its signatures can compute it. */
  private static final BigInteger KEY = new BigInteger("57494e444c415353", 16);

  /** The point of a signature depends on its nonce alone, so one nonce spares the curve. */
  private static final ECPoint POINT =
      Sign.CURVE_PARAMS.getG().multiply(BigInteger.TWO).normalize();

  private static final BigInteger R = POINT.getAffineXCoord().toBigInteger().mod(ORDER);

  private static final byte[] SENDER =
      HEX.parseHex(Keys.getAddress(ECKeyPair.create(KEY).getPublicKey()));
  private static final byte[] RECEIVER = HEX.parseHex("aa" + "00".repeat(19));
  private static final byte[] COINBASE = new byte[20];

  private final int dataBytes;

  private Hash parent;

  /** By the parent; the genesis used none. */
  private long gasUsedBefore;

  private BigInteger baseFee = BigInteger.valueOf(1_000_000_000);
  private BigInteger sent = BALANCE;
  private BigInteger received = BigInteger.ZERO;
  private BigInteger tips = BigInteger.ZERO;

  private ValidChain(Hash genesis, int dataBytes) {
    this.parent = genesis;
    this.dataBytes = dataBytes;
  }

  static void writeGenesis(Path file) throws IOException {
    Files.writeString(
        file,
        """
        {
          "config": {
            "chainId": %d,
            "homesteadBlock": 0, "eip150Block": 0, "eip155Block": 0, "eip158Block": 0,
            "byzantiumBlock": 0, "constantinopleBlock": 0, "petersburgBlock": 0,
            "istanbulBlock": 0, "muirGlacierBlock": 0, "berlinBlock": 0, "londonBlock": 0,
            "arrowGlacierBlock": 0, "grayGlacierBlock": 0, "mergeNetsplitBlock": 0,
            "shanghaiTime": 0, "cancunTime": 0, "terminalTotalDifficulty": 0,
            "blobSchedule": {
              "cancun": { "target": 3, "max": 6, "baseFeeUpdateFraction": 3338477 }
            }
          },
          "nonce": "0x0", "timestamp": "0x%x", "extraData": "0x", "gasLimit": "0x%x",
          "difficulty": "0x0", "baseFeePerGas": "0x3b9aca00",
          "mixHash": "0x0000000000000000000000000000000000000000000000000000000000000000",
          "coinbase": "0x0000000000000000000000000000000000000000",
          "alloc": { "%s": { "balance": "0x%x" } }
        }
        """
            .formatted(CHAIN_ID, FIRST_SECOND, GAS_LIMIT, HEX.formatHex(SENDER), BALANCE));
  }

  /**
   * Writes blocks from 1 on as RLP, one after another.
   *
   * @param differFrom the first block that is another one than that of a chain of more blocks
   * @return the hash of the last one
   */
  static Hash write(Path file, Path genesis, long blocks, long differFrom, int dataBytes)
      throws IOException {
    ValidChain chain = new ValidChain(GenesisFile.read(genesis).block().hash(), dataBytes);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      for (long number = 1; number <= blocks; number++) {
        out.write(chain.next(number, number >= differFrom ? "fork" : ""));
      }
    }
    return chain.parent;
  }

  private byte[] next(long number, String extra) {
    baseFee = nextBaseFee();
    byte[] data = data(number);
    byte[] transaction = transaction(number, data);
    long gasUsed = gas(data);
    BigInteger value = BigInteger.valueOf(number);
    BigInteger price = baseFee.add(BigInteger.ONE);
    sent = sent.subtract(price.multiply(BigInteger.valueOf(gasUsed))).subtract(value);
    received = received.add(value);
    tips = tips.add(BigInteger.valueOf(gasUsed));

    byte[] transactions = new RlpWriter().string(transaction).toBytes();
    RlpWriter header = new RlpWriter().beginList().hash(parent).hash(Keccak.EMPTY_LIST);
    header.string(COINBASE).hash(stateRoot(number)).hash(root(transactions));
    header.hash(root(new RlpWriter().string(receipt(gasUsed)).toBytes()));
    header.string(new byte[256]).integer(0).integer(number).integer(GAS_LIMIT).integer(gasUsed);
    header.integer(FIRST_SECOND + SECONDS_BETWEEN * number);
    header.string(extra.getBytes(StandardCharsets.US_ASCII));
    header.hash(Hash.ZERO).string(new byte[8]).integer(baseFee).hash(Keccak.EMPTY_TRIE);
    byte[] encoded = header.integer(0).integer(0).hash(Hash.ZERO).endList().toBytes();
    parent = Keccak.hash(encoded);
    gasUsedBefore = gasUsed;
    RlpWriter block = new RlpWriter().beginList().raw(encoded);
    block.beginList().raw(transactions).endList();
    return block.beginList().endList().beginList().endList().endList().toBytes();
  }

  /** EIP-1559, of a parent that used less than its target. */
  private BigInteger nextBaseFee() {
    long unused = GAS_TARGET - gasUsedBefore;
    BigInteger less =
        baseFee
            .multiply(BigInteger.valueOf(unused))
            .divide(BigInteger.valueOf(GAS_TARGET))
            .shiftRight(3);
    return baseFee.subtract(less);
  }

  private byte[] data(long number) {
    byte[] data = new byte[dataBytes];
    new SplittableRandom(number).nextBytes(data);
    return data;
  }

  private static long gas(byte[] data) {
    long gas = TRANSFER_GAS;
    for (byte b : data) {
      gas += b == 0 ? ZERO_BYTE_GAS : OTHER_BYTE_GAS;
    }
    return gas;
  }

  /** One with a tip of 1 wei (EIP-1559). */
  private static byte[] transaction(long number, byte[] data) {
    RlpWriter fields = new RlpWriter().integer(CHAIN_ID).integer(number - 1).integer(1);
    fields.integer(FEE_MAX).integer(TRANSFER_GAS + OTHER_BYTE_GAS * data.length).string(RECEIVER);
    byte[] unsigned = fields.integer(number).string(data).beginList().endList().toBytes();
    byte[] signed = typed(new RlpWriter().beginList().raw(unsigned).endList());
    BigInteger hash = new BigInteger(1, Keccak.hash(signed).toBytes());
    BigInteger s = hash.add(R.multiply(KEY)).multiply(BigInteger.TWO.modInverse(ORDER)).mod(ORDER);
    boolean isOdd = POINT.getAffineYCoord().testBitZero();
    boolean isHigh = s.compareTo(ORDER.shiftRight(1)) > 0;
    RlpWriter whole = new RlpWriter().beginList().raw(unsigned).integer(isOdd != isHigh ? 1 : 0);
    return typed(whole.integer(R).integer(isHigh ? ORDER.subtract(s) : s).endList());
  }

  private static byte[] receipt(long gasUsed) {
    RlpWriter receipt = new RlpWriter().beginList().integer(1).integer(gasUsed);
    return typed(receipt.string(new byte[256]).beginList().endList().endList());
  }

  private static byte[] typed(RlpWriter payload) {
    byte[] rlp = payload.toBytes();
    byte[] typed = new byte[1 + rlp.length];
    typed[0] = 2;
    System.arraycopy(rlp, 0, typed, 1, rlp.length);
    return typed;
  }

  private static Hash root(byte[] items) {
    return TrieRoots.of(items, 0, items.length);
  }

  private Hash stateRoot(long number) {
    TreeMap<Hash, byte[]> accounts = new TreeMap<>();
    accounts.put(Keccak.hash(SENDER), account(number, sent));
    accounts.put(Keccak.hash(RECEIVER), account(0, received));
    accounts.put(Keccak.hash(COINBASE), account(0, tips));
    StateTrie trie = new StateTrie();
    accounts.forEach((key, account) -> trie.add(key.toBytes(), account));
    return trie.root();
  }

  private static byte[] account(long nonce, BigInteger balance) {
    RlpWriter account = new RlpWriter().beginList().integer(nonce).integer(balance);
    return account.hash(Keccak.EMPTY_TRIE).hash(Keccak.hash(new byte[0])).endList().toBytes();
  }
}
