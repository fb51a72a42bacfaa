package dev.windlass.server.interop;

import dev.windlass.wire.devp2p.Enode;
import dev.windlass.wire.devp2p.rlpx.NodeKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;

/** A geth whose enode is known before it runs, on a chain of its own. */
public final class LateGeth {
  private static final Geth.Listens ON = new Geth.Listens(30303, 18545, 18551);

  private final MadeChain chain;
  private final NodeKey key;
  private final Path data;

  private LateGeth(MadeChain chain, NodeKey key, Path data) {
    this.chain = chain;
    this.key = key;
    this.data = data;
  }

  /** Makes its chain and its data. */
  public static LateGeth of(Nodes nodes, long blocks) throws IOException {
    MadeChain chain = MadeChain.of(blocks);
    NodeKey key = NodeKey.random(new SecureRandom());
    Path data = chain.gethData(nodes, "geth");
    Files.writeString(data.resolve("geth/nodekey"), key.toSecretHex());
    return new LateGeth(chain, key, data);
  }

  public Path genesis() {
    return chain.genesis();
  }

  /** The hash of its newest block. */
  public String head() {
    return chain.head();
  }

  /** Its later address, for processes that share its loopback. */
  public String enode() {
    return new Enode(key.publicKey(), "127.0.0.1", ON.p2pPort()).toString();
  }

  /** The command that starts it. */
  public List<String> command() throws IOException {
    return Geth.command(Toolbox.geth(), data, ON);
  }
}
