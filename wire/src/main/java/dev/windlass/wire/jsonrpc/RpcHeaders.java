package dev.windlass.wire.jsonrpc;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.HeaderQuery;
import dev.windlass.wire.devp2p.Workers;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Asks a JSON-RPC node for runs of headers. Any thread may call it. */
final class RpcHeaders {
  private final Vertx vertx;
  private final RpcQueue queue;
  private final QuickMethods quick;
  private final RawBytes raws;
  private final RpcBlocks.Observer observer;

  RpcHeaders(
      Vertx vertx, RpcQueue queue, QuickMethods quick, RawBytes raws, RpcBlocks.Observer observer) {
    this.quick = quick;
    this.vertx = vertx;
    this.queue = queue;
    this.raws = raws;
    this.observer = observer;
  }

  /** The raw headers that answer a query, newest first, as many as the node has in one chain. */
  Future<List<byte[]>> ask(HeaderQuery query) {
    if (!query.isByHash()) {
      return run(query, query.fromNumber());
    }
    if (query.fromNumber() >= 0 || query.count() == 1) {
      return run(query, query.fromNumber() - 1);
    }
    return queue
        .ask(List.of(quick.header(query.from())))
        .compose(answers -> Workers.run(vertx, () -> RpcBlocks.named(answers.get(0))))
        .compose(
            first ->
                first.isEmpty()
                    ? Future.succeededFuture(List.of())
                    : run(query, first.get().number() - 1));
  }

  /**
   * Asks for headers.
   *
   * @param from the number of the next one, below that of a query by hash
   */
  private Future<List<byte[]>> run(HeaderQuery query, long from) {
    List<RpcCall> calls = new ArrayList<>();
    if (query.isByHash()) {
      calls.add(quick.header(query.from()));
    }
    for (long number = from; number >= 0 && calls.size() < query.count(); number--) {
      calls.add(quick.header(number));
    }
    return queue
        .ask(calls)
        .compose(
            answers ->
                quick.isLostIn(answers)
                    ? run(query, from)
                    : Workers.run(vertx, () -> linked(answers)).compose(this::whole));
  }

  /**
   * A header, or the reason why it cannot be rebuilt.
   *
   * @param header null if it cannot
   * @param hash as the node gives it
   */
  private record Rebuilt(BlockHeader header, Hash hash, Hash parent, String unknown) {}

  /** The first headers of an answer that are linked. */
  private List<Rebuilt> linked(List<RpcAnswer> answers) {
    List<Rebuilt> rebuilt = new ArrayList<>(answers.size());
    Rebuilt child = null;
    for (RpcAnswer answer : answers) {
      if (answer.result() == null) {
        break;
      }
      Rebuilt next = rebuild(answer.result());
      if (next.hash == null) {
        observer.onUnknown(next.unknown);
        break;
      }
      if (child != null && !next.hash.equals(child.parent)) {
        observer.onUnlinked(
            child.parent.equals(Hash.ZERO)
                ? "block " + child.hash + " names no parent, so no block below it is proven"
                : "block "
                    + child.hash
                    + " names the parent "
                    + child.parent
                    + ", not "
                    + next.hash);
        break;
      }
      rebuilt.add(next);
      child = next;
    }
    return rebuilt;
  }

  private static Rebuilt rebuild(Object json) {
    Hash hash = null;
    Hash parent = null;
    try {
      JsonFields fields = JsonFields.of(json, "its block");
      parent = fields.hash("parentHash");
      hash = fields.hash("hash");
      return new Rebuilt(HeaderJson.header(fields), hash, parent, "");
    } catch (BlockJsonException e) {
      return new Rebuilt(null, hash, parent, e.getMessage());
    }
  }

  /** Takes the bytes of the headers that could not be rebuilt, and ends before one without. */
  private Future<List<byte[]>> whole(List<Rebuilt> rebuilt) {
    List<Hash> unknown =
        rebuilt.stream().filter(one -> one.header == null).map(Rebuilt::hash).toList();
    return raws.headers(unknown).map(found -> untilMissing(rebuilt, found));
  }

  private List<byte[]> untilMissing(List<Rebuilt> rebuilt, Map<Hash, byte[]> found) {
    List<byte[]> raw = new ArrayList<>(rebuilt.size());
    for (Rebuilt one : rebuilt) {
      if (one.header != null) {
        raw.add(one.header.raw());
      } else if (found.containsKey(one.hash)) {
        raw.add(found.get(one.hash));
      } else {
        observer.onUnknown(one.unknown);
        break;
      }
    }
    return raw;
  }
}
