package dev.windlass.downloader.verticle;

import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.peerset.PeerKind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A link whose faults end that link alone. Without it, a fault in the code of one connection would
 * stop the downloader.
 *
 * <p>An {@link Error} passes, since it concerns the whole process.
 */
final class GuardedLink implements PeerLink {
  private static final Logger LOG = LoggerFactory.getLogger(GuardedLink.class);

  private final PeerLink link;
  private final Runnable onFault;

  /**
   * Guards a link.
   *
   * @param onFault reports the disconnect, after the current event
   */
  GuardedLink(PeerLink link, Runnable onFault) {
    this.link = link;
    this.onFault = onFault;
  }

  @Override
  public PeerId id() {
    return link.id();
  }

  @Override
  public PeerKind kind() {
    return link.kind();
  }

  @Override
  public String address() {
    return link.address();
  }

  @Override
  public void ask(long ticket, Question<?> question) {
    try {
      link.ask(ticket, question);
    } catch (RuntimeException e) {
      LOG.atWarn()
          .setMessage("Peer closed because of a fault of this node")
          .addKeyValue("peer", id())
          .setCause(e)
          .log();
      close("a fault of this node: " + e);
      onFault.run();
    }
  }

  @Override
  public void close(String reason) {
    try {
      link.close(reason);
    } catch (RuntimeException e) {
      LOG.atWarn()
          .setMessage("Peer could not be closed")
          .addKeyValue("peer", id())
          .setCause(e)
          .log();
    }
  }
}
