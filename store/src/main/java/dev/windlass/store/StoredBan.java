package dev.windlass.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.windlass.chain.Hash;
import java.util.Arrays;

/**
 * A banned hash and the evidence against it. The sequence in the key keeps the order of adding.
 *
 * <pre>
 * 0   hash (32)
 * 32  evidence, UTF-8, to the end
 * </pre>
 */
record StoredBan(Hash hash, String evidence) {
  byte[] encode() {
    byte[] text = evidence.getBytes(UTF_8);
    byte[] value = Arrays.copyOf(hash.toBytes(), Hash.BYTES + text.length);
    System.arraycopy(text, 0, value, Hash.BYTES, text.length);
    return value;
  }

  static StoredBan decode(byte[] value) {
    if (value.length < Hash.BYTES) {
      throw Damage.of("a ban has " + value.length + " bytes");
    }
    String evidence = new String(value, Hash.BYTES, value.length - Hash.BYTES, UTF_8);
    return new StoredBan(Hash.of(value, 0), evidence);
  }
}
