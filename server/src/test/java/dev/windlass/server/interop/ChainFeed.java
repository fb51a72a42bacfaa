package dev.windlass.server.interop;

import dev.windlass.chain.Keccak;
import dev.windlass.chain.rlp.RlpReader;
import dev.windlass.fixtures.Await;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The beacon node of a geth: over the engine API each block of a file becomes its head in turn. A
 * fork of the same chain that is fed makes a reorg.
 */
final class ChainFeed {
  private static final Duration FEED_MAX = Duration.ofMinutes(3);
  private static final int BLOCK_BYTES_MAX = 1 << 20;
  private static final String NO_HASH = "0x" + "0".repeat(64);

  /**
   * The header's fields by their names in an execution payload; those without one are not in it.
   */
  private static final List<String> FIELDS =
      List.of(
          "parentHash",
          "",
          "feeRecipient",
          "stateRoot",
          "",
          "receiptsRoot",
          "logsBloom",
          "",
          "#blockNumber",
          "#gasLimit",
          "#gasUsed",
          "#timestamp",
          "extraData",
          "prevRandao",
          "",
          "#baseFeePerGas",
          "",
          "#blobGasUsed",
          "#excessBlobGas",
          "parentBeaconBlockRoot");

  private final Geth geth;

  ChainFeed(Geth geth) {
    this.geth = geth;
  }

  /** Feeds some blocks of a file, the last one included. */
  void feed(Path file, long from, long to, Duration every) {
    try (Feeding feeding = start(file, from, to, every)) {
      feeding.awaitEnd(FEED_MAX);
    }
  }

  /** The same beside what the test does meanwhile. */
  Feeding start(Path file, long from, long to, Duration every) {
    return new Feeding(blocks(file, from, to), every);
  }

  /** Owned by the test, which ends it. */
  final class Feeding implements AutoCloseable {
    private final CompletableFuture<Void> end;
    private volatile boolean isClosed;

    private Feeding(List<JsonObject> payloads, Duration every) {
      end =
          CompletableFuture.runAsync(
              () -> {
                for (JsonObject payload : payloads) {
                  if (isClosed) {
                    return;
                  }
                  give(payload);
                  Await.pause(every);
                }
              },
              work -> new Thread(work, "feed").start());
    }

    boolean isAlive() {
      return !end.isDone();
    }

    void awaitEnd(Duration max) {
      try {
        end.get(max.toMillis(), TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted", e);
      } catch (ExecutionException | TimeoutException e) {
        throw new AssertionError("the feed has not come to its end", e);
      }
    }

    @Override
    public void close() {
      isClosed = true;
    }
  }

  private void give(JsonObject payload) {
    JsonObject block = payload.copy();
    String root = (String) block.remove("parentBeaconBlockRoot");
    String number = block.getString("blockNumber");
    JsonRpc engine = geth.engine();
    Object imported =
        engine.call("engine_newPayloadV3", block, new JsonArray(), root).orElse("no answer");
    requireValid(number, imported instanceof JsonObject status ? status : new JsonObject());
    JsonObject heads =
        new JsonObject()
            .put("headBlockHash", block.getString("blockHash"))
            .put("safeBlockHash", NO_HASH)
            .put("finalizedBlockHash", NO_HASH);
    JsonObject adopted =
        (JsonObject)
            engine.call("engine_forkchoiceUpdatedV3", heads, null).orElse(new JsonObject());
    requireValid(number, adopted.getJsonObject("payloadStatus", new JsonObject()));
  }

  private static void requireValid(String number, JsonObject status) {
    if (!"VALID".equals(status.getString("status"))) {
      throw new AssertionError("geth does not take block " + number + ": " + status.encode());
    }
  }

  private static List<JsonObject> blocks(Path file, long from, long to) {
    List<JsonObject> payloads = new ArrayList<>();
    try {
      RlpReader blocks = new RlpReader(Files.readAllBytes(file));
      while (blocks.hasNext()) {
        JsonObject payload = payload(blocks.list(BLOCK_BYTES_MAX));
        long number = Long.decode(payload.getString("blockNumber"));
        if (number >= from && number <= to) {
          payloads.add(payload);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return payloads;
  }

  private static JsonObject payload(RlpReader block) {
    byte[] header = block.item(BLOCK_BYTES_MAX);
    JsonObject payload = new JsonObject().put("blockHash", Keccak.hash(header).toString());
    RlpReader fields = new RlpReader(header).list();
    for (String name : FIELDS) {
      byte[] value = fields.string(BLOCK_BYTES_MAX);
      if (name.startsWith("#")) {
        payload.put(name.substring(1), "0x" + new BigInteger(1, value).toString(16));
      } else if (!name.isEmpty()) {
        payload.put(name, hex(value));
      }
    }
    JsonArray transactions = new JsonArray();
    RlpReader items = block.list(BLOCK_BYTES_MAX);
    while (items.hasNext()) {
      transactions.add(hex(items.string(BLOCK_BYTES_MAX)));
    }
    return payload.put("transactions", transactions).put("withdrawals", new JsonArray());
  }

  private static String hex(byte[] bytes) {
    return "0x" + HexFormat.of().formatHex(bytes);
  }
}
