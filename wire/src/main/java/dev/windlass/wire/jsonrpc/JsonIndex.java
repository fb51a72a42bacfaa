package dev.windlass.wire.jsonrpc;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.base.ParserBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import java.io.IOException;
import java.util.Arrays;

/**
 * Where each value of a JSON text begins and ends. It is much cheaper than a tree of maps, since
 * the values stay in the text until they are wanted.
 *
 * <p>Each value has an index, in the order of the text. It takes 16 bytes besides the text.
 * Immutable once read.
 */
final class JsonIndex {
  /** The rules of Vert.x, which allows comments. */
  private static final JsonFactory FACTORY =
      new JsonFactory().enable(JsonParser.Feature.ALLOW_COMMENTS);

  /** For each value its token, its first byte and, in a list or an object, the value after it. */
  private static final int INTS = 3;

  /** By their id. */
  private static final JsonToken[] TOKENS = new JsonToken[16];

  static {
    for (JsonToken token : JsonToken.values()) {
      if (token.id() >= 0) {
        TOKENS[token.id()] = token;
      }
    }
  }

  private final byte[] text;
  private int[] places = new int[INTS * 64];
  private String[] names = new String[64];
  private int count;

  private JsonIndex(byte[] text) {
    this.text = text;
  }

  /**
   * The value that is the whole text.
   *
   * @throws DecodeException if the text is no JSON
   */
  static JsonValue read(Buffer json) {
    byte[] text =
        isUtf8(json) ? json.getBytes() : Json.CODEC.toBuffer(Json.decodeValue(json)).getBytes();
    JsonIndex index = new JsonIndex(text);
    try (JsonParser parser = FACTORY.createParser(text)) {
      index.readAll(parser);
    } catch (IOException e) {
      throw new DecodeException(e.getMessage(), e);
    }
    return new JsonValue(index, 0);
  }

  /** Whether it is UTF-8 without a mark. Jackson reads UTF-16 and UTF-32 too. */
  private static boolean isUtf8(Buffer json) {
    for (int i = 0; i < Math.min(4, json.length()); i++) {
      if (json.getByte(i) <= 0) {
        return false;
      }
    }
    return true;
  }

  private void readAll(JsonParser parser) throws IOException {
    int[] open = new int[16];
    int depth = 0;
    String name = null;
    do {
      JsonToken token = parser.nextToken();
      if (token == null) {
        throw new DecodeException("it ends too early");
      }
      if (token == JsonToken.FIELD_NAME) {
        name = parser.currentName();
        continue;
      }
      if (token.isStructEnd()) {
        places[INTS * open[--depth] + 2] = count;
        continue;
      }
      if (token == JsonToken.VALUE_STRING) {
        // Jackson checks less of a text that it passes over.
        parser.finishToken();
      }
      if (token.isNumeric()) {
        // It checks the length.
        parser.getNumberValue();
      }
      if (token.isStructStart()) {
        if (depth == open.length) {
          open = Arrays.copyOf(open, 2 * depth);
        }
        open[depth++] = count;
      }
      add(token, name, (int) ((ParserBase) parser).getTokenCharacterOffset() - 1);
      name = null;
    } while (depth > 0);
    if (parser.nextToken() != null) {
      throw new DecodeException("more follows");
    }
  }

  private void add(JsonToken token, String name, int from) {
    if (count == names.length) {
      names = Arrays.copyOf(names, 2 * count);
      places = Arrays.copyOf(places, 2 * INTS * count);
    }
    names[count] = name;
    places[INTS * count] = token.id();
    places[INTS * count + 1] = from;
    count++;
    places[INTS * count - 1] = count;
  }

  byte[] text() {
    return text;
  }

  JsonToken token(int value) {
    return TOKENS[places[INTS * value]];
  }

  /** The first byte of a value. */
  int from(int value) {
    return places[INTS * value + 1];
  }

  /** The value after this one and all that it holds. */
  int next(int value) {
    return places[INTS * value + 2];
  }

  /** The name of a value in its object. Null in a list. */
  String name(int value) {
    return names[value];
  }
}
