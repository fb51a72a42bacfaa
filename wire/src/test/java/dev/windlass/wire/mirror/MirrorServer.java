package dev.windlass.wire.mirror;

import dev.windlass.wire.LocalServer;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;

/** A web server on loopback with a folder of files, which has faults. */
public final class MirrorServer implements AutoCloseable {
  public static final String FOLDER = "/mirror/";
  private static final int MUTE = 0;
  private static final int DRIP = 1;
  private static final long DRIP_MILLIS = 20;

  private final Vertx vertx = Vertx.vertx();
  private final HttpServer server;
  private final Map<String, byte[]> files = new ConcurrentSkipListMap<>();
  private final Map<String, AtomicLong> sent = new ConcurrentHashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<String> authorizations = new CopyOnWriteArrayList<>();
  private volatile BiFunction<String, Integer, Optional<Fault>> faults =
      (file, request) -> Optional.empty();
  private volatile boolean knowsRanges = true;
  private volatile String tag = "\"1\"";
  private volatile boolean hasIndex = true;

  /**
   * What the server does in place of an answer.
   *
   * @param bytes so many are sent before the connection ends. -1 if a status is sent instead
   * @param isSilent whether the connection stays open in place of its end
   */
  public record Fault(int status, Map<String, String> headers, int bytes, boolean isSilent) {
    public static Fault status(int status, String... headers) {
      Map<String, String> map = new TreeMap<>();
      for (int i = 0; i < headers.length; i += 2) {
        map.put(headers[i], headers[i + 1]);
      }
      return new Fault(status, map, -1, false);
    }

    public static Fault cutAfter(int bytes) {
      return new Fault(200, Map.of(), bytes, false);
    }

    public static Fault silentAfter(int bytes) {
      return new Fault(200, Map.of(), bytes, true);
    }

    /** No answer. */
    public static Fault mute() {
      return new Fault(MUTE, Map.of(), 0, true);
    }

    /** An answer without end, a byte at a time. */
    public static Fault drip() {
      return new Fault(DRIP, Map.of(), 0, true);
    }

    /** So many bytes are sent beyond the end of the file, and no end of the answer. */
    public static Fault silentBeyond(int bytes) {
      return new Fault(206, Map.of(), bytes, true);
    }
  }

  public MirrorServer() {
    server = LocalServer.listen(vertx.createHttpServer().requestHandler(this::take));
  }

  public String url() {
    return "era+" + plainUrl();
  }

  public String plainUrl() {
    return "http://127.0.0.1:" + server.actualPort() + FOLDER;
  }

  public MirrorServer with(String file, byte[] bytes) {
    files.put(file, bytes);
    return this;
  }

  /** The fault of a request for a file, by its name and the number of requests for it before. */
  public MirrorServer faults(BiFunction<String, Integer, Optional<Fault>> newFaults) {
    faults = newFaults;
    return this;
  }

  /** Answers each request with the whole file, as simple servers do. */
  public MirrorServer ignoreRanges() {
    knowsRanges = false;
    return this;
  }

  public MirrorServer withoutIndex() {
    hasIndex = false;
    return this;
  }

  /** The ETag of all files. Empty if there is none. */
  public MirrorServer tag(String newTag) {
    tag = newTag;
    return this;
  }

  /** How many bytes of a file were sent. */
  public long sent(String file) {
    return sent.getOrDefault(file, new AtomicLong()).get();
  }

  /** The name of each file that was asked for, with its range, in order. */
  public List<String> requests() {
    return requests;
  }

  public List<String> authorizations() {
    return authorizations;
  }

  private void take(HttpServerRequest request) {
    String authorization = request.getHeader("authorization");
    authorizations.add(authorization == null ? "" : authorization);
    String path = request.path();
    String file = path.startsWith(FOLDER) ? path.substring(FOLDER.length()) : path;
    int before = (int) requests.stream().filter(line -> line.split(" ", 2)[0].equals(file)).count();
    String range = request.getHeader("range");
    requests.add(file + (range == null ? "" : " " + range));
    Optional<Fault> fault = faults.apply(file, before);
    if (fault.isPresent() && fault.get().bytes() < 0) {
      fault.get().headers().forEach(request.response()::putHeader);
      request.response().setStatusCode(fault.get().status()).end();
    } else if (fault.isPresent() && fault.get().status() == MUTE) {
      request.pause();
    } else if (fault.isPresent() && fault.get().status() == DRIP) {
      request.response().setChunked(true);
      long timer = vertx.setPeriodic(DRIP_MILLIS, again -> request.response().write(" "));
      request.connection().closeHandler(closed -> vertx.cancelTimer(timer));
    } else if (file.isEmpty() && hasIndex) {
      StringBuilder page = new StringBuilder("<html><a href=\"../\">..</a>\n");
      files.keySet().forEach(name -> page.append("<a href=\"" + name + "\">" + name + "</a>\n"));
      request.response().end(page.toString());
    } else if (files.containsKey(file)) {
      send(request, file, fault);
    } else {
      request.response().setStatusCode(404).end();
    }
  }

  private void send(HttpServerRequest request, String file, Optional<Fault> fault) {
    byte[] bytes = files.get(file);
    String range = request.getHeader("range");
    String condition = request.getHeader("if-range");
    int from = 0;
    boolean isSame = condition == null || condition.equals(tag);
    if (!tag.isEmpty()) {
      request.response().putHeader("etag", tag);
    }
    if (knowsRanges && range != null && isSame) {
      from = Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
      if (from >= bytes.length) {
        request.response().putHeader("content-range", "bytes */" + bytes.length);
        request.response().setStatusCode(416).end();
        return;
      }
      request.response().setStatusCode(206);
      String part = "bytes " + from + "-" + (bytes.length - 1) + "/" + bytes.length;
      request.response().putHeader("content-range", part);
    }
    if (fault.isPresent() && fault.get().status() == 206) {
      byte[] longer = Arrays.copyOfRange(bytes, from, bytes.length + fault.get().bytes());
      request.response().setChunked(true).write(Buffer.buffer(longer));
      return;
    }
    int end = fault.map(of -> Math.min(bytes.length, of.bytes())).orElse(bytes.length);
    Buffer part = Buffer.buffer().appendBytes(bytes, from, Math.max(0, end - from));
    sent.computeIfAbsent(file, name -> new AtomicLong()).addAndGet(part.length());
    request.response().putHeader("content-length", "" + (bytes.length - from));
    if (fault.isEmpty()) {
      request.response().end(part);
    } else {
      request
          .response()
          .write(part)
          .onSuccess(
              ok -> {
                if (!fault.get().isSilent()) {
                  request.connection().close();
                }
              });
    }
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
