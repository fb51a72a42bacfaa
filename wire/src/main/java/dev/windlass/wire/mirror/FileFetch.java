package dev.windlass.wire.mirror;

import dev.windlass.wire.devp2p.Bandwidth;
import dev.windlass.wire.devp2p.Workers;
import dev.windlass.wire.mirror.MirrorFailure.Kind;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One attempt to fetch a file, from the first byte that is missing. What has come is kept if the
 * attempt breaks off.
 *
 * <p>Owned by one context. It holds some 4 MiB at most, and reads no more while so much waits for
 * the disk.
 */
final class FileFetch {
  private static final int WRITE_BYTES = 256 << 10;
  private static final int WAITING_BYTES_MAX = 4 << 20;
  private static final Pattern CONTENT_RANGE =
      Pattern.compile("bytes (?:([0-9]{1,18})-([0-9]{1,18})|\\*)/([0-9]{1,18}|\\*)");

  private final Vertx vertx;
  private final MirrorHttp http;
  private final MirrorLimits limits;
  private final PartFile part;
  private final LongFunction<Optional<MirrorFailure>> objectionToSize;
  private final LongConsumer onBytes;

  private final Promise<Void> done = Promise.promise();
  private Buffer unwritten = Buffer.buffer();
  private HttpClientResponse response;
  private long total;
  private long begunAt;
  private long written;
  private long gained;
  private int writing;
  private long gainedBefore;
  private boolean isReady;
  private boolean isEnded;

  /** Whether it reads no more until the line is free. */
  private boolean isHeldBack;

  /** Whether it was so since the pace was checked. */
  private boolean wasHeldBack;

  /** Why the answer ended early. Null if it did not. */
  private MirrorFailure ending;

  private boolean isResumed;

  /** The mirror has sent bytes beyond the size that it gave, so what came is of no use. */
  private boolean isTooLong;

  /**
   * @param objectionToSize why a file of so many bytes cannot be taken, asked before its bytes come
   * @param onBytes hears how many bytes have come, at each part of the answer
   */
  FileFetch(
      Vertx vertx,
      MirrorHttp http,
      MirrorLimits limits,
      PartFile part,
      LongFunction<Optional<MirrorFailure>> objectionToSize,
      LongConsumer onBytes) {
    this.vertx = vertx;
    this.http = http;
    this.limits = limits;
    this.part = part;
    this.objectionToSize = objectionToSize;
    this.onBytes = onBytes;
  }

  /** Completes once the whole file is there. Fails with a {@link MirrorFailure}. */
  Future<Void> run() {
    return fromDisk(part::state).compose(this::ask).recover(MirrorHttp::failed);
  }

  /** How far into the file this attempt has come. */
  long reached() {
    return begunAt + gained;
  }

  /** Whether the file begins with bytes of an earlier attempt. */
  boolean isResumed() {
    return isResumed;
  }

  private Future<Void> ask(PartFile.State state) {
    Map<String, String> headers = new HashMap<>();
    if (state.bytes() > 0) {
      headers.put("range", "bytes=" + state.bytes() + "-");
      state.tag().ifPresent(tag -> headers.put("if-range", tag));
    }
    return http.get(part.whole().getFileName().toString(), headers)
        .compose(answer -> begin(state, answer));
  }

  private Future<Void> begin(PartFile.State state, HttpClientResponse answer) {
    response = answer;
    if (answer.statusCode() == 416) {
      return unsatisfiable(state);
    }
    boolean isPart = answer.statusCode() == 206;
    isResumed = isPart;
    try {
      begunAt = isPart ? state.bytes() : 0;
      written = begunAt;
      total = isPart ? totalOfPart(state.bytes()) : totalOfWhole();
    } catch (MirrorFailure e) {
      MirrorHttp.reset(answer);
      return Future.failedFuture(e);
    }
    Optional<String> tag = tag(answer);
    answer.exceptionHandler(this::onClosed);
    answer.handler(this::take);
    answer.endHandler(ended -> end(null));
    answer.resume();
    long timer = vertx.setPeriodic(limits.paceMillis(), ignored -> checkPace());
    fromDisk(() -> objectionToSize.apply(total))
        .compose(
            objection -> {
              if (objection.isPresent()) {
                return Future.failedFuture(objection.get());
              }
              return isPart ? Future.succeededFuture() : onDisk(() -> part.restart(tag));
            })
        .onSuccess(ok -> ready())
        .onFailure(this::broken);
    return done.future().onComplete(ended -> vertx.cancelTimer(timer));
  }

  /** The mirror's file ends where ours does, or is shorter, and then it is another version. */
  private Future<Void> unsatisfiable(PartFile.State state) {
    Matcher range = CONTENT_RANGE.matcher(header("content-range"));
    MirrorHttp.reset(response);
    boolean isWhole =
        range.matches() && range.group(3).equals(Long.toString(state.bytes())) && state.bytes() > 0;
    if (isWhole) {
      isResumed = true;
      return onDisk(part::finish);
    }
    if (state.bytes() == 0) {
      return Future.failedFuture(new MirrorFailure(Kind.BROKEN, "HTTP 416"));
    }
    return onDisk(() -> part.restart(Optional.empty())).compose(begun -> run());
  }

  private String header(String name) {
    String value = response.getHeader(name);
    return value == null ? "" : value.strip();
  }

  private long totalOfPart(long from) throws MirrorFailure {
    Matcher range = CONTENT_RANGE.matcher(header("content-range"));
    boolean isFrom =
        range.matches()
            && range.group(1) != null
            && Long.parseLong(range.group(1)) == from
            && !range.group(3).equals("*");
    if (!isFrom) {
      throw new MirrorFailure(Kind.BROKEN, "it sends another part of the file than asked for");
    }
    return Long.parseLong(range.group(3));
  }

  private long totalOfWhole() throws MirrorFailure {
    String length = header("content-length");
    if (!length.matches("[0-9]{1,18}")) {
      throw new MirrorFailure(Kind.NO_ROOM, "it does not give the size of the file");
    }
    return Long.parseLong(length);
  }

  /** What names this version for If-Range, which takes no weak tag. */
  private static Optional<String> tag(HttpClientResponse answer) {
    String etag = answer.getHeader("etag");
    return etag != null && etag.startsWith("\"")
        ? Optional.of(etag)
        : Optional.ofNullable(answer.getHeader("last-modified"));
  }

  private void onClosed(Throwable cause) {
    String where = " after " + (written + unwritten.length()) + " of " + total + " bytes";
    end(new MirrorFailure(Kind.BROKEN, "the connection was closed" + where));
  }

  private void checkPace() {
    if (isEnded) {
      return;
    }
    // It is not slow by itself if we have read less than it could send.
    if (gained - gainedBefore < limits.paceBytesMin() && !wasHeldBack) {
      MirrorHttp.reset(response);
      end(
          new MirrorFailure(
              Kind.BROKEN,
              String.format(
                  "it sent %d bytes in %d s",
                  gained - gainedBefore, Math.max(1, limits.paceMillis() / 1_000))));
    }
    gainedBefore = gained;
    wasHeldBack = isHeldBack;
  }

  private void take(Buffer bytes) {
    if (isEnded) {
      return;
    }
    if (written + unwritten.length() + bytes.length() > total) {
      isTooLong = true;
      unwritten = Buffer.buffer();
      MirrorHttp.reset(response);
      end(new MirrorFailure(Kind.BROKEN, "it sends more than the " + total + " bytes of the file"));
      return;
    }
    unwritten.appendBuffer(bytes);
    gained += bytes.length();
    onBytes.accept(bytes.length());
    keepToBandwidth(bytes.length());
    if (isReady && unwritten.length() >= WRITE_BYTES) {
      writeOn();
    }
    if (writing + unwritten.length() > WAITING_BYTES_MAX) {
      // If the connection ends meanwhile, what waits in it is lost.
      response.pause();
    }
  }

  /** Reads on once the line may carry more. */
  private void keepToBandwidth(int bytes) {
    Bandwidth bandwidth = Bandwidth.of(vertx);
    bandwidth.read(bytes);
    long nanos = bandwidth.nanosUntilReadable();
    if (nanos > 0 && !isHeldBack) {
      isHeldBack = true;
      wasHeldBack = true;
      response.pause();
      vertx.setTimer(
          Bandwidth.millis(nanos),
          ignored -> {
            isHeldBack = false;
            readOn();
          });
    }
  }

  /** There is room for the file. Bytes that have come meanwhile are written. */
  private void ready() {
    isReady = true;
    if (isEnded) {
      finish();
    } else {
      writeOn();
    }
  }

  private void writeOn() {
    int count = unwritten.length();
    writing += count;
    write().onComplete(done -> writing -= count).onSuccess(ok -> readOn()).onFailure(this::broken);
  }

  private void readOn() {
    if (!isEnded && !isHeldBack && writing + unwritten.length() <= WAITING_BYTES_MAX) {
      response.resume();
    }
  }

  private void broken(Throwable cause) {
    if (!isEnded) {
      isEnded = true;
      MirrorHttp.reset(response);
    }
    done.tryFail(cause);
  }

  private Future<Void> write() {
    byte[] bytes = unwritten.getBytes();
    unwritten = Buffer.buffer();
    written += bytes.length;
    return onDisk(() -> part.append(bytes));
  }

  /** The answer has ended, and what came is written before its end is reported. */
  private void end(MirrorFailure failure) {
    if (isEnded) {
      return;
    }
    isEnded = true;
    ending = failure;
    if (isReady) {
      finish();
    }
  }

  private void finish() {
    write()
        .compose(
            ok -> {
              if (isTooLong || written > total) {
                return onDisk(() -> part.restart(Optional.empty()));
              }
              return Future.succeededFuture();
            })
        .compose(
            ok -> {
              if (ending != null) {
                return Future.failedFuture(ending);
              }
              return written == total
                  ? onDisk(part::finish)
                  : Future.failedFuture(
                      new MirrorFailure(
                          Kind.BROKEN, "it sent " + written + " of " + total + " bytes"));
            })
        .onComplete(done::tryComplete, done::tryFail);
  }

  private interface DiskWork {
    void run() throws Exception;
  }

  private Future<Void> onDisk(DiskWork work) {
    return fromDisk(
        () -> {
          work.run();
          return null;
        });
  }

  private <T> Future<T> fromDisk(Callable<T> work) {
    return Workers.runInOrder(vertx, work)
        .recover(
            cause ->
                Future.failedFuture(
                    new MirrorFailure(
                        Kind.NO_ROOM, "the file cannot be written: " + cause.getMessage())));
  }
}
