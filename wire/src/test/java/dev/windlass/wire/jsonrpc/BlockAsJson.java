package dev.windlass.wire.jsonrpc;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Keccak;
import dev.windlass.chain.rlp.RlpReader;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.util.HexFormat;

/** Blocks as a JSON-RPC node gives them. */
public final class BlockAsJson {
  private static final int BYTES_MAX = 1 << 24;
  private static final HexFormat HEX = HexFormat.of();

  /** The names of header fields in their order. Those with a colon are quantities. */
  private static final String[] HEADER =
      ("parentHash sha3Uncles miner stateRoot transactionsRoot receiptsRoot logsBloom :difficulty"
              + " :number :gasLimit :gasUsed :timestamp extraData mixHash nonce :baseFeePerGas"
              + " withdrawalsRoot :blobGasUsed :excessBlobGas parentBeaconBlockRoot requestsHash"
              + " blockAccessListHash :slotNumber")
          .split(" ");

  private static final String CALL = " :gas to :value input";
  private static final String SIGNED = " :yParity :r :s";
  private static final String FEES = ":chainId :nonce :maxPriorityFeePerGas :maxFeePerGas" + CALL;
  private static final String[][] TRANSACTIONS = {
    (":nonce :gasPrice" + CALL + " :v :r :s").split(" "),
    (":chainId :nonce :gasPrice" + CALL + " accessList" + SIGNED).split(" "),
    (FEES + " accessList" + SIGNED).split(" "),
    (FEES + " accessList :maxFeePerBlobGas blobVersionedHashes" + SIGNED).split(" "),
    (FEES + " accessList authorizationList" + SIGNED).split(" "),
  };

  private BlockAsJson() {}

  public static JsonObject header(BlockHeader header) {
    JsonObject json = new JsonObject();
    fields(new RlpReader(header.raw()).list(), HEADER, json);
    return json.put("hash", header.hash().toString());
  }

  /**
   * A block.
   *
   * @param isFull whether its transactions are whole
   */
  public static JsonObject block(Block block, boolean isFull) {
    JsonObject json = header(block.header());
    RlpReader body = new RlpReader(block.rawBody()).list();
    JsonArray transactions = new JsonArray();
    RlpReader list = body.list();
    while (list.hasNext()) {
      JsonObject transaction = transaction(list);
      transactions.add(isFull ? transaction : transaction.getValue("hash"));
    }
    JsonArray uncles = new JsonArray();
    block.uncles().forEach(uncle -> uncles.add(uncle.hash().toString()));
    body.next();
    json.put("transactions", transactions).put("uncles", uncles);
    if (body.hasNext()) {
      json.put("withdrawals", withdrawals(body.list()));
    }
    return json.put("size", hex(BigInteger.valueOf(block.size())));
  }

  private static JsonArray withdrawals(RlpReader list) {
    JsonArray withdrawals = new JsonArray();
    while (list.hasNext()) {
      JsonObject one = new JsonObject();
      fields(list.list(), ":index :validatorIndex address :amount".split(" "), one);
      withdrawals.add(one);
    }
    return withdrawals;
  }

  private static JsonObject transaction(RlpReader list) {
    byte[] raw;
    int type = 0;
    RlpReader fields;
    if (list.nextIsList()) {
      raw = list.item(BYTES_MAX);
      fields = new RlpReader(raw).list();
    } else {
      raw = list.string(BYTES_MAX);
      type = raw[0];
      fields = new RlpReader(raw, 1, raw.length - 1).list();
    }
    JsonObject json = new JsonObject().put("type", "0x" + type);
    fields(fields, TRANSACTIONS[type], json);
    if (type > 0) {
      json.put("v", json.getValue("yParity"));
    }
    return json.put("hash", Keccak.hash(raw).toString());
  }

  private static void fields(RlpReader list, String[] names, JsonObject json) {
    for (String name : names) {
      if (!list.hasNext()) {
        return;
      }
      switch (name) {
        case "accessList" -> json.put(name, accessList(list.list()));
        case "authorizationList" -> json.put(name, authorizations(list.list()));
        case "blobVersionedHashes" -> json.put(name, strings(list.list()));
        default -> field(list, name, json);
      }
    }
  }

  private static void field(RlpReader list, String name, JsonObject json) {
    byte[] bytes = list.string(BYTES_MAX);
    if (name.startsWith(":")) {
      json.put(name.substring(1), hex(new BigInteger(1, bytes)));
    } else if (name.equals("to") && bytes.length == 0) {
      json.putNull(name);
    } else {
      json.put(name, "0x" + HEX.formatHex(bytes));
    }
  }

  private static JsonArray accessList(RlpReader list) {
    JsonArray entries = new JsonArray();
    while (list.hasNext()) {
      RlpReader entry = list.list();
      JsonObject json = new JsonObject();
      field(entry, "address", json);
      entries.add(json.put("storageKeys", strings(entry.list())));
    }
    return entries;
  }

  private static JsonArray authorizations(RlpReader list) {
    JsonArray entries = new JsonArray();
    while (list.hasNext()) {
      JsonObject json = new JsonObject();
      fields(list.list(), ":chainId address :nonce :yParity :r :s".split(" "), json);
      entries.add(json);
    }
    return entries;
  }

  private static JsonArray strings(RlpReader list) {
    JsonArray strings = new JsonArray();
    while (list.hasNext()) {
      strings.add("0x" + HEX.formatHex(list.string(BYTES_MAX)));
    }
    return strings;
  }

  private static String hex(BigInteger quantity) {
    return "0x" + quantity.toString(16);
  }
}
