package dev.windlass.wire.network;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.windlass.chain.Hash;
import dev.windlass.chain.Keccak;
import dev.windlass.wire.network.GenesisObject.Literal;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One pass through a genesis file. It keeps the plain values. It passes the entries of {@code
 * alloc} on one by one, since they may be larger than memory.
 */
final class GenesisPass {
  private static final int ADDRESS_BYTES = 20;
  private static final int WORD_BITS = 256;

  /** How deep objects of {@code config} are read, such as {@code blobSchedule.cancun}. */
  private static final int CONFIG_DEPTH = 2;

  private final JsonParser json;
  private final Consumer<byte[]> entries;
  private final GenesisObject plain;
  private final GenesisObject config;
  private boolean hasConfig;
  private boolean hasAlloc;

  /** Counts accounts and slots, so that the last of repeated ones is known. */
  private int turn;

  /**
   * Does not read yet.
   *
   * @param entries receives the rows of {@link StateEntry}
   */
  GenesisPass(Path file, JsonParser json, Consumer<byte[]> entries) {
    this.json = json;
    this.entries = entries;
    plain = GenesisObject.of(file);
    config = plain.in("config");
  }

  GenesisObject plain() {
    return plain;
  }

  GenesisObject config() {
    if (!hasConfig) {
      throw plain.absent("config");
    }
    return config;
  }

  int entryCount() {
    return turn;
  }

  /** Reads the one object of the file. Returns false if the file is not an object. */
  boolean read() throws IOException {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      return false;
    }
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      if (name.equalsIgnoreCase("config")) {
        if (isObject(plain, name)) {
          hasConfig = true;
          readPlain(config, CONFIG_DEPTH);
        }
      } else if (name.equalsIgnoreCase("alloc")) {
        if (isObject(plain, name)) {
          hasAlloc = true;
          readAlloc(plain.in(name));
        }
      } else {
        plain.put(name, value());
      }
    }
    if (json.nextToken() != null) {
      return false;
    }
    if (!hasAlloc) {
      throw plain.absent("alloc");
    }
    return true;
  }

  /** Whether an object begins here. Null counts as absent, and any other value is a fault. */
  private boolean isObject(GenesisObject parent, String name) throws IOException {
    if (json.currentToken() == JsonToken.START_OBJECT) {
      return true;
    }
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return false;
    }
    throw parent.fault(name, "is no object");
  }

  private void readPlain(GenesisObject object, int depth) throws IOException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      if (json.nextToken() == JsonToken.START_OBJECT && depth > 0) {
        GenesisObject inner = object.in(name);
        readPlain(inner, depth - 1);
        object.put(name, inner);
      } else {
        object.put(name, value());
      }
    }
  }

  private void readAlloc(GenesisObject alloc) throws IOException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      if (!isObject(alloc, name)) {
        throw alloc.fault(name, "is no object");
      }
      readAccount(alloc, name);
    }
  }

  private void readAccount(GenesisObject alloc, String name) throws IOException {
    Hash key = Keccak.hash(address(alloc, name));
    int own = ++turn;
    GenesisObject account = alloc.in(name);
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      json.nextToken();
      if (field.equalsIgnoreCase("storage")) {
        if (isObject(account, field)) {
          readStorage(account.in(field), key, own);
        }
      } else {
        account.put(field, value());
      }
    }
    long nonce = account.integer("nonce", Long.SIZE).orElse(BigInteger.ZERO).longValue();
    BigInteger balance = account.integer("balance", WORD_BITS).orElse(BigInteger.ZERO);
    Optional<Hash> code = account.bytes("code").filter(bytes -> bytes.length > 0).map(Keccak::hash);
    entries.accept(StateEntry.account(key, own, nonce, balance, code));
  }

  private static byte[] address(GenesisObject alloc, String name) {
    String digits = GenesisObject.withoutPrefix(name);
    try {
      if (digits.length() == 2 * ADDRESS_BYTES) {
        return HexFormat.of().parseHex(digits);
      }
    } catch (IllegalArgumentException e) {
      // The fault below also covers wrong digits.
    }
    throw alloc.fault(name, "is no address of 20 bytes in hexadecimal");
  }

  private void readStorage(GenesisObject storage, Hash key, int own) throws IOException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      byte[] slot = word(storage.word(name, name));
      Object value = value();
      if (value == null) {
        throw storage.absent(name);
      }
      turn++;
      entries.accept(StateEntry.slot(key, own, slot, turn, storage.word(name, value)));
    }
  }

  /** The value that begins here. Objects and arrays are skipped. JSON null is null. */
  private Object value() throws IOException {
    return switch (json.currentToken()) {
      case VALUE_STRING -> json.getText();
      case VALUE_NUMBER_INT -> json.getBigIntegerValue();
      case VALUE_NULL -> null;
      case START_OBJECT -> passedOver(Literal.OBJECT);
      case START_ARRAY -> passedOver(Literal.ARRAY);
      default -> new Literal(json.getText());
    };
  }

  private Literal passedOver(Literal shown) throws IOException {
    json.skipChildren();
    return shown;
  }

  private static byte[] word(BigInteger value) {
    byte[] bytes = value.toByteArray();
    byte[] word = new byte[Hash.BYTES];
    int count = Math.min(bytes.length, Hash.BYTES);
    System.arraycopy(bytes, bytes.length - count, word, Hash.BYTES - count, count);
    return word;
  }
}
