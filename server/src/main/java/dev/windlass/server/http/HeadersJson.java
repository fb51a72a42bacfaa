package dev.windlass.server.http;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.LocatedHeaders;
import dev.windlass.chain.rlp.RlpException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The answer of {@code GET /v1/headers}: {@code {"lowest": {"number", "hash"}, "tip": {"number",
 * "hash"}, "headers": [{"number", "hash", "parentHash", "rlp"}, ...]}}. {@code rlp} is the header
 * in hexadecimal digits after {@code 0x}. Its keccak is the hash.
 */
final class HeadersJson {
  private static final String HEX = "0x";
  private static final String LOWEST = "lowest";
  private static final String TIP = "tip";
  private static final String HEADERS = "headers";

  /** More than an object takes beside the digits of its header. */
  private static final int OBJECT_BYTES_MAX = 256;

  private HeadersJson() {}

  /** Writes an answer with a line end behind it. */
  static Buffer encode(LocatedHeaders located) {
    // With its final size at once, since a buffer that grows takes up to three times its size.
    int bytes =
        located.headers().stream().mapToInt(header -> OBJECT_BYTES_MAX + 2 * header.size()).sum();
    Buffer json = Buffer.buffer(OBJECT_BYTES_MAX + bytes);
    json.appendString("{\"" + LOWEST + "\":")
        .appendString(StatusJson.block(located.lowest()).encode());
    json.appendString(",\"" + TIP + "\":").appendString(StatusJson.block(located.tip()).encode());
    json.appendString(",\"" + HEADERS + "\":[");
    String separator = "";
    // One by one, since the objects and their text would need several times the memory.
    for (BlockHeader header : located.headers()) {
      json.appendString(separator).appendString(object(header).encode());
      separator = ",";
    }
    return json.appendString("]}\n");
  }

  private static JsonObject object(BlockHeader header) {
    return StatusJson.block(header.id())
        .put("parentHash", header.parentHash().toString())
        .put("rlp", HEX + HexFormat.of().formatHex(header.raw()));
  }

  /**
   * Reads an answer. The headers are hashed here, so their hashes are no claims. The message of an
   * IllegalArgumentException says what is wrong.
   */
  static LocatedHeaders parse(Buffer body) {
    try {
      JsonObject json = new JsonObject(body);
      List<BlockHeader> headers = new ArrayList<>();
      JsonArray array = json.getJsonArray(HEADERS);
      for (int i = 0; i < array.size(); i++) {
        headers.add(header(array.getJsonObject(i)));
      }
      return new LocatedHeaders(
          block(json.getJsonObject(LOWEST)), block(json.getJsonObject(TIP)), headers);
    } catch (DecodeException | ClassCastException | NullPointerException e) {
      throw new IllegalArgumentException("its answer is no answer about headers", e);
    }
  }

  private static BlockId block(JsonObject json) {
    return new BlockId(json.getLong("number"), Hash.fromHex(json.getString("hash")));
  }

  private static BlockHeader header(JsonObject json) {
    BlockId said = block(json);
    String rlp = json.getString("rlp");
    BlockHeader header;
    try {
      header =
          BlockHeader.decode(
              HexFormat.of().parseHex(rlp, rlp.startsWith(HEX) ? 2 : 0, rlp.length()));
    } catch (RlpException e) {
      throw new IllegalArgumentException("its header " + said + " does not decode", e);
    }
    if (!header.id().equals(said)) {
      throw new IllegalArgumentException("its header " + said + " is that of block " + header.id());
    }
    return header;
  }
}
