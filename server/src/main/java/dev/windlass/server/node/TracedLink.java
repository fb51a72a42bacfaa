package dev.windlass.server.node;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.HeaderQuery;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.downloader.verticle.PeerLink;
import dev.windlass.peerset.PeerKind;
import java.util.List;
import org.slf4j.Logger;

/** Logs each question to a peer; {@link Replies} logs the answers. Adds nothing else. */
final class TracedLink implements PeerLink {
  private final PeerLink link;
  private final Logger log;

  TracedLink(PeerLink link, Logger log) {
    this.link = link;
    this.log = log;
  }

  private void asked(String what, long ticket, int items) {
    log.atTrace()
        .setMessage("Asked " + what)
        .addKeyValue("ticket", ticket)
        .addKeyValue("items", items)
        .addKeyValue("peer", link.id())
        .log();
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
  public void requestHashes(long ticket, Hash from, int max) {
    asked("hashes", ticket, max);
    link.requestHashes(ticket, from, max);
  }

  @Override
  public void requestHeaders(long ticket, HeaderQuery query) {
    asked("headers", ticket, query.count());
    link.requestHeaders(ticket, query);
  }

  @Override
  public void requestBlocks(long ticket, List<Hash> hashes) {
    asked("blocks", ticket, hashes.size());
    link.requestBlocks(ticket, hashes);
  }

  @Override
  public void requestBodies(long ticket, List<BlockHeader> headers) {
    asked("bodies", ticket, headers.size());
    link.requestBodies(ticket, headers);
  }

  @Override
  public void close(String reason) {
    link.close(reason);
  }
}
