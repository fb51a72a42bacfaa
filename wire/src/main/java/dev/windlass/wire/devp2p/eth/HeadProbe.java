package dev.windlass.wire.devp2p.eth;

import dev.windlass.chain.BlockHeader;
import dev.windlass.wire.devp2p.eth.EthMessage.GetBlockHeaders;
import java.util.List;
import java.util.Optional;

/**
 * Asks a node for what is newer than the head that it last spoke of: with eth/69 nodes announce
 * each 32nd block at most, and none of the last ones where their chain stands still.
 *
 * <p>Any thread may call it. One question is open at most; whoever leaves it open is not asked
 * again.
 */
final class HeadProbe {
  /** The downloader's requests are numbered from 1, and do not come so far. */
  static final long REQUEST_ID = Long.MAX_VALUE;

  /** More than what geth keeps to itself. */
  static final int HEADERS_MAX = 64;

  private long head;
  private boolean isOpen;

  /** A node's head is this, says the node. */
  synchronized void heard(long number) {
    head = number;
  }

  /** What to ask now, if anything. */
  synchronized Optional<GetBlockHeaders> question() {
    if (isOpen || head < 0 || head > Long.MAX_VALUE - HEADERS_MAX) {
      return Optional.empty();
    }
    isOpen = true;
    return Optional.of(new GetBlockHeaders(REQUEST_ID, null, head + 1, HEADERS_MAX, 0, false));
  }

  /**
   * The newest of the headers that came, where it is news; a {@link
   * dev.windlass.chain.RlpException} where it is none.
   */
  synchronized Optional<BlockHeader> answered(List<byte[]> headers) {
    if (!isOpen || headers.isEmpty()) {
      isOpen = false;
      return Optional.empty();
    }
    isOpen = false;
    BlockHeader newest = BlockHeader.decode(headers.get(headers.size() - 1));
    if (newest.number() <= head) {
      return Optional.empty();
    }
    head = newest.number();
    return Optional.of(newest);
  }
}
