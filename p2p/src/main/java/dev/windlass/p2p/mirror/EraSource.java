package dev.windlass.p2p.mirror;

import dev.windlass.wire.files.EraFile;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * A folder of era files.
 *
 * <p>Owned by one context.
 */
interface EraSource extends AutoCloseable {
  /** What it is called in logs, without secrets. */
  String name();

  /** What tells it from others of the same name, without secrets. Empty if its name does. */
  String mark();

  /** Host and port. Empty if it is on this machine. */
  String address();

  /** The files that it has. Fails with one line that says why there are none. */
  Future<List<EraFile>> list();

  /**
   * Brings a file to this machine, where it stays until {@link #release}.
   *
   * @param isAhead whether it is not wanted yet, so that no other file is removed for it
   * @param onBytes hears how many bytes have come
   */
  Future<Brought> bring(EraFile file, boolean isAhead, LongConsumer onBytes);

  /** A question is answered from a file that is open. */
  void use(EraFile file);

  /** A file that was brought is open, or cannot be used. */
  void release(EraFile file);

  /** Whether the whole file is on this machine. */
  boolean isHere(EraFile file);

  /** Removes a copy that is of no use. The next {@link #bring} brings a new one. */
  Future<Void> discard(EraFile file);

  @Override
  void close();

  /**
   * A file that is on this machine.
   *
   * @param isFresh whether it came whole, in this run and in one piece. If not, a fault of it may
   *     be of its parts
   */
  record Brought(Path path, boolean isFresh) {}
}
