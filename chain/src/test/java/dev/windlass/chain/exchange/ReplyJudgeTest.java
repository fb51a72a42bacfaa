package dev.windlass.chain.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockRules;
import dev.windlass.chain.Hash;
import dev.windlass.chain.TestBlock;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.rlp.RlpReaderTest;
import dev.windlass.chain.rlp.RlpWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class ReplyJudgeTest {
  private static final byte[] GARBAGE = {(byte) 0xc3, 1, 2};

  /** What Nethermind sends for a header or body that it does not have. */
  private static final byte[] PLACEHOLDER = {(byte) 0xc0};

  private final List<Block> chain = TestBlocks.chainWithBodies(7);

  private List<Hash> hashes(int... positions) {
    List<Hash> hashes = new ArrayList<>();
    for (int position : positions) {
      hashes.add(chain.get(position).hash());
    }
    return hashes;
  }

  private List<Block> blocks(int... positions) {
    List<Block> blocks = new ArrayList<>();
    for (int position : positions) {
      blocks.add(chain.get(position));
    }
    return blocks;
  }

  private static List<byte[]> raw(List<Block> blocks) {
    return new ArrayList<>(blocks.stream().map(Block::rawBlock).toList());
  }

  private static List<byte[]> bodies(List<Block> blocks) {
    return new ArrayList<>(blocks.stream().map(Block::rawBody).toList());
  }

  private static List<BlockHeader> headers(List<Block> blocks) {
    return blocks.stream().map(Block::header).toList();
  }

  private static List<byte[]> rawHeaders(List<Block> blocks) {
    return new ArrayList<>(blocks.stream().map(block -> block.header().raw()).toList());
  }

  /** Asserts the verdict, the items, whether there is evidence, and that the items are proven. */
  private static void assertBlocks(
      Delivery<Block> delivery, Verdict verdict, List<Block> items, String evidence) {
    assertEquals(verdict, delivery.verdict(), delivery.evidence());
    assertEquals(items, delivery.items());
    for (Block block : delivery.items()) {
      assertTrue(BlockRules.check(block).isEmpty());
      assertEquals(block.hash(), BlockHeader.decode(block.header().raw()).hash());
    }
    assertTrue(
        evidence.isEmpty() ? delivery.evidence().isEmpty() : delivery.evidence().contains(evidence),
        delivery.evidence());
  }

  private static long size(List<byte[]> raw) {
    return raw.stream().mapToLong(item -> item.length).sum();
  }

  @Test
  void shouldTakeHashesForClaimsThatMayBeFewerAndNeverMoreOrTwice() {
    List<Hash> three = hashes(3, 2, 1);
    assertEquals(Delivery.of(Verdict.COMPLETE, three, 99), ReplyJudge.hashes(3, three));
    assertEquals(Delivery.of(Verdict.PREFIX, three, 99), ReplyJudge.hashes(4, three));
    assertEquals(Verdict.EMPTY, ReplyJudge.hashes(4, List.of()).verdict());
    Delivery<Hash> tooMany = ReplyJudge.hashes(2, three);
    assertEquals(Verdict.FABRICATED, tooMany.verdict());
    assertEquals("3 hashes answer a request for 2", tooMany.evidence());
    Delivery<Hash> twice = ReplyJudge.hashes(9, hashes(3, 2, 3));
    assertEquals(Verdict.FABRICATED, twice.verdict());
    assertEquals(hashes(3, 2), twice.items());
    assertTrue(twice.evidence().contains(chain.get(3).hash().toString()), twice.evidence());
  }

  @Test
  void shouldJudgeHeadersByHash() {
    HeaderQuery query = HeaderQuery.byHash(chain.get(5).hash(), 3);
    List<byte[]> reply = rawHeaders(blocks(5, 4, 3));
    Delivery<BlockHeader> complete = ReplyJudge.headers(query, reply);
    assertEquals(Verdict.COMPLETE, complete.verdict());
    assertEquals(headers(blocks(5, 4, 3)), complete.items());
    assertEquals(size(reply), complete.bytes());
    assertEquals(Verdict.PREFIX, ReplyJudge.headers(query, reply.subList(0, 2)).verdict());
    assertEquals(Verdict.EMPTY, ReplyJudge.headers(query, List.of()).verdict());
    HeaderQuery down = HeaderQuery.byHash(chain.get(1).hash(), 9);
    assertEquals(Verdict.COMPLETE, ReplyJudge.headers(down, rawHeaders(blocks(1, 0))).verdict());
  }

  @Test
  void shouldJudgeHeadersByNumber() {
    HeaderQuery query = HeaderQuery.byNumber(5, 2);
    assertEquals(Verdict.COMPLETE, ReplyJudge.headers(query, rawHeaders(blocks(5, 4))).verdict());
    Delivery<BlockHeader> other = ReplyJudge.headers(query, rawHeaders(blocks(4, 3)));
    assertEquals(Verdict.UNLINKED, other.verdict());
    assertTrue(other.evidence().contains("answers a request for number 5"), other.evidence());
    assertEquals(List.of(), other.items());
  }

  /** geth v1.17.8 answers from its head, and reduces the count by the numbers above it. */
  @Test
  void shouldTakeHeadersFromALowerHeadForOutOfRange() {
    HeaderQuery query = HeaderQuery.byNumber(9, 5);
    List<byte[]> reply = rawHeaders(blocks(7, 6, 5));
    Delivery<BlockHeader> outOfRange = ReplyJudge.headers(query, reply);
    assertEquals(Verdict.OUT_OF_RANGE, outOfRange.verdict(), outOfRange.evidence());
    assertEquals(List.of(), outOfRange.items());
    assertEquals(List.of(), outOfRange.missing());
    assertEquals(size(reply), outOfRange.bytes());
    assertEquals(Verdict.OUT_OF_RANGE, ReplyJudge.headers(query, rawHeaders(blocks(5))).verdict());
  }

  @Test
  void shouldNotTakeWhatNoHeadExplainsForOutOfRange() {
    HeaderQuery query = HeaderQuery.byNumber(9, 5);
    Delivery<BlockHeader> tooMany = ReplyJudge.headers(query, rawHeaders(blocks(7, 6, 5, 4)));
    assertEquals(Verdict.UNLINKED, tooMany.verdict());
    assertTrue(tooMany.evidence().contains("answers a request for number 9"), tooMany.evidence());
    Delivery<BlockHeader> broken = ReplyJudge.headers(query, rawHeaders(blocks(7, 5)));
    assertEquals(Verdict.UNLINKED, broken.verdict());
    assertEquals(List.of(), broken.items());
    HeaderQuery low = HeaderQuery.byNumber(3, 5);
    assertEquals(Verdict.UNLINKED, ReplyJudge.headers(low, rawHeaders(blocks(4, 3))).verdict());
    HeaderQuery byHash = new HeaderQuery(Hash.ofLongs(1, 2, 3, 4), 9, 5);
    assertEquals(Verdict.UNLINKED, ReplyJudge.headers(byHash, rawHeaders(blocks(7, 6))).verdict());
    List<byte[]> garbage = rawHeaders(blocks(7, 6));
    garbage.set(1, GARBAGE);
    Delivery<BlockHeader> undecodable = ReplyJudge.headers(query, garbage);
    assertEquals(Verdict.FABRICATED, undecodable.verdict());
    assertEquals(List.of(), undecodable.items());
  }

  @Test
  void shouldTakeAPlaceholderForAHeaderThatIsNotThere() {
    HeaderQuery query = HeaderQuery.byHash(chain.get(5).hash(), 3);
    List<byte[]> reply = rawHeaders(blocks(5, 4, 3));
    for (int at = 0; at < 3; at++) {
      List<byte[]> padded = new ArrayList<>(reply);
      padded.set(at, PLACEHOLDER);
      Delivery<BlockHeader> delivery = ReplyJudge.headers(query, padded);
      assertEquals(at == 0 ? Verdict.EMPTY : Verdict.PREFIX, delivery.verdict());
      assertEquals(headers(blocks(5, 4, 3)).subList(0, at), delivery.items());
      assertEquals(hashes(5 - at), delivery.missing());
      assertEquals("", delivery.evidence());
    }
    List<byte[]> none = List.of(PLACEHOLDER, PLACEHOLDER, PLACEHOLDER);
    assertEquals(Verdict.EMPTY, ReplyJudge.headers(query, none).verdict());
    assertEquals(List.of(), ReplyJudge.headers(HeaderQuery.byNumber(5, 3), none).missing());
    List<byte[]> tooMany = Collections.nCopies(4, PLACEHOLDER);
    assertEquals(Verdict.FABRICATED, ReplyJudge.headers(query, tooMany).verdict());
  }

  @Test
  void shouldKeepTheGoodBeginningOfUnlinkedHeaders() {
    HeaderQuery query = HeaderQuery.byHash(chain.get(5).hash(), 4);
    Delivery<BlockHeader> gap = ReplyJudge.headers(query, rawHeaders(blocks(5, 4, 2)));
    assertEquals(Verdict.UNLINKED, gap.verdict());
    assertEquals(headers(blocks(5, 4)), gap.items());
    assertTrue(gap.evidence().startsWith("link: "), gap.evidence());
    assertEquals(Verdict.UNLINKED, ReplyJudge.headers(query, rawHeaders(blocks(6, 5))).verdict());
    List<byte[]> upwards = rawHeaders(blocks(5, 6));
    assertEquals(headers(blocks(5)), ReplyJudge.headers(query, upwards).items());
  }

  @Test
  void shouldRefuseHeadersThatDoNotDecodeOrAreTooMany() {
    HeaderQuery query = HeaderQuery.byHash(chain.get(5).hash(), 2);
    List<byte[]> broken = rawHeaders(blocks(5, 4));
    broken.set(1, GARBAGE);
    Delivery<BlockHeader> delivery = ReplyJudge.headers(query, broken);
    assertEquals(Verdict.FABRICATED, delivery.verdict());
    assertEquals(headers(blocks(5)), delivery.items());
    assertTrue(delivery.evidence().startsWith("rlp: header 1 of the reply: byte "));
    Delivery<BlockHeader> tooMany = ReplyJudge.headers(query, rawHeaders(blocks(5, 4, 3)));
    assertEquals(Verdict.FABRICATED, tooMany.verdict());
    assertEquals(List.of(), tooMany.items());
  }

  @Test
  void shouldRefuseHeadersThatAllClaimOneNumber() {
    Block first = chain.get(5);
    TestBlock same = TestBlock.after(first);
    same.number = 5;
    Block head = same.block();
    Delivery<BlockHeader> delivery =
        ReplyJudge.headers(HeaderQuery.byHash(head.hash(), 2), rawHeaders(List.of(head, first)));
    assertEquals(Verdict.UNLINKED, delivery.verdict());
    assertEquals(headers(List.of(head)), delivery.items());
  }

  @Test
  void shouldJudgeWholeBlocks() {
    List<Hash> asked = hashes(1, 2, 3, 4);
    List<byte[]> all = raw(blocks(1, 2, 3, 4));
    Delivery<Block> complete = ReplyJudge.blocks(asked, all);
    assertBlocks(complete, Verdict.COMPLETE, blocks(1, 2, 3, 4), "");
    assertEquals(size(all), complete.bytes());
    assertBlocks(
        ReplyJudge.blocks(asked, raw(blocks(4, 2, 3, 1))),
        Verdict.COMPLETE,
        blocks(1, 2, 3, 4),
        "");
    assertBlocks(ReplyJudge.blocks(asked, raw(blocks(1, 2))), Verdict.PREFIX, blocks(1, 2), "");
    assertBlocks(
        ReplyJudge.blocks(asked, raw(blocks(1, 3, 4))), Verdict.COMPACTED, blocks(1, 3, 4), "");
    assertBlocks(ReplyJudge.blocks(asked, raw(blocks(2))), Verdict.COMPACTED, blocks(2), "");
    assertBlocks(ReplyJudge.blocks(asked, List.of()), Verdict.EMPTY, List.of(), "");
  }

  @Test
  void shouldHandOverRightBlocksThatNobodyAskedForLast() {
    List<Hash> asked = hashes(1, 2, 3);
    assertBlocks(
        ReplyJudge.blocks(asked, raw(blocks(6, 5))),
        Verdict.EMPTY,
        blocks(6, 5),
        "was not asked for");
    assertBlocks(
        ReplyJudge.blocks(asked, raw(blocks(1, 6, 2))),
        Verdict.PREFIX,
        blocks(1, 2, 6),
        chain.get(6).hash().toString());
  }

  @Test
  void shouldKeepTheRightBlocksOfAFabricatedReply() {
    List<Hash> asked = hashes(1, 2, 3);
    List<byte[]> broken = raw(blocks(1, 2, 3));
    broken.set(1, GARBAGE);
    assertBlocks(
        ReplyJudge.blocks(asked, broken), Verdict.FABRICATED, blocks(1, 3), "rlp: block 1");
  }

  @Test
  void shouldTakeABlockThatComesTwiceOnce() {
    List<Hash> asked = hashes(1, 2, 3);
    assertBlocks(
        ReplyJudge.blocks(asked, raw(blocks(1, 2, 1))),
        Verdict.PREFIX,
        blocks(1, 2),
        "comes twice");
  }

  @Test
  void shouldLookAtNoMoreThanTwiceWhatWasAskedFor() {
    List<Hash> asked = hashes(1, 2, 3);
    assertBlocks(
        ReplyJudge.blocks(asked, raw(blocks(4, 1, 2, 3, 5, 6))),
        Verdict.COMPLETE,
        blocks(1, 2, 3, 4, 5, 6),
        "block " + chain.get(4) + " was not asked for");
    assertBlocks(
        ReplyJudge.blocks(asked, raw(blocks(1, 2, 3, 4, 5, 6, 7))),
        Verdict.FABRICATED,
        blocks(1, 2, 3, 4, 5, 6),
        "7 blocks answer a request for 3");
  }

  @Test
  void shouldRefuseABlockWhoseBodyBelongsToAnotherHeader() {
    Block one = chain.get(1);
    Block moved = Block.of(one.header(), chain.get(2).rawBody());
    assertBlocks(
        ReplyJudge.blocks(hashes(1, 2), List.of(moved.rawBlock(), chain.get(2).rawBlock())),
        Verdict.FABRICATED,
        blocks(2),
        BlockRules.TRANSACTIONS_ROOT + ": block " + one);
  }

  @Test
  void shouldJudgeBodies() {
    List<BlockHeader> asked = headers(blocks(1, 2, 3, 4));
    List<byte[]> all = bodies(blocks(1, 2, 3, 4));
    Delivery<Block> complete = ReplyJudge.bodies(asked, all);
    assertBlocks(complete, Verdict.COMPLETE, blocks(1, 2, 3, 4), "");
    assertEquals(size(all), complete.bytes());
    assertBlocks(ReplyJudge.bodies(asked, all.subList(0, 3)), Verdict.PREFIX, blocks(1, 2, 3), "");
    assertBlocks(
        ReplyJudge.bodies(asked, bodies(blocks(2, 4))), Verdict.COMPACTED, blocks(2, 4), "");
    assertBlocks(ReplyJudge.bodies(asked, List.of()), Verdict.EMPTY, List.of(), "");
  }

  @Test
  void shouldRefuseBodiesThatAreMovedDoubledOrTooMany() {
    List<BlockHeader> asked = headers(blocks(1, 2, 3));
    assertBlocks(
        ReplyJudge.bodies(asked, bodies(blocks(2, 1, 3))),
        Verdict.FABRICATED,
        blocks(2, 3),
        "body 1 belongs to none of those asked for: " + BlockRules.TRANSACTIONS_ROOT);
    assertBlocks(
        ReplyJudge.bodies(asked, bodies(blocks(1, 1))),
        Verdict.FABRICATED,
        blocks(1),
        "body 1 belongs to none");
    assertBlocks(
        ReplyJudge.bodies(asked, bodies(blocks(1, 5, 3))),
        Verdict.FABRICATED,
        blocks(1, 3),
        "body 1 belongs to none");
    assertBlocks(
        ReplyJudge.bodies(asked, bodies(blocks(1, 2, 3, 4))),
        Verdict.FABRICATED,
        blocks(1, 2, 3),
        "4 bodies answer a request for 3");
    List<byte[]> broken = bodies(blocks(1, 2, 3));
    broken.set(0, GARBAGE);
    assertBlocks(ReplyJudge.bodies(asked, broken), Verdict.FABRICATED, blocks(2, 3), "rlp: body 0");
  }

  @Test
  void shouldGiveEachOfManyEqualBodiesToItsOwnHeader() {
    List<Block> empty = TestBlocks.chain(4);
    assertBlocks(ReplyJudge.bodies(headers(empty), bodies(empty)), Verdict.COMPLETE, empty, "");
    assertBlocks(
        ReplyJudge.bodies(headers(empty), bodies(empty.subList(0, 3))),
        Verdict.PREFIX,
        empty.subList(0, 3),
        "");
  }

  @Test
  void shouldRefuseABodyWithWithdrawalsThatItsHeaderDoesNotCommitTo() {
    TestBlock without = new TestBlock();
    TestBlock with = new TestBlock().fields(17).withdrawal(1);
    List<BlockHeader> old = List.of(without.block().header());
    List<BlockHeader> late = List.of(with.block().header());
    assertBlocks(
        ReplyJudge.bodies(old, List.of(with.rawBody())),
        Verdict.FABRICATED,
        List.of(),
        BlockRules.WITHDRAWALS_ROOT);
    assertBlocks(
        ReplyJudge.bodies(late, List.of(without.rawBody())),
        Verdict.FABRICATED,
        List.of(),
        BlockRules.WITHDRAWALS_ROOT);
    assertBlocks(
        ReplyJudge.bodies(late, List.of(with.rawBody())),
        Verdict.COMPLETE,
        List.of(with.block()),
        "");
  }

  private static void assertMissing(List<Hash> missing, Verdict verdict, Delivery<Block> delivery) {
    assertEquals(verdict, delivery.verdict(), delivery.evidence());
    assertEquals(missing, delivery.missing());
    assertEquals("", delivery.evidence());
  }

  private List<byte[]> padded(List<byte[]> reply, int... at) {
    List<byte[]> padded = new ArrayList<>(reply);
    for (int position : at) {
      padded.set(position, PLACEHOLDER);
    }
    return padded;
  }

  @Test
  void shouldShowOnlyTheFirstToBeMissingWhenNothingComes() {
    List<BlockHeader> asked = headers(blocks(1, 2, 3, 4));
    assertMissing(hashes(1), Verdict.EMPTY, ReplyJudge.bodies(asked, List.of()));
    assertMissing(hashes(1), Verdict.EMPTY, ReplyJudge.blocks(hashes(1, 2, 3, 4), List.of()));
    HeaderQuery query = HeaderQuery.byHash(chain.get(5).hash(), 3);
    assertEquals(hashes(5), ReplyJudge.headers(query, List.of()).missing());
    assertEquals(List.of(), ReplyJudge.headers(HeaderQuery.byNumber(5, 3), List.of()).missing());
  }

  @Test
  void shouldShowHolesToBeMissingAndNeverWhatComesAfterTheLast() {
    List<BlockHeader> asked = headers(blocks(1, 2, 3, 4, 5));
    assertMissing(List.of(), Verdict.PREFIX, ReplyJudge.bodies(asked, bodies(blocks(1, 2, 3))));
    assertMissing(hashes(1, 3), Verdict.COMPACTED, ReplyJudge.bodies(asked, bodies(blocks(2, 4))));
    List<Hash> askedHashes = hashes(1, 2, 3, 4, 5);
    assertMissing(List.of(), Verdict.PREFIX, ReplyJudge.blocks(askedHashes, raw(blocks(1, 2))));
    assertMissing(
        hashes(1, 3), Verdict.COMPACTED, ReplyJudge.blocks(askedHashes, raw(blocks(2, 4))));
  }

  @Test
  void shouldShowExactlyThePlaceholdersToBeMissing() {
    List<BlockHeader> asked = headers(blocks(1, 2, 3));
    List<byte[]> all = bodies(blocks(1, 2, 3));
    assertMissing(hashes(1), Verdict.COMPACTED, ReplyJudge.bodies(asked, padded(all, 0)));
    assertMissing(hashes(2), Verdict.COMPACTED, ReplyJudge.bodies(asked, padded(all, 1)));
    assertMissing(hashes(3), Verdict.PREFIX, ReplyJudge.bodies(asked, padded(all, 2)));
    assertMissing(hashes(2, 3), Verdict.PREFIX, ReplyJudge.bodies(asked, padded(all, 1, 2)));
    assertMissing(hashes(1, 3), Verdict.COMPACTED, ReplyJudge.bodies(asked, padded(all, 0, 2)));
    assertMissing(hashes(1, 2, 3), Verdict.EMPTY, ReplyJudge.bodies(asked, padded(all, 0, 1, 2)));
    assertMissing(hashes(1), Verdict.EMPTY, ReplyJudge.bodies(asked, List.of(PLACEHOLDER)));
    List<byte[]> rawBlocks = raw(blocks(1, 2, 3));
    List<Hash> askedHashes = hashes(1, 2, 3);
    assertMissing(
        hashes(2), Verdict.COMPACTED, ReplyJudge.blocks(askedHashes, padded(rawBlocks, 1)));
    assertMissing(
        hashes(1, 2, 3), Verdict.EMPTY, ReplyJudge.blocks(askedHashes, padded(rawBlocks, 0, 1, 2)));
  }

  @Test
  void shouldTellABodyOfNothingFromAPlaceholder() {
    List<Block> empty = TestBlocks.chain(3);
    List<byte[]> reply = bodies(empty);
    Delivery<Block> delivery = ReplyJudge.bodies(headers(empty), padded(reply, 1));
    assertMissing(List.of(empty.get(1).hash()), Verdict.COMPACTED, delivery);
    assertEquals(List.of(empty.get(0), empty.get(2), empty.get(3)), delivery.items());
    // A body that was skipped cannot be told from the others.
    assertMissing(
        List.of(), Verdict.PREFIX, ReplyJudge.bodies(headers(empty), reply.subList(1, 3)));
  }

  @Test
  void shouldNotBlameAPlaceholderThatIsBesideALie() {
    List<BlockHeader> asked = headers(blocks(1, 2, 3));
    List<byte[]> reply = padded(bodies(blocks(1, 2, 3)), 0);
    reply.set(1, GARBAGE);
    Delivery<Block> delivery = ReplyJudge.bodies(asked, reply);
    assertBlocks(delivery, Verdict.FABRICATED, blocks(3), "rlp: body 1");
    assertEquals(List.of(), delivery.missing());
  }

  @Test
  void shouldCountARightBlockThatIsTooLargeAsMissingAndAWrongOneAsALie() {
    TestBlock giant = new TestBlock();
    giant.number = 0;
    giant.transactions.add(new RlpWriter().string(new byte[Block.BYTES_MAX]).toBytes());
    Block first = Block.decodeAnySize(giant.raw());
    TestBlock after = TestBlock.after(first);
    Block second = after.transaction(2).block();
    List<BlockHeader> asked = headers(List.of(first, second));
    Delivery<Block> bodies = ReplyJudge.bodies(asked, bodies(List.of(first, second)));
    assertBlocks(bodies, Verdict.COMPACTED, List.of(second), Block.tooLarge(first.size()));
    assertEquals(List.of(first.hash()), bodies.missing());
    Delivery<Block> whole =
        ReplyJudge.blocks(List.of(first.hash(), second.hash()), raw(List.of(first, second)));
    assertBlocks(whole, Verdict.COMPACTED, List.of(second), Block.tooLarge(first.size()));
    assertEquals(List.of(first.hash()), whole.missing());
    assertEquals(
        Verdict.FABRICATED,
        ReplyJudge.bodies(headers(List.of(second)), bodies(List.of(first))).verdict());
  }

  /** However a peer changes an honest reply, no unproven item passes. */
  @Test
  void shouldPassOnlyProvenItemsOfMutatedReplies() {
    SplittableRandom random = new SplittableRandom(4);
    List<Hash> asked = hashes(1, 2, 3, 4, 5);
    List<BlockHeader> askedHeaders = headers(blocks(1, 2, 3, 4, 5));
    Map<Verdict, Integer> verdicts = new EnumMap<>(Verdict.class);
    for (int round = 0; round < 4000; round++) {
      List<Block> honest = new ArrayList<>(blocks(1, 2, 3, 4, 5));
      if (random.nextInt(4) == 0) {
        Collections.swap(honest, random.nextInt(5), random.nextInt(5));
      }
      while (!honest.isEmpty() && random.nextInt(3) == 0) {
        honest.remove(random.nextInt(honest.size()));
      }
      if (random.nextInt(10) == 0) {
        honest.clear();
      }
      boolean isWhole = random.nextBoolean();
      List<byte[]> reply = isWhole ? raw(honest) : bodies(honest);
      while (random.nextInt(3) == 0) {
        reply.add(random.nextInt(reply.size() + 1), PLACEHOLDER);
      }
      if (!reply.isEmpty() && random.nextInt(3) == 0) {
        int hit = random.nextInt(reply.size());
        reply.set(hit, RlpReaderTest.mutate(random, reply.get(hit)));
      }
      Delivery<Block> delivery =
          isWhole ? ReplyJudge.blocks(asked, reply) : ReplyJudge.bodies(askedHeaders, reply);
      verdicts.merge(delivery.verdict(), 1, Integer::sum);
      List<Hash> came = delivery.items().stream().map(Block::hash).toList();
      List<Hash> expected = new ArrayList<>(asked);
      expected.retainAll(came);
      List<Hash> unrequested = new ArrayList<>(came);
      unrequested.removeAll(asked);
      expected.addAll(unrequested);
      assertEquals(expected, came);
      boolean isBlamed = delivery.verdict().isFault() || !unrequested.isEmpty();
      assertEquals(isBlamed, !delivery.evidence().isEmpty());
      List<Hash> missing = new ArrayList<>(asked);
      missing.removeAll(came);
      missing.retainAll(delivery.missing());
      assertEquals(missing, delivery.missing());
      assertEquals(
          came.stream().noneMatch(asked::contains) && !delivery.verdict().isFault(),
          delivery.verdict() == Verdict.EMPTY);
      assertTrue(delivery.verdict() != Verdict.EMPTY || !missing.isEmpty());
      delivery.items().forEach(block -> assertTrue(BlockRules.check(block).isEmpty()));
    }
    for (Verdict verdict :
        List.of(
            Verdict.COMPLETE,
            Verdict.PREFIX,
            Verdict.COMPACTED,
            Verdict.EMPTY,
            Verdict.FABRICATED)) {
      assertTrue(verdicts.getOrDefault(verdict, 0) > 50, verdicts::toString);
    }
  }
}
