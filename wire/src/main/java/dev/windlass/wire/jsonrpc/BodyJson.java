package dev.windlass.wire.jsonrpc;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.Keccak;
import dev.windlass.chain.rlp.RlpWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * Rebuilds bodies from JSON. Each transaction of a body that is returned has the hash that the JSON
 * gives for it.
 *
 * <p>Shape: {@code eth_getBlockBy...} with whole transactions, of the types 0 to 4, and
 * withdrawals.
 */
final class BodyJson {
  private static final int ADDRESS = 20;

  private BodyJson() {}

  /**
   * The body as RLP of {@code [transactions, uncles, withdrawals?]}.
   *
   * @param uncles the raw headers, which the node gives apart
   */
  static byte[] body(JsonFields block, List<BlockHeader> uncles) {
    RlpWriter out = new RlpWriter(4096);
    out.beginList();
    out.beginList();
    for (byte[] raw : transactions(block)) {
      if (isTyped(raw)) {
        out.string(raw);
      } else {
        out.raw(raw);
      }
    }
    out.endList();
    out.beginList();
    uncles.forEach(uncle -> out.raw(uncle.raw()));
    out.endList();
    if (block.has("withdrawals")) {
      out.beginList();
      block.objects("withdrawals", "withdrawal").forEach(one -> withdrawal(one, out));
      out.endList();
    }
    return out.endList().toBytes();
  }

  /** The encodings of the transactions. They are hashed together, which is faster. */
  private static List<byte[]> transactions(JsonFields block) {
    List<JsonFields> all = block.objects("transactions", "transaction");
    List<byte[]> raws = new ArrayList<>(all.size());
    List<Hash> said = new ArrayList<>(all.size());
    try {
      for (JsonFields transaction : all) {
        byte[] raw = transaction(transaction);
        said.add(transaction.hash("hash"));
        raws.add(raw);
      }
    } catch (BlockJsonException e) {
      // The error names the first transaction that is wrong.
      prove(all, raws, said);
      throw e;
    }
    prove(all, raws, said);
    return raws;
  }

  private static void prove(List<JsonFields> all, List<byte[]> raws, List<Hash> said) {
    List<Hash> hashes = Keccak.hashAll(raws);
    for (int i = 0; i < hashes.size(); i++) {
      if (!hashes.get(i).equals(said.get(i))) {
        throw new BlockJsonException(
            all.get(i).name() + " has another hash than " + said.get(i) + ", which its JSON gives");
      }
    }
  }

  private static boolean isTyped(byte[] raw) {
    return (raw[0] & 0xff) < 0xc0;
  }

  private static void withdrawal(JsonFields one, RlpWriter out) {
    out.beginList();
    one.quantity(out, "index");
    one.quantity(out, "validatorIndex");
    one.data(out, "address", ADDRESS);
    one.quantity(out, "amount");
    out.endList();
  }

  /** The encoding of EIP-2718: the RLP of a legacy transaction, or the type and its payload. */
  private static byte[] transaction(JsonFields from) {
    long type = from.has("type") ? from.number("type") : 0;
    RlpWriter out = new RlpWriter(256);
    if (type > 0 && type <= 4) {
      out.raw(new byte[] {(byte) type});
    }
    out.beginList();
    switch ((int) Math.min(type, 5)) {
      case 0 -> legacy(from, out);
      case 1 -> accessList(from, out);
      case 2 -> dynamicFee(from, out);
      case 3 -> blob(from, out);
      case 4 -> setCode(from, out);
      default ->
          throw new BlockJsonException(
              from.name() + " has the type 0x" + Long.toHexString(type) + ", which is not known");
    }
    return out.endList().toBytes();
  }

  private static void legacy(JsonFields from, RlpWriter out) {
    from.quantity(out, "nonce");
    from.quantity(out, "gasPrice");
    call(from, out);
    from.quantity(out, "v");
    from.quantity(out, "r");
    from.quantity(out, "s");
  }

  private static void accessList(JsonFields from, RlpWriter out) {
    from.quantity(out, "chainId");
    from.quantity(out, "nonce");
    from.quantity(out, "gasPrice");
    call(from, out);
    access(from, out);
    signature(from, out);
  }

  private static void dynamicFee(JsonFields from, RlpWriter out) {
    feeMarket(from, out);
    signature(from, out);
  }

  private static void blob(JsonFields from, RlpWriter out) {
    feeMarket(from, out);
    from.quantity(out, "maxFeePerBlobGas");
    out.beginList();
    hashes(from, "blobVersionedHashes", out);
    out.endList();
    signature(from, out);
  }

  private static void setCode(JsonFields from, RlpWriter out) {
    feeMarket(from, out);
    out.beginList();
    for (JsonFields one : from.objects("authorizationList", from.name() + ": authorization")) {
      out.beginList();
      one.quantity(out, "chainId");
      one.data(out, "address", ADDRESS);
      one.quantity(out, "nonce");
      signature(one, out);
      out.endList();
    }
    out.endList();
    signature(from, out);
  }

  /** The fields that the types from 2 on share. */
  private static void feeMarket(JsonFields from, RlpWriter out) {
    from.quantity(out, "chainId");
    from.quantity(out, "nonce");
    from.quantity(out, "maxPriorityFeePerGas");
    from.quantity(out, "maxFeePerGas");
    call(from, out);
    access(from, out);
  }

  private static void call(JsonFields from, RlpWriter out) {
    from.quantity(out, "gas");
    from.addressOrNone(out, "to");
    from.quantity(out, "value");
    from.data(out, from.has("input") ? "input" : "data");
  }

  private static void access(JsonFields from, RlpWriter out) {
    out.beginList();
    for (JsonFields entry : from.objects("accessList", from.name() + ": access")) {
      out.beginList();
      entry.data(out, "address", ADDRESS);
      out.beginList();
      hashes(entry, "storageKeys", out);
      out.endList();
      out.endList();
    }
    out.endList();
  }

  private static void hashes(JsonFields from, String field, RlpWriter out) {
    for (JsonValue item : from.list(field)) {
      try {
        out.hash(Hash.fromHex(String.valueOf(item.scalar())));
      } catch (IllegalArgumentException e) {
        throw from.wrong(field, "has an item that is no hash");
      }
    }
  }

  /** Nodes from before EIP-2718 was settled give the parity as v only. */
  private static void signature(JsonFields from, RlpWriter out) {
    from.quantity(out, from.has("yParity") ? "yParity" : "v");
    from.quantity(out, "r");
    from.quantity(out, "s");
  }
}
