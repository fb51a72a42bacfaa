package dev.windlass.wire.devp2p;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.wire.Fuzz;
import dev.windlass.wire.Mutator;
import dev.windlass.wire.devp2p.rlpx.FrameCipher;
import dev.windlass.wire.devp2p.rlpx.RlpxException;
import dev.windlass.wire.devp2p.rlpx.TestSessions;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Mutated frames, in pieces of any size, and headers whose claimed data does not follow. */
class FrameFuzzTest {
  /** Digests and an exception with its trace. */
  private static final long BYTES_FIXED = 32 << 10;

  private static final int FRAMES_MAX = 4;
  private static final int DATA_BYTES_MAX = 400;

  /** Frames of one connection, with some bytes changed. */
  private static final class Stream implements Fuzz.Case<List<byte[]>> {
    private final FrameReader reader;
    private final List<byte[]> sent = new ArrayList<>();
    private final List<Integer> ends = new ArrayList<>();
    private final List<byte[]> pieces = new ArrayList<>();
    private final List<byte[]> read = new ArrayList<>();
    private final int unchanged;
    private final int length;

    Stream(SplittableRandom random) {
      FrameCipher[] ends = TestSessions.pair(random);
      reader = new FrameReader(ends[1]);
      ByteArrayOutputStream stream = new ByteArrayOutputStream();
      for (int frames = 1 + random.nextInt(FRAMES_MAX); frames > 0; frames--) {
        byte[] data = new byte[1 + random.nextInt(DATA_BYTES_MAX)];
        random.nextBytes(data);
        sent.add(data);
        stream.writeBytes(ends[0].seal(data));
        this.ends.add(stream.size());
      }
      byte[] whole = stream.toByteArray();
      byte[] changed = Mutator.mutated(random, whole.clone());
      int mismatch = Arrays.mismatch(whole, changed);
      unchanged = mismatch < 0 ? whole.length : mismatch;
      length = changed.length;
      for (int at = 0; at < length; ) {
        int count = Math.min(length - at, 1 + random.nextInt(random.nextBoolean() ? 8 : length));
        pieces.add(Arrays.copyOfRange(changed, at, at + count));
        at += count;
      }
    }

    /** The frames that were read before the fault. Empty if there was none. */
    @Override
    public List<byte[]> decode() {
      for (byte[] piece : pieces) {
        FrameReader.Bytes bytes = new FrameReader.Bytes(piece);
        while (!bytes.isEmpty()) {
          reader.read(bytes, DATA_BYTES_MAX).ifPresent(read::add);
        }
      }
      return read;
    }

    @Override
    public long bytesMax() {
      return BYTES_FIXED + 4L * length + 64L * pieces.size();
    }

    void checkRead() {
      long whole = ends.stream().filter(end -> end <= unchanged).count();
      assertEquals(whole, read.size());
      for (int i = 0; i < read.size(); i++) {
        assertArrayEquals(sent.get(i), read.get(i));
      }
    }

    @Override
    public void check(List<byte[]> decoded) {
      checkRead();
    }
  }

  @Test
  void shouldReadExactlyTheFramesThatNobodyChanged() {
    List<Stream> last = new ArrayList<>();
    Fuzz.run(
        "frames",
        4,
        RlpxException.class,
        random -> {
          last.forEach(Stream::checkRead);
          last.clear();
          last.add(new Stream(random));
          return last.get(0);
        });
  }

  /** A claim by a peer that has the keys, with only a few bytes of the claimed data. */
  @SuppressWarnings("ArrayRecordComponent") // One reader.
  private record Claim(FrameCipher to, byte[] stream, int claimed, int limit)
      implements Fuzz.Case<Boolean> {
    static Claim of(SplittableRandom random) {
      FrameCipher[] ends = TestSessions.pair(random);
      int claimed = random.nextInt(FrameCipher.DATA_BYTES_MAX + 1) >>> random.nextInt(24);
      byte[] header = TestSessions.header(ends[0], claimed);
      byte[] stream = Arrays.copyOf(header, header.length + random.nextInt(200));
      int limit = random.nextBoolean() ? BaseProtocol.FRAME_BYTES_MAX : Hello.BYTES_MAX;
      return new Claim(ends[1], stream, claimed, limit);
    }

    @Override
    public Boolean decode() {
      FrameReader reader = new FrameReader(to);
      return reader.read(new FrameReader.Bytes(stream), limit).isPresent();
    }

    /** The first allocation is 64 KiB, even if more is claimed. */
    @Override
    public long bytesMax() {
      return BYTES_FIXED + (claimed > limit ? 0 : Math.min(claimed, 64 << 10));
    }

    @Override
    public void check(Boolean isRead) {
      assertTrue(claimed > 0 && claimed <= limit, "claimed " + claimed);
      assertTrue(!isRead, "a frame without a MAC was read");
    }
  }

  @Test
  void shouldTakeNoRoomForWhatIsOnlyClaimed() {
    Fuzz.Report report = Fuzz.run("frame claims", 5, RlpxException.class, Claim::of);
    assertTrue(report.accepted() > report.executions() / 10, report::toString);
  }

  @Test
  void shouldReadALargeFrameThatComesInPieces() {
    SplittableRandom random = new SplittableRandom(6);
    FrameCipher[] ends = TestSessions.pair(random);
    FrameReader reader = new FrameReader(ends[1]);
    for (int size : new int[] {1, 65_519, 65_520, 65_521, 1 << 20, 5_000_001}) {
      byte[] data = new byte[size];
      random.nextBytes(data);
      byte[] frame = ends[0].seal(data);
      int cut = random.nextInt(frame.length);
      FrameReader.Bytes first = new FrameReader.Bytes(Arrays.copyOf(frame, cut));
      assertTrue(reader.read(first, BaseProtocol.FRAME_BYTES_MAX).isEmpty());
      FrameReader.Bytes rest = new FrameReader.Bytes(Arrays.copyOfRange(frame, cut, frame.length));
      assertArrayEquals(data, reader.read(rest, BaseProtocol.FRAME_BYTES_MAX).orElseThrow());
    }
  }

  @Test
  void shouldFindAWrongMacBeforeASizeIsBelieved() {
    FrameCipher[] ends = TestSessions.pair(new SplittableRandom(7));
    byte[] header = TestSessions.header(ends[0], FrameCipher.DATA_BYTES_MAX);
    header[FrameCipher.HEADER_BYTES - 1] ^= 1;
    FrameReader reader = new FrameReader(ends[1]);
    RlpxException e =
        assertThrows(
            RlpxException.class,
            () -> reader.read(new FrameReader.Bytes(header), BaseProtocol.FRAME_BYTES_MAX));
    assertEquals("the MAC of a frame's header is wrong", e.getMessage());
  }
}
