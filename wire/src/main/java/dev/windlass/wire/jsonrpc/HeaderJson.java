package dev.windlass.wire.jsonrpc;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.rlp.RlpException;
import dev.windlass.chain.rlp.RlpWriter;
import dev.windlass.wire.devp2p.RemoteText;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Rebuilds headers from JSON. A header that is returned has the hash that the JSON gives for it.
 *
 * <p>Shape: the fields of execution-apis, up to those of Amsterdam. Other fields are passed over.
 * If they belong to the header, its hash differs, and the error names them.
 */
final class HeaderJson {
  private static final int ANY = -1;
  private static final int QUANTITY = -2;

  /** How many unknown fields an error names, and how much of each name. */
  private static final int UNKNOWN_MAX = 8;

  private static final int NAME_MAX = 40;

  /**
   * @param bytes of data, or one of the constants above
   */
  private record Field(String name, int bytes) {
    void write(JsonFields header, RlpWriter out) {
      switch (bytes) {
        case ANY -> header.data(out, name);
        case QUANTITY -> header.quantity(out, name);
        default -> header.data(out, name, bytes);
      }
    }
  }

  private static final List<Field> FIRST =
      List.of(
          new Field("parentHash", 32),
          new Field("sha3Uncles", 32),
          new Field("miner", 20),
          new Field("stateRoot", 32),
          new Field("transactionsRoot", 32),
          new Field("receiptsRoot", 32),
          new Field("logsBloom", 256),
          new Field("difficulty", QUANTITY),
          new Field("number", QUANTITY),
          new Field("gasLimit", QUANTITY),
          new Field("gasUsed", QUANTITY),
          new Field("timestamp", QUANTITY),
          new Field("extraData", ANY),
          new Field("mixHash", 32),
          new Field("nonce", 8));

  /** Of London, Shanghai, Cancun, Prague and Amsterdam. A header has the first some of them. */
  private static final List<Field> LATER =
      List.of(
          new Field("baseFeePerGas", QUANTITY),
          new Field("withdrawalsRoot", 32),
          new Field("blobGasUsed", QUANTITY),
          new Field("excessBlobGas", QUANTITY),
          new Field("parentBeaconBlockRoot", 32),
          new Field("requestsHash", 32),
          new Field("blockAccessListHash", 32),
          new Field("slotNumber", QUANTITY));

  /** Of a block, but not of its header. */
  private static final Set<String> OF_BLOCK =
      Set.of("hash", "size", "totalDifficulty", "transactions", "uncles", "withdrawals");

  private HeaderJson() {}

  static BlockHeader header(JsonFields block) {
    byte[] raw = raw(block);
    BlockHeader header;
    try {
      header = BlockHeader.decode(raw);
    } catch (RlpException e) {
      throw new BlockJsonException(block.name() + " is no header: " + e.getMessage());
    }
    Hash said = block.hash("hash");
    if (!header.hash().equals(said)) {
      List<String> unknown = unknown(block);
      throw new BlockJsonException(
          unknown.isEmpty()
              ? block.name() + " has another hash than " + said + ", which its JSON gives"
              : block.name() + " has fields that are not known: " + String.join(", ", unknown));
    }
    return header;
  }

  private static byte[] raw(JsonFields block) {
    RlpWriter out = new RlpWriter(640);
    out.beginList();
    FIRST.forEach(field -> field.write(block, out));
    int last = LATER.size() - 1;
    while (last >= 0 && !block.has(LATER.get(last).name)) {
      last--;
    }
    // One that is absent before one that is present is an error that names it.
    LATER.subList(0, last + 1).forEach(field -> field.write(block, out));
    return out.endList().toBytes();
  }

  private static List<String> unknown(JsonFields block) {
    List<String> unknown = new ArrayList<>();
    for (String name : block.fieldNames()) {
      boolean isKnown =
          OF_BLOCK.contains(name)
              || FIRST.stream().anyMatch(field -> field.name.equals(name))
              || LATER.stream().anyMatch(field -> field.name.equals(name));
      if (!isKnown && unknown.size() < UNKNOWN_MAX) {
        unknown.add(RemoteText.shown(name, NAME_MAX));
      }
    }
    return unknown;
  }
}
