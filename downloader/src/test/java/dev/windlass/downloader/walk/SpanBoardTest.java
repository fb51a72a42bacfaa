package dev.windlass.downloader.walk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.downloader.walk.SpanBoard.Piece;
import dev.windlass.downloader.walk.SpanBoard.Span;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SpanBoardTest {
  private static final PeerId A = PeerId.of("a");
  private static final PeerId B = PeerId.of("b");
  private static final int OVERDUE_MAX = 256;
  private static final long ANSWER_BYTES = 2 << 20;

  /** From number 50 on all headers have the same size. */
  private static final List<Block> CHAIN = TestBlocks.chain(100);

  private static final long SIZE = CHAIN.get(50).header().size();

  private final SpanBoard board = new SpanBoard();

  private static Span span(PeerId peer, long top, int count) {
    return new Span(top, count, peer, false);
  }

  /** Headers from a number downwards. */
  private static List<BlockHeader> headers(int top, int count) {
    return Stream.iterate(top, number -> number - 1)
        .limit(count)
        .map(number -> CHAIN.get(number).header())
        .toList();
  }

  private void come(int top, int count) {
    board.add(top, Piece.of(A, headers(top, count)));
  }

  private void assertReady(int pieces, int headers) {
    assertEquals(pieces, board.readyPieces());
    assertEquals(headers, board.headers(100));
    assertEquals(headers * SIZE, board.readyBytes());
  }

  @Test
  void shouldRefuseASpanThatHoldsNothing() {
    assertThrows(IllegalStateException.class, () -> new Span(50, 0));
    assertThrows(IllegalStateException.class, () -> new Span(-2, 1));
    assertEquals(1, new Span(-1, 1).count(), "the number of the anchor is not known yet");
    assertEquals(new Span(50, 1, null, false), new Span(50, 1));
  }

  @Test
  void shouldCloseARequestOnceAndForItsPeerOnly() {
    board.ask(1, span(A, 50, 10));
    assertEquals(Set.of(1L), board.tickets().keySet());
    assertNull(board.answered(B, 1));
    assertNull(board.answered(A, 2));
    assertEquals(span(A, 50, 10), board.answered(A, 1));
    assertNull(board.answered(A, 1));
    assertTrue(board.asked().isEmpty());
  }

  @Test
  void shouldStillKnowWhatIsOverdue() {
    board.ask(1, span(A, 50, 10));
    assertEquals(span(A, 50, 10), board.overdue(1));
    assertNull(board.overdue(1));
    assertTrue(board.asked().isEmpty());
    assertEquals(span(A, 50, 10), board.answered(A, 1));
    assertNull(board.answered(A, 1));
  }

  @Test
  void shouldForgetTheOldestThatIsOverdueWhenThereAreTooMany() {
    for (long ticket = 0; ticket <= OVERDUE_MAX; ticket++) {
      board.ask(ticket, span(A, ticket, 1));
      board.overdue(ticket);
    }
    assertNull(board.answered(A, 0));
    assertEquals(span(A, 1, 1), board.answered(A, 1));
    assertEquals(span(A, OVERDUE_MAX, 1), board.answered(A, OVERDUE_MAX));
  }

  @Test
  void shouldForgetTheRequestsOfAPeerThatHasGone() {
    board.ask(1, span(A, 50, 10));
    board.ask(2, span(B, 40, 10));
    board.ask(3, span(A, 30, 10));
    board.ask(4, span(B, 20, 10));
    board.overdue(3);
    board.overdue(4);
    board.gone(A);
    assertEquals(List.of(span(B, 40, 10)), List.copyOf(board.asked()));
    assertNull(board.answered(A, 3));
    assertEquals(span(B, 20, 10), board.answered(B, 4));
  }

  @Test
  void shouldTellWhichPeerIsAskedForANumber() {
    board.ask(1, span(A, 50, 10));
    assertTrue(board.isAsked(50, A));
    assertTrue(board.isAsked(41, A));
    assertFalse(board.isAsked(51, A));
    assertFalse(board.isAsked(40, A));
    assertFalse(board.isAsked(45, B));
  }

  @Test
  void shouldMissAllBeforeAnythingIsAskedFor() {
    assertEquals(new Span(50, 8), board.missing(50, 0, 8));
    assertEquals(new Span(50, 51), board.missing(50, 0, 100));
    assertEquals(new Span(50, 11), board.missing(50, 40, 100));
    assertEquals(new Span(50, 1), board.missing(50, 50, 100));
    assertNull(board.missing(50, 51, 100));
  }

  @Test
  void shouldMissWhatLiesAboveAndBelowTheSpans() {
    board.ask(1, span(A, 50, 10));
    come(30, 5);
    assertEquals(new Span(60, 10), board.missing(60, 0, 100), "down to what is asked for");
    assertEquals(new Span(50 - 10, 10), board.missing(50, 0, 100), "down to what has come");
    assertEquals(new Span(40, 10), board.missing(45, 0, 100));
    assertEquals(new Span(25, 26), board.missing(30, 0, 100));
    assertEquals(new Span(25, 26), board.missing(26, 0, 100));
    assertNull(board.missing(50, 41, 100), "all of it is asked for");
    assertNull(board.missing(30, 26, 100), "all of it has come");
  }

  @Test
  void shouldPassOverSpansThatOverlap() {
    board.ask(1, span(A, 60, 10));
    board.ask(2, span(B, 55, 10));
    come(50, 5);
    come(52, 20);
    assertEquals(new Span(32, 33), board.missing(60, 0, 100));
    assertEquals(new Span(32, 33), board.missing(50, 0, 100), "the longer piece is the lower one");
  }

  @Test
  void shouldEndAMissingSpanAtTheHighestBelow() {
    board.ask(1, span(A, 30, 5));
    board.ask(2, span(A, 20, 5));
    come(40, 5);
    come(10, 5);
    assertEquals(new Span(60, 20), board.missing(60, 0, 100));
    assertEquals(new Span(35, 5), board.missing(35, 0, 100));
    assertEquals(new Span(25, 5), board.missing(25, 0, 100));
    assertEquals(new Span(15, 5), board.missing(15, 0, 100));
  }

  @Test
  void shouldTellTheLowestTop() {
    assertEquals(Long.MAX_VALUE - 1, board.lowestTop());
    board.ask(1, span(A, 50, 10));
    assertEquals(50, board.lowestTop());
    board.ask(2, span(A, 60, 10));
    assertEquals(50, board.lowestTop());
    come(70, 5);
    assertEquals(50, board.lowestTop());
    come(40, 5);
    assertEquals(40, board.lowestTop());
  }

  @Test
  void shouldKeepTheLongerOfTwoPiecesWithTheSameTop() {
    come(90, 5);
    come(90, 3);
    assertReady(1, 5);
    board.add(90, Piece.of(B, headers(90, 5)));
    assertReady(1, 5);
    assertEquals(A, board.take(90).peer(), "the first of two as long stays");
    come(90, 5);
    come(90, 8);
    assertReady(1, 8);
    assertEquals(8, board.take(90).headers().size());
    assertReady(0, 0);
  }

  @Test
  void shouldTakeOnlyWhatGoesOnFromANumber() {
    come(90, 5);
    assertNull(board.take(91), "a header above it has not come");
    assertReady(1, 5);
    assertEquals(Piece.of(A, headers(90, 5)), board.take(90));
    assertNull(board.take(90));
  }

  @Test
  void shouldCutAPieceOfWhichTheUpperHeadersAreLinked() {
    board.add(90, Piece.of(B, headers(90, 10)));
    assertEquals(Piece.of(B, headers(86, 6)), board.take(86));
    assertReady(0, 0);
  }

  @Test
  void shouldDropPiecesThatAreLinkedWhole() {
    come(95, 3);
    come(90, 5);
    come(80, 5);
    assertEquals(Piece.of(A, headers(80, 5)), board.take(80));
    assertReady(0, 0);
    come(95, 3);
    assertNull(board.take(92), "it ends just above");
    assertReady(0, 0);
  }

  @Test
  void shouldDropTheLowestPiece() {
    come(90, 5);
    come(80, 3);
    board.dropLowest();
    assertReady(1, 5);
    assertEquals(90, board.lowestTop());
  }

  @Test
  void shouldCountWhatIsPromisedBelowANumberAndWhatHasCome() {
    board.ask(1, span(A, 60, 10));
    board.ask(2, span(B, 40, 10));
    assertEquals(20, board.headers(100));
    assertEquals(15, board.headers(55));
    assertEquals(10, board.headers(50));
    assertEquals(10, board.headers(45));
    come(90, 5);
    assertEquals(25, board.headers(100));
    assertEquals(15, board.headers(45));
  }

  @Test
  void shouldCountWholeAnswersUntilTheSizeOfAHeaderIsKnown() {
    assertEquals(0, board.bytes(100));
    board.ask(1, span(A, 60, 10));
    assertEquals(ANSWER_BYTES, board.bytes(100));
    board.ask(2, span(B, 40, 10));
    assertEquals(2 * ANSWER_BYTES, board.bytes(100));
    board.ask(3, span(B, 1L << 20, 1 << 20));
    assertEquals(((1 << 20) + 20) * 600L, board.bytes(1L << 20), "its headers take more");
    board.answered(B, 3);
    come(90, 5);
    assertEquals(20 * board.headerBytes() + 5 * SIZE, board.bytes(100));
  }

  @Test
  void shouldLearnTheSizeOfAHeader() {
    assertEquals(600, board.headerBytes());
    come(90, 5);
    long once = (3 * 600 + SIZE) / 4;
    assertEquals(once, board.headerBytes());
    come(80, 7);
    assertEquals((3 * once + SIZE) / 4, board.headerBytes());
  }

  @Test
  void shouldForgetAllButTheSizeOfAHeader() {
    board.ask(1, span(A, 60, 10));
    board.ask(2, span(A, 50, 10));
    board.overdue(2);
    come(90, 5);
    long size = board.headerBytes();
    board.clear();
    assertReady(0, 0);
    assertEquals(0, board.bytes(100));
    assertNull(board.answered(A, 1));
    assertNull(board.answered(A, 2));
    assertEquals(Long.MAX_VALUE - 1, board.lowestTop());
    assertEquals(size, board.headerBytes());
  }
}
