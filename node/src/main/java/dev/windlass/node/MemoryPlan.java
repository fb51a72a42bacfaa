package dev.windlass.node;

import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.wire.devp2p.MessageBudget;
import java.util.Optional;

/**
 * The memory for blocks, headers and messages, divided among its users.
 *
 * <pre>
 * of twenty parts
 *  4  the window: blocks requested, buffered and being inserted    QueueLimits.windowBytesMax
 *  1  the headers of the window's links                            QueueLimits.headerBytesMax
 *  2  headers ahead: requested, received and being stored          DownloaderLimits.headerBytesAheadMax
 *  2  announced blocks                                             DownloaderLimits.announcedBytesMax
 * 11  messages: frames, messages, answers                          MessageBudget
 * </pre>
 *
 * @param bytesMax of all parts
 */
public record MemoryPlan(long bytesMax) {
  public static final MemoryPlan DEFAULT = new MemoryPlan(320L << 20);

  private static final int PARTS = 20;
  private static final int MESSAGE_PARTS = 11;

  /** Memory for everything else: classes, threads, the look-up tables of the store. */
  private static final long OTHER_BYTES = 64L << 20;

  public MemoryPlan {
    if (bytesMax < PARTS) {
      throw new IllegalArgumentException("a plan of " + bytesMax + " bytes");
    }
  }

  /** Returns the same limits with the bytes of this plan. */
  public DownloaderLimits limits(DownloaderLimits usual) {
    return usual.withMemory(bytesMax / PARTS * (PARTS - MESSAGE_PARTS));
  }

  /** Makes an unused budget for messages. */
  public MessageBudget messages() {
    return new MessageBudget(bytesMax / PARTS * MESSAGE_PARTS);
  }

  /** Why a heap of this size is too small. Empty if it is not. */
  public Optional<String> objection(long heapBytesMax) {
    long needed = bytesMax + OTHER_BYTES;
    return heapBytesMax >= needed
        ? Optional.empty()
        : Optional.of(
            String.format(
                "the heap may have %d MiB, and blocks, headers and messages may take %d MiB of it:"
                    + " give it %d MiB (-Xmx%dm)",
                heapBytesMax >> 20, bytesMax >> 20, needed >> 20, needed >> 20));
  }
}
