package dev.windlass.p2p.mirror;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.exchange.Delivery;
import dev.windlass.chain.exchange.Question;
import dev.windlass.chain.rlp.RlpException;
import dev.windlass.wire.files.FileChain;
import java.util.List;
import java.util.Optional;

/** The check of all bodies of an era file against their headers. One block is held at a time. */
final class EraBodies {
  private EraBodies() {}

  /** The first body that does not fit its header. Runs on a worker. */
  static Optional<Delivery<Block>> fault(FileChain chain) throws RlpException {
    for (long number = chain.lowest().number(); number <= chain.head().number(); number++) {
      Question<Block> question =
          new Question.Bodies(List.of(BlockHeader.decode(chain.rawHeader(number))));
      Delivery<Block> delivery = question.judge(List.of(chain.rawBody(number)));
      if (delivery.verdict().isFault()) {
        return Optional.of(delivery);
      }
    }
    return Optional.empty();
  }
}
