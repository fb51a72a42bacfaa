package dev.windlass.chain.exchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.rlp.RlpException;
import dev.windlass.chain.rlp.RlpWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class EvidenceTest {
  private static final byte[] GARBAGE = {(byte) 0xc3, 1, 2};

  private final List<Block> chain = TestBlocks.chainWithBodies(7);

  private List<BlockHeader> headers(int from, int to) {
    return chain.subList(from, to).stream().map(Block::header).toList();
  }

  private static List<byte[]> newestFirst(List<BlockHeader> headers) {
    List<byte[]> raw = new ArrayList<>(headers.stream().map(BlockHeader::raw).toList());
    Collections.reverse(raw);
    return raw;
  }

  private Question.Headers fromTop(int count) {
    return new Question.Headers(HeaderQuery.byHash(chain.get(7).hash(), count));
  }

  /** The fault of what was kept, after it was written and read. */
  private static Optional<String> replayed(Evidence evidence) {
    byte[] bytes = EvidenceCodec.encode(evidence);
    Evidence read = EvidenceCodec.decode(bytes);
    assertArrayEquals(bytes, EvidenceCodec.encode(read));
    for (int length = 0; length < bytes.length; length += 1 + bytes.length / 50) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThrows(RlpException.class, () -> EvidenceCodec.decode(cut));
    }
    return read.fault();
  }

  private static void assertProven(String fault, Question<?> question, List<byte[]> items) {
    Delivery<?> judged = question.judge(items);
    assertTrue(judged.verdict().isFault(), judged::toString);
    Evidence kept = judged.proof().orElseThrow();
    String found = replayed(kept).orElseThrow();
    assertEquals(Offence.of(judged.verdict()), kept.offence());
    assertTrue(found.contains(fault), found);
  }

  @Test
  void shouldProveEachKindOfWrongAnswerAgain() {
    Question.Bodies bodies = new Question.Bodies(headers(2, 4));
    assertProven("body 0 belongs to none", bodies, List.of(chain.get(5).rawBody()));
    assertProven("rlp: body 1", bodies, List.of(chain.get(2).rawBody(), GARBAGE));
    assertProven(
        "3 bodies answer a request for 2", bodies, Collections.nCopies(3, chain.get(2).rawBody()));

    Question.Blocks blocks = new Question.Blocks(List.of(chain.get(2).hash()));
    Block wrong = Block.of(chain.get(2).header(), chain.get(5).rawBody());
    assertProven("transactions-root", blocks, List.of(wrong.rawBlock()));

    List<byte[]> jumped = newestFirst(headers(5, 8));
    jumped.set(2, chain.get(4).header().raw());
    assertProven("link: ", fromTop(3), jumped);
    assertProven("link: header", fromTop(3), newestFirst(headers(4, 7)));
    Question.Headers byNumber = new Question.Headers(HeaderQuery.byNumber(7, 2));
    assertProven("link: header", byNumber, List.of(chain.get(6).header().raw(), GARBAGE));

    Question.Hashes hashes = new Question.Hashes(chain.get(7).hash(), 3);
    byte[] twice = chain.get(6).hash().toBytes();
    assertProven("comes twice", hashes, List.of(twice, twice));
  }

  /** The bytes of an unknown kind would not be readable when they are needed. */
  @Test
  void shouldHaveACodeForEachKindOfQuestion() {
    List<Question<?>> kinds =
        List.of(
            new Question.Hashes(chain.get(7).hash(), 3),
            fromTop(3),
            new Question.Bodies(headers(2, 4)),
            new Question.Blocks(List.of(chain.get(2).hash())));
    assertEquals(
        Set.of(Question.class.getPermittedSubclasses()),
        kinds.stream().map(Object::getClass).collect(Collectors.toSet()));
    for (Question<?> kind : kinds) {
      Evidence read =
          EvidenceCodec.decode(EvidenceCodec.encode(new Evidence.Answer(kind, List.of(GARBAGE))));
      assertEquals(kind.label(), ((Evidence.Answer) read).question().label());
    }
  }

  @Test
  void shouldProveAnAnnouncedBlockAndAHeaderOffACheckpointAgain() {
    Block wrong = Block.of(chain.get(2).header(), chain.get(5).rawBody());
    Evidence announced = new Evidence.Announced(wrong);
    assertTrue(replayed(announced).orElseThrow().contains("root"));
    assertEquals(Optional.of(Offence.FABRICATED), announced.offence());
    BlockId checkpoint = new BlockId(3, Hash.ofLongs(1, 2, 3, 4));
    String off =
        replayed(new Evidence.OffCheckpoint(checkpoint, chain.get(3).header())).orElseThrow();
    assertTrue(off.startsWith("checkpoint: block 3 is " + chain.get(3).hash()), off);
  }

  @Test
  void shouldNotProveWhatAnHonestPeerSent() {
    List<Evidence> honest =
        List.of(
            new Evidence.Answer(
                new Question.Bodies(headers(2, 4)),
                List.of(chain.get(2).rawBody(), chain.get(3).rawBody())),
            new Evidence.Answer(new Question.Bodies(headers(2, 4)), List.of()),
            new Evidence.Answer(fromTop(3), newestFirst(headers(5, 8))),
            new Evidence.Announced(chain.get(2)),
            new Evidence.OffCheckpoint(chain.get(3).id(), chain.get(3).header()),
            new Evidence.OffCheckpoint(chain.get(3).id(), chain.get(4).header()));
    for (Evidence evidence : honest) {
      assertEquals(Optional.empty(), replayed(evidence));
      assertEquals(Optional.empty(), evidence.offence());
    }
    assertEquals(Optional.empty(), fromTop(3).judge(newestFirst(headers(5, 8))).proof());
  }

  /** An item of a size, and of no other meaning. */
  private static byte[] item(int bytes) {
    return new RlpWriter().beginList().string(new byte[bytes - 8]).endList().toBytes();
  }

  @Test
  void shouldKeepTheWrongItemOfALargeAnswerWithItsNeighbour() {
    List<byte[]> items = new ArrayList<>();
    items.add(chain.get(2).rawBody());
    items.add(chain.get(3).rawBody());
    items.add(item(500_000));
    items.add(item(600_000));
    Delivery<Block> judged = new Question.Bodies(headers(2, 7)).judge(items);
    Evidence.Answer kept = (Evidence.Answer) judged.proof().orElseThrow();
    assertEquals(2, kept.items().size());
    assertArrayEquals(items.get(2), kept.items().get(1));
    assertTrue(replayed(kept).isPresent());
  }

  @Test
  void shouldCutALargeAnswerOfHeadersToTheTwoThatBreakTheLink() {
    List<byte[]> items = newestFirst(headers(4, 8));
    items.set(2, chain.get(1).header().raw());
    items.add(item(1_100_000));
    Delivery<BlockHeader> judged = fromTop(5).judge(items);
    Evidence.Answer kept = (Evidence.Answer) judged.proof().orElseThrow();
    assertEquals(List.of(items.get(1), items.get(2)), kept.items());
    assertTrue(replayed(kept).orElseThrow().startsWith("link: "));
  }

  @Test
  void shouldKeepNothingOfAnItemThatIsTooLarge() {
    List<byte[]> items = List.of(item(EvidenceCut.BYTES_MAX + 100));
    Delivery<Block> judged = new Question.Bodies(headers(2, 4)).judge(items);
    assertTrue(judged.verdict().isFault());
    assertEquals(Optional.empty(), judged.proof());
  }

  @Test
  void shouldRefuseOtherBytes() {
    for (byte[] bytes : List.of(new byte[0], new byte[] {(byte) 0xc1, 9}, GARBAGE, item(20))) {
      assertThrows(RlpException.class, () -> EvidenceCodec.decode(bytes));
    }
  }
}
