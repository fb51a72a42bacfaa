package dev.windlass.chain;

import dev.windlass.chain.keccak.KeccakBatch;
import dev.windlass.chain.keccak.RunningKeccak;
import java.util.ArrayList;
import java.util.List;

/** Keccak-256, the hash that names blocks, transactions and trie nodes. */
public final class Keccak {
  /** keccak of the empty RLP string: the root of an empty trie. */
  public static final Hash EMPTY_TRIE = hash(new byte[] {(byte) 0x80});

  /** keccak of the empty RLP list: the uncles hash of a block without uncles. */
  public static final Hash EMPTY_LIST = hash(new byte[] {(byte) 0xc0});

  private Keccak() {}

  public static Hash hash(byte[] bytes) {
    return hash(bytes, 0, bytes.length);
  }

  public static Hash hash(byte[] bytes, int offset, int length) {
    Digest digest = Digest.OF_THREAD.get();
    digest.keccak.update(bytes, offset, length);
    digest.keccak.finish(digest.output, 0);
    return Hash.of(digest.output, 0);
  }

  /** The hash of each message. They are computed together, which is faster. */
  public static List<Hash> hashAll(List<byte[]> messages) {
    byte[] output = new byte[messages.size() * Hash.BYTES];
    KeccakBatch batch = Digest.OF_THREAD.get().batch;
    batch.clear();
    int at = 0;
    for (byte[] message : messages) {
      batch.add(message, 0, message.length, output, at);
      at += Hash.BYTES;
    }
    batch.run();
    List<Hash> hashes = new ArrayList<>(messages.size());
    for (int i = 0; i < output.length; i += Hash.BYTES) {
      hashes.add(Hash.of(output, i));
    }
    return hashes;
  }

  /** The message of this thread, not begun. The caller must finish it. */
  static RunningKeccak ofThread() {
    return Digest.OF_THREAD.get().keccak;
  }

  /**
   * The state of one thread. Creating one takes a tenth of the time that hashing a header takes.
   */
  private static final class Digest {
    static final ThreadLocal<Digest> OF_THREAD = ThreadLocal.withInitial(Digest::new);

    final RunningKeccak keccak = new RunningKeccak();
    final KeccakBatch batch = new KeccakBatch();
    final byte[] output = new byte[Hash.BYTES];
  }
}
