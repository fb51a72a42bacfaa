package dev.windlass.sim;

import dev.windlass.chain.Hash;
import dev.windlass.chain.Keccak;
import dev.windlass.chain.rlp.RlpWriter;
import dev.windlass.chain.rlp.TrieRoots;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.web3j.crypto.ECKeyPair;
import org.web3j.crypto.Sign;

/**
 * The bodies that the blocks of a made chain share. Transactions are signed once, and the root of
 * each body is computed once, so that a block costs no more than its header.
 *
 * <p>Immutable once made.
 */
final class MadeBodies {
  /** The number of signatures, for a chain of any length. One takes 0.25 ms. */
  private static final int SIGNED_COUNT = 64;

  private static final int BODY_COUNT = 256;

  /** The private keys 1 to 4 sign in turn. Their addresses are well known. */
  private static final int ACCOUNT_COUNT = 4;

  static final long CHAIN_ID = 1337;
  private static final BigInteger GWEI = BigInteger.TEN.pow(9);
  private static final BigInteger GAS_LIMIT = BigInteger.valueOf(1_000_000);
  private static final int WITHDRAWALS_PER_BLOCK = 4;
  private static final byte[] NO_BYTES = {};

  /** A body and its roots. Its bytes are shared and must not be changed. */
  static final class Body {
    private final byte[] raw;
    private final int transactionCount;
    private final long gasUsed;
    private final Hash transactionsRoot;
    private final Hash withdrawalsRoot;

    Body(byte[] raw, int transactionCount, long gasUsed, Hash transactionsRoot, Hash withdrawals) {
      this.raw = raw;
      this.transactionCount = transactionCount;
      this.gasUsed = gasUsed;
      this.transactionsRoot = transactionsRoot;
      this.withdrawalsRoot = withdrawals;
    }

    byte[] raw() {
      return raw;
    }

    boolean hasTransactions() {
      return transactionCount > 0;
    }

    long gasUsed() {
      return gasUsed;
    }

    Hash transactionsRoot() {
      return transactionsRoot;
    }

    /** Null if the body has no withdrawals. */
    Hash withdrawalsRoot() {
      return withdrawalsRoot;
    }
  }

  private final Body empty;
  private final Body[] bodies;

  private MadeBodies(Body empty, Body[] bodies) {
    this.empty = empty;
    this.bodies = bodies;
  }

  static MadeBodies of(long seed, ChainMaker.Shape shape) {
    Body empty = body(List.of(), shape, 0);
    if (shape.transactionsPerBlockMax() == 0) {
      return new MadeBodies(empty, new Body[] {empty});
    }
    Mix mix = new Mix(seed);
    List<byte[]> signed = new ArrayList<>(SIGNED_COUNT);
    for (int account = 1; account <= ACCOUNT_COUNT; account++) {
      ECKeyPair key = ECKeyPair.create(BigInteger.valueOf(account));
      for (int nonce = 0; nonce < SIGNED_COUNT / ACCOUNT_COUNT; nonce++) {
        signed.add(signedTransaction(mix, key, nonce, shape));
      }
    }
    Body[] bodies = new Body[BODY_COUNT];
    for (int i = 0; i < BODY_COUNT; i++) {
      int count = mix.below(shape.transactionsPerBlockMax() + 1);
      List<byte[]> transactions = new ArrayList<>(count);
      for (int j = 0; j < count; j++) {
        transactions.add(signed.get(mix.below(SIGNED_COUNT)));
      }
      bodies[i] = body(transactions, shape, mix.next());
    }
    return new MadeBodies(empty, bodies);
  }

  Body empty() {
    return empty;
  }

  Body pick(long mixed) {
    return bodies[(int) (mixed & (bodies.length - 1))];
  }

  private static Body body(List<byte[]> transactions, ChainMaker.Shape shape, long seed) {
    RlpWriter list = new RlpWriter();
    long gasUsed = 0;
    for (byte[] transaction : transactions) {
      if ((transaction[0] & 0xff) >= 0xc0) {
        list.raw(transaction);
      } else {
        list.string(transaction);
      }
      gasUsed += 21_000 + 16L * transaction.length;
    }
    byte[] payload = list.toBytes();
    RlpWriter body = new RlpWriter(payload.length + 256).beginList();
    body.beginList().raw(payload).endList();
    body.beginList().endList();
    Hash withdrawalsRoot = null;
    if (shape.hasWithdrawals()) {
      byte[] withdrawals = withdrawals(new Mix(seed));
      withdrawalsRoot = TrieRoots.of(withdrawals, 0, withdrawals.length);
      body.beginList().raw(withdrawals).endList();
    }
    return new Body(
        body.endList().toBytes(),
        transactions.size(),
        gasUsed,
        TrieRoots.of(payload, 0, payload.length),
        withdrawalsRoot);
  }

  /** {@code [index, validator, address, amount in gwei]} each (EIP-4895). */
  private static byte[] withdrawals(Mix mix) {
    RlpWriter list = new RlpWriter();
    long first = mix.below(1 << 24);
    for (int i = 0; i < WITHDRAWALS_PER_BLOCK; i++) {
      list.beginList()
          .integer(first + i)
          .integer(mix.below(1 << 20))
          .string(mix.bytes(20))
          .integer(mix.below(20_000_000))
          .endList();
    }
    return list.toBytes();
  }

  private static byte[] signedTransaction(
      Mix mix, ECKeyPair key, int nonce, ChainMaker.Shape shape) {
    int dataBytesMax = shape.dataBytesMax();
    // Half of all transactions only transfer value.
    byte[] data =
        dataBytesMax == 0 || mix.below(2) == 0 ? NO_BYTES : mix.bytes(1 + mix.below(dataBytesMax));
    BigInteger value = BigInteger.valueOf(1 + mix.below(1_000_000)).multiply(GWEI);
    byte[] to = mix.bytes(20);
    // The other kind came with London.
    return nonce % 2 == 0 || shape.fieldCount() == 15
        ? legacy(key, nonce, to, value, data)
        : feeMarket(key, nonce, to, value, data);
  }

  /** EIP-155: nine fields. The signed form has the chain's id, 0 and 0 for the signature. */
  private static byte[] legacy(ECKeyPair key, int nonce, byte[] to, BigInteger value, byte[] data) {
    RlpWriter fields = new RlpWriter();
    fields.integer(nonce).integer(GWEI).integer(GAS_LIMIT).string(to).integer(value).string(data);
    byte[] common = fields.toBytes();
    fields.clear().beginList().raw(common).integer(CHAIN_ID).integer(0).integer(0).endList();
    Sign.SignatureData signature = sign(fields.toBytes(), key);
    fields.clear().beginList().raw(common).integer(CHAIN_ID * 2 + 35 + recoveryId(signature));
    writeSignature(fields, signature);
    return fields.endList().toBytes();
  }

  /**
   * EIP-1559: {@code 0x02 || [chain id, nonce, tip, fee cap, gas, to, value, data, [], y, r, s]}.
   */
  private static byte[] feeMarket(
      ECKeyPair key, int nonce, byte[] to, BigInteger value, byte[] data) {
    RlpWriter fields = new RlpWriter();
    fields.integer(CHAIN_ID).integer(nonce).integer(GWEI).integer(GWEI.shiftLeft(1));
    fields.integer(GAS_LIMIT).string(to).integer(value).string(data).beginList().endList();
    byte[] common = fields.toBytes();
    byte[] type = {2};
    byte[] unsigned = fields.clear().raw(type).beginList().raw(common).endList().toBytes();
    Sign.SignatureData signature = sign(unsigned, key);
    fields.clear().raw(type).beginList().raw(common).integer(recoveryId(signature));
    writeSignature(fields, signature);
    return fields.endList().toBytes();
  }

  private static Sign.SignatureData sign(byte[] unsigned, ECKeyPair key) {
    return Sign.signMessage(Keccak.hash(unsigned).toBytes(), key, false);
  }

  private static int recoveryId(Sign.SignatureData signature) {
    return signature.getV()[0] - 27;
  }

  private static void writeSignature(RlpWriter fields, Sign.SignatureData signature) {
    fields
        .integer(new BigInteger(1, signature.getR()))
        .integer(new BigInteger(1, signature.getS()));
  }
}
